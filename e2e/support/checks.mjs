/**
 * The tally of one part of the end-to-end tests. A part prints each check as it goes; its last line is
 * `N passed, N failed`, with `, N skipped` where it skipped something.
 */
const tally = { passed: 0, failed: 0, skipped: 0 };

/** Runs a part and prints the sum. A part that does not come to its end has failed. */
export async function part(test) {
  try {
    await test();
  } catch (error) {
    fail('it came to no end', error);
  }
  const { passed, failed, skipped } = tally;
  print(`${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`);
  process.exitCode = failed === 0 && passed + skipped > 0 ? 0 : 1;
}

/** Runs one check. What `test` returns, if anything, is told behind its name. Resolves to whether it passed. */
export async function check(what, test) {
  const began = performance.now();
  try {
    const told = await test();
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    tally.passed += 1;
    print(`passed  ${what} (${told === undefined ? '' : `${told}; `}${seconds} s)`);
    return true;
  } catch (error) {
    fail(what, error);
    return false;
  }
}

/** Says what cannot be checked here, and why. In CI nothing may be left out. */
export function skip(what, reason) {
  if (process.env.CI === 'true') return fail(what, reason);
  tally.skipped += 1;
  print(`skipped ${what}: ${reason}`);
}

/** Tells what nobody here can change, and so is no failure. */
export function tell(line) {
  print(`        ${line}`);
}

function fail(what, error) {
  tally.failed += 1;
  const reason = error instanceof Error ? error.message : String(error);
  print(`failed  ${what}\n${reason.slice(0, 4000).replace(/^/gm, '        ')}`);
}

function print(line) {
  process.stdout.write(`${line}\n`);
}
