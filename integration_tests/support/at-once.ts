/**
 * One test that runs many cases at the same time, because they wait more than they compute.
 * The first case that fails names itself in the error.
 */
export function atOnce<Case extends { readonly what: string }>(
  cases: readonly Case[],
  body: (one: Case) => Promise<void>,
): () => Promise<void> {
  return async () => {
    const outcomes = await Promise.allSettled(cases.map(body));
    outcomes.forEach((outcome, index) => {
      if (outcome.status === 'fulfilled') return;
      const error = outcome.reason instanceof Error ? outcome.reason : new Error(String(outcome.reason));
      error.message = `${cases[index]?.what}: ${error.message}`;
      throw error;
    });
  };
}
