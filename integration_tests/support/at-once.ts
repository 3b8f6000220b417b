/**
 * One test for many cases that wait more than they work, all under way together.
 * The first case that fails, fails the test, under its name.
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
