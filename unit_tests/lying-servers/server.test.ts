import { describe, expect, test } from '@jest/globals';
import { HEADERS, LIES, type Lie } from './counts.ts';
import { rowsBefore, rowsNow } from './rows.ts';
import { type Answer, LyingServer, type ServerDescription } from './server.ts';

const HONEST: ServerDescription = {
  list: 'people',
  rows: 450,
  order: { kind: 'newest first' },
  hidesEvery: 0,
  hidesRun: null,
  duplicate: null,
  changed: 0.5,
  pageSize: { kind: 'honoured', capRows: 200 },
  ignoresPage: false,
  counts: { total: 'right', pages: 'right', currentPage: 'right', perPage: 'right' },
  countsHidden: true,
  pastTheEnd: 'empty',
  oddPage: null,
  moves: [],
  body: 'array',
};

function serve(lies: Partial<ServerDescription> = {}): LyingServer {
  const description = { ...HONEST, ...lies };
  return new LyingServer(description, rowsBefore(description));
}

function ask(server: LyingServer, page: number, perPage = 200, others: Record<string, string> = {}): Answer {
  return server.answer(new URLSearchParams({ page: String(page), 'per-page': String(perPage), ...others }));
}

function keys({ body }: Answer): number[] {
  const rows: { people_id: number }[] = JSON.parse(body);
  return rows.map(({ people_id }) => people_id);
}

function keysOf(server: LyingServer, pages: number, perPage = 200): number[] {
  return Array.from({ length: pages }, (_, index) => keys(ask(server, index + 1, perPage))).flat();
}

describe('an honest server answers as Float does', () => {
  test.each([
    { rows: 0, pages: 0, last: 0 },
    { rows: 1, pages: 1, last: 1 },
    { rows: 200, pages: 1, last: 200 },
    { rows: 201, pages: 2, last: 1 },
    { rows: 450, pages: 3, last: 50 },
  ])('$rows rows: $pages pages, $last rows on the last one', ({ rows, pages, last }) => {
    const server = serve({ rows });
    const onLast = ask(server, Math.max(1, pages));
    expect(keys(onLast)).toHaveLength(last);
    expect(onLast).toMatchObject({
      status: 200,
      headers: {
        [HEADERS.total]: String(rows),
        [HEADERS.pages]: String(pages),
        [HEADERS.currentPage]: String(Math.max(1, pages)),
        [HEADERS.perPage]: '200',
      },
    });
    const all = keysOf(serve({ rows }), pages);
    expect(all).toEqual([...new Set(all)].sort((one, other) => other - one));
    expect(all).toHaveLength(rows);
    expect(keys(ask(server, pages + 1))).toEqual([]);
  });

  test('gives 50 rows unless asked for another number, and has a Date', () => {
    const answer = serve().answer(new URLSearchParams());
    expect(keys(answer)).toHaveLength(50);
    expect(answer.headers.date).toMatch(/GMT$/);
  });

  test('gives the rows modified at an instant or later, in both forms of the instant', () => {
    const server = new LyingServer(HONEST, rowsNow(HONEST));
    const [all, changed, same] = [undefined, '2026-06-02T12:00:00Z', '2026-06-02 12:00:00'].map((since) =>
      Number(ask(server, 1, 200, since === undefined ? {} : { modified_since: since }).headers[HEADERS.total]),
    );
    expect(all).toBe(450);
    expect(changed).toBeGreaterThan(100);
    expect(changed).toBeLessThan(350);
    expect(same).toBe(changed);
  });

  test('has a single row only where the list shows it', () => {
    const server = serve({ hidesEvery: 2 });
    const statusOf = (key: number): number => server.get(`/people/${key}`, new URLSearchParams()).status;
    expect([4_500, 4_490, 7].map(statusOf)).toEqual([200, 404, 404]);
  });
});

describe('each lie lies', () => {
  const lies: Record<Exclude<Lie, 'right'>, Record<keyof typeof HEADERS, string | undefined>> = {
    missing: { total: undefined, pages: undefined, currentPage: undefined, perPage: undefined },
    zero: { total: '0', pages: '0', currentPage: '0', perPage: '0' },
    'of the page': { total: '50', pages: '1', currentPage: '1', perPage: '50' },
    'one too few': { total: '449', pages: '2', currentPage: '2', perPage: '199' },
    half: { total: '225', pages: '1', currentPage: '1', perPage: '100' },
    'one too many': { total: '451', pages: '4', currentPage: '4', perPage: '201' },
    double: { total: '901', pages: '7', currentPage: '7', perPage: '401' },
    'counted from 0': { total: '449', pages: '2', currentPage: '2', perPage: '199' },
    garbage: { total: 'many', pages: 'many', currentPage: 'many', perPage: 'many' },
    negative: { total: '-451', pages: '-4', currentPage: '-4', perPage: '-201' },
    'changes with the page': { total: '453', pages: '6', currentPage: '6', perPage: '203' },
  };
  test.each(LIES.filter((lie) => lie !== 'right'))('a count that is %s', (lie) => {
    const { headers } = ask(serve({ counts: { total: lie, pages: lie, currentPage: lie, perPage: lie } }), 3);
    const told = Object.entries(HEADERS).map(([name, header]) => [name, headers[header]]);
    expect(Object.fromEntries(told)).toEqual(lies[lie]);
  });

  test.each<[ServerDescription['pageSize'], number, number]>([
    [{ kind: 'honoured', capRows: 50 }, 200, 50],
    [{ kind: 'honoured', capRows: 50 }, 20, 20],
    [{ kind: 'own', rows: 250 }, 200, 250],
    [{ kind: 'own', rows: 7 }, 200, 7],
    [{ kind: 'at least', leastRows: 100 }, 60, 100],
  ])('page size %j, asked for %i: %i rows', (pageSize, asked, given) => {
    expect(keys(ask(serve({ pageSize }), 1, asked))).toHaveLength(given);
  });

  test.each<[ServerDescription['pastTheEnd'], number, number]>([
    ['empty', 200, 0],
    ['last page', 200, 50],
    ['first page', 200, 200],
    [204, 204, 0],
    [404, 404, 0],
    [422, 422, 0],
  ])('past the end: %s', (pastTheEnd, status, rows) => {
    const server = serve({ pastTheEnd });
    expect(ask(server, 4).status).toBe(status);
    expect(server.given.at(-1)?.keys).toHaveLength(rows);
  });

  test('page has no effect', () => {
    const server = serve({ ignoresPage: true });
    expect(keys(ask(server, 3))).toEqual(keys(ask(server, 1)));
  });

  test.each<[ServerDescription['oddPage'], number[]]>([
    [{ page: 2, answer: 'empty', isOnce: true }, [0, 200]],
    [{ page: 2, answer: 'empty', isOnce: false }, [0, 0]],
    [{ page: 2, answer: 404, isOnce: true }, [404, 200]],
    [{ page: 2, answer: 422, isOnce: false }, [422, 422]],
  ])('one odd page: %j', (oddPage, answers) => {
    const server = serve({ oddPage });
    expect(keys(ask(server, 1))).toHaveLength(200);
    const again = [ask(server, 2), ask(server, 2)];
    expect(again.map((answer) => (answer.status === 200 ? keys(answer).length : answer.status))).toEqual(answers);
    expect(keys(ask(server, 3))).toHaveLength(50);
  });

  test.each([true, false])('rows hidden after paging, counted: %s', (countsHidden) => {
    const answer = ask(serve({ hidesEvery: 10, countsHidden }), 1);
    expect(keys(answer)).toHaveLength(180);
    expect(answer.headers[HEADERS.total]).toBe(countsHidden ? '450' : '405');
  });

  test('a run of hidden rows empties a page', () => {
    const server = serve({ rows: 100, pageSize: { kind: 'own', rows: 10 }, hidesRun: { from: 0.1, to: 0.3 } });
    expect([1, 2, 3, 4].map((page) => keys(ask(server, page)).length)).toEqual([10, 0, 0, 10]);
  });

  test.each([true, false])('a key on two pages, with another content: %s', (differs) => {
    const server = serve({ duplicate: { of: 0.1, at: 0.9, differs } });
    const rows = [1, 2, 3].flatMap((page): { people_id: number; name: string }[] => JSON.parse(ask(server, page).body));
    const [first, second, ...others] = rows.filter(({ people_id }) => people_id === (450 - 45) * 10);
    expect(others).toEqual([]);
    expect(first?.name === second?.name).toBe(!differs);
    expect(rows).toHaveLength(451);
  });

  test.each<[ServerDescription['order'], boolean]>([
    [{ kind: 'oldest first' }, false],
    [{ kind: 'none', seed: 1 }, true],
    [{ kind: 'newest first, some out of place', rows: 2, seed: 1 }, true],
  ])('order: %j', (order, isOutOfOrder) => {
    const all = keysOf(serve({ order }), 3);
    const inOrder = all.toSorted((one, other) => (order.kind === 'oldest first' ? one - other : other - one));
    expect(all.join() !== inOrder.join()).toBe(isOutOfOrder);
    expect(new Set(all).size).toBe(450);
  });

  test('rows move before an answer, and edits are stamped', () => {
    const server = serve({
      rows: 10,
      moves: [
        { kind: 'delete', before: 1, at: 0 },
        { kind: 'insert', before: 2, rows: 1 },
        { kind: 'enter in the middle', before: 3, at: 0.5 },
        { kind: 'edit', before: 4, at: 0.9 },
        { kind: 'insert', before: 5, rows: 'aPage' },
      ],
    });
    const seen = Array.from({ length: 5 }, () => keys(ask(server, 1)));
    expect(seen.map(([first, ...others]) => [first, others.length + 1])).toEqual([
      [100, 10],
      [90, 9],
      [110, 10],
      [110, 11],
      [110, 11],
    ]);
    expect(seen[3]).toContain(51);
    const since = new Date(server.nowMs - 1_000).toISOString();
    expect(keys(ask(server, 1, 200, { modified_since: since }))).toHaveLength(200);
    expect(Number(server.given.at(-1)?.headers[HEADERS.total])).toBe(203);
  });

  test('rows under data, keys as hex text, keys in a region', () => {
    expect(JSON.parse(ask(serve({ rows: 1, body: 'data' }), 1).body)).toMatchObject({ data: [{ people_id: 10 }] });
    expect(JSON.parse(ask(serve({ rows: 1, list: 'logged_time' }), 1).body)).toMatchObject([
      { logged_time_id: '0000000a' },
    ]);
    const holidays = serve({ rows: 100, list: 'public_holidays' });
    const ids: { id: number }[] = JSON.parse(ask(holidays, 1).body);
    expect(new Set(ids.map(({ id }) => id)).size).toBe(51);
    expect(new Set(holidays.given[0]?.keys).size).toBe(100);
  });
});
