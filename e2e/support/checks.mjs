import test from 'node:test';

/**
 * Runs one check as a test of Node's own runner, which counts and prints it. What `run` returns, if anything, is printed with
 * it. Resolves to whether it passed.
 */
export async function check(what, run) {
  let isPassed = false;
  await test(what, async (context) => {
    const result = await run();
    if (result !== undefined) context.diagnostic(result);
    isPassed = true;
  });
  return isPassed;
}

/** Reports a skipped check with the reason. */
export function skip(what, reason) {
  return test(what, { skip: reason });
}
