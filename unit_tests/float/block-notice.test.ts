import { expect, test } from '@jest/globals';
import type { Failure, Success } from '../../src/cdk/http/outcome.ts';
import { withBlockNotice } from '../../src/float/block-notice.ts';

const headers = { get: () => null };
const answered: Success = { body: [], headers };
const status = (status: number): Failure => ({ outcome: { kind: 'status', status, said: '' }, headers });
const lost: Failure = { outcome: { kind: 'network', code: 'ECONNRESET' }, headers };

/** The lines that are logged after a run with these results. */
async function linesOf(results: readonly (Success | Failure)[], contactEmail?: string): Promise<string[]> {
  const lines: string[] = [];
  const log = (level: string, message: string) => lines.push(`${level} ${message}`);
  const left = [...results];
  const inner = { get: async () => left.shift() ?? lost, close: () => undefined };
  const sender = { host: 'api.float.com', userAgent: 'source-float/1.2.3', contactEmail };
  const transport = withBlockNotice(inner, sender, { log });
  for (const result of results) expect(await transport.get('https://api.float.com/v3/people', 1)).toBe(result);
  expect(lines).toEqual([]);
  transport.close();
  return lines;
}

test.each([
  ['a 403', [status(403)]],
  ['several', [status(403), status(403)]],
  ['a 403 after a lost connection', [lost, status(403)]],
])('if a server answers only 403, a warning contains the User-Agent: %s', async (_, results) => {
  const [line, ...more] = await linesOf(results);
  expect(more).toEqual([]);
  expect(line).toMatch(
    /^WARN api\.float\.com answered 403 to every request.*"source-float\/1\.2\.3".*Set contact_email/,
  );
});

test('users with a contact are not asked for one', async () => {
  const [line] = await linesOf([status(403)], 'me@example.com');
  expect(line).toContain('Ask Float support');
  expect(line).not.toContain('contact_email');
});

test.each([
  ['a 403 among answers', [status(403), answered]],
  ['a 403 for one stream and a 404 for another', [status(403), status(404)]],
  ['a quota', [status(429), status(429)]],
  ['a wrong token', [status(401)]],
  ['no answer at all', [lost]],
  ['no request', []],
])('otherwise nothing is logged: %s', async (_, results) => {
  expect(await linesOf(results)).toEqual([]);
});
