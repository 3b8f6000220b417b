import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RequestFailed } from '../../../src/cdk/http/failure.ts';
import type { Outcome } from '../../../src/cdk/http/outcome.ts';
import { Expansions } from '../../../src/cdk/lists/expansions.ts';
import { FLOAT_POLICY } from '../../../src/float/failures.ts';
import { seedOf } from '../../support/random.ts';

const NAMES = ['a', 'b', 'c', 'd'] as const;

const failed = (outcome: Outcome): RequestFailed =>
  new RequestFailed(outcome, { name: 'rows', path: '/rows', host: 'api.test' }, { sent: 1 }, FLOAT_POLICY);

const answered = (status: number): RequestFailed => failed({ kind: 'status', status, said: '' });

/** A server that accepts or refuses each combination of expansions. */
interface Server {
  readonly names: readonly string[];
  /** For each combination, the status of the refusal, or undefined. Bit n of the index stands for name n. */
  readonly refusals: readonly (number | undefined)[];
  /** The nth request fails with this error. */
  readonly fault: { readonly nth: number; readonly error: RequestFailed } | undefined;
}

const refusal = fc.constantFrom(400, 403, 422);
const maybeRefusal = fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 2, arbitrary: refusal });
const fault = fc.constantFrom(
  ...[401, 404, 429, 503].map(answered),
  failed({ kind: 'network', code: 'ECONNRESET' }),
  failed({ kind: 'no answer', seconds: 60 }),
);

const servers: fc.Arbitrary<Server> = fc.integer({ min: 0, max: NAMES.length }).chain((count) =>
  fc.record({
    names: fc.constant(NAMES.slice(0, count)),
    refusals: fc.array(maybeRefusal, { minLength: 2 ** count, maxLength: 2 ** count }),
    fault: fc.option(fc.record({ nth: fc.integer({ min: 1, max: count + 4 }), error: fault }), { nil: undefined }),
  }),
);

const maskOf = (names: readonly string[], some: readonly string[]): number =>
  some.reduce((mask, name) => mask | (1 << names.indexOf(name)), 0);

interface Rows {
  readonly page: number;
  readonly names: readonly string[];
}

/** Reads three pages of the list from `first` on. `asked`: the requests; `forFirst`: their number until the first page came. */
async function read(server: Server, first: number) {
  const asked: Rows[] = [];
  const warnings: string[] = [];
  const list = { name: 'rows', expansions: server.names };
  const expansions = new Expansions(list, (level, sentence) => warnings.push(`${level} ${sentence}`));
  const ask =
    (page: number) =>
    async (names: readonly string[]): Promise<Rows> => {
      asked.push({ page, names });
      if (asked.length === server.fault?.nth) throw server.fault.error;
      const status = server.refusals[maskOf(server.names, names)];
      if (status !== undefined) throw answered(status);
      return { page, names };
    };
  const pages: Rows[] = [];
  let error: unknown;
  let forFirst = 0;
  try {
    for (let page = first; page < first + 3; page += 1) {
      pages.push(await expansions.getPage(page, ask(page), ask(1)));
      if (page === first) forFirst = asked.length;
    }
  } catch (thrown) {
    error = thrown;
  }
  return { asked, warnings, pages, error, forFirst, accepted: expansions.accepted };
}

/** The expansions that should be accepted. */
function expectedOf({ names, refusals }: Server): readonly string[] {
  const isAccepted = (some: readonly string[]) => refusals[maskOf(names, some)] === undefined;
  if (isAccepted(names)) return names;
  const alone = names.length < 2 ? [] : names.filter((name) => isAccepted([name]));
  return alone.length > 0 && isAccepted(alone) ? alone : [];
}

const settings = { numRuns: 250, seed: seedOf(14) };
const firstPage = fc.integer({ min: 1, max: 5 });

test('whichever expansions a server accepts, all rows come with them, in few requests', async () => {
  const check = async (drawn: Server, first: number): Promise<void> => {
    const server = { ...drawn, fault: undefined };
    const { names, refusals } = server;
    const { asked, warnings, pages, error, forFirst, accepted } = await read(server, first);
    const expected = expectedOf(server);
    const isAcceptedAtOnce = refusals.at(-1) === undefined;
    expect(asked[0]).toEqual({ page: first, names });
    if (!isAcceptedAtOnce && refusals[0] !== undefined) {
      expect(error).toMatchObject({ outcome: { status: refusals[0] } });
      expect(warnings).toEqual([]);
      return;
    }
    expect(error).toBeUndefined();
    expect(pages).toEqual([0, 1, 2].map((n) => ({ page: first + n, names: expected })));
    expect(accepted).toEqual(expected);
    // Each expansion alone, and three combinations. A resumed sync tries them on page 1, and requests its own page twice.
    expect(forFirst).toBeLessThanOrEqual(isAcceptedAtOnce ? 1 : names.length + (first === 1 ? 3 : 5));
    if (!isAcceptedAtOnce) expect(asked[1]?.page).toBe(1);
    const refused = names.filter((name) => !expected.includes(name)).join(', ');
    const warning = `^WARN rows: the server refuses to expand ${refused}, .* null .*overwrite`;
    expect(warnings).toEqual(refused === '' ? [] : [expect.stringMatching(warning)]);
  };
  await fc.assert(fc.asyncProperty(servers, firstPage, check), settings);
});

test('any other failure is not treated as a refusal and ends the read without further requests', async () => {
  const check = async (server: Server, first: number): Promise<void> => {
    const { asked, error } = await read(server, first);
    if (server.fault === undefined || asked.length < server.fault.nth) return;
    expect(error).toBe(server.fault.error);
    expect(asked).toHaveLength(server.fault.nth);
  };
  await fc.assert(fc.asyncProperty(servers, firstPage, check), settings);
});

test('a later page that is refused although page 1 is accepted keeps its own error', async () => {
  const expansions = new Expansions({ name: 'rows', expansions: ['a', 'b'] }, () => undefined);
  const noSuchPage = answered(422);
  const refuse = async (): Promise<never> => {
    throw noSuchPage;
  };
  await expect(expansions.getPage(7, refuse, async () => 'rows')).rejects.toBe(noSuchPage);
  expect(expansions.accepted).toEqual(['a', 'b']);
});

test('after page 1, a refusal of a page is an ordinary error', async () => {
  const expansions = new Expansions({ name: 'rows', expansions: ['a', 'b'] }, () => undefined);
  const asked: string[] = [];
  const ask = (page: number) => async (names: readonly string[]) => {
    asked.push(`${page} ${names}`);
    if (asked.length > 1) throw answered(403);
    return 'rows';
  };
  await expansions.getPage(1, ask(1), ask(1));
  await expect(expansions.getPage(2, ask(2), ask(1))).rejects.toMatchObject({ outcome: { status: 403 } });
  await expect(expansions.getPage(1, ask(1), ask(1))).rejects.toMatchObject({ outcome: { status: 403 } });
  expect(asked).toEqual(['1 a,b', '2 a,b', '1 a,b']);
});
