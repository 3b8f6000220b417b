import { expect, test } from '@jest/globals';
import { startApi, TOKEN } from './support/api.ts';
import { Home, SMALL } from './support/demo.ts';

test('npm run demo syncs an account into a DuckDB file and draws its page, and the token is in no file', async () => {
  const api = await startApi(SMALL);
  const home = await Home.create();
  const { code, stdout, stderr, text } = await home.sync(api);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  // No control characters, because stdout is not a terminal.
  expect(stdout).not.toMatch(new RegExp(`\x1b|${TOKEN.replaceAll('+', '\\+')}`));
  // All requests except that of `check` and those of `discover`.
  expect(text).toMatch(new RegExp(` total \\d+ ${api.requests.length - 1 - SMALL.absent.length} `));
  expect(await home.page()).toMatch(
    /Utilisation by person and week.*<th scope="row">logged_time<.th><td>60<.td><td>60</s,
  );
  expect(await home.leaks()).toEqual([]);
});
