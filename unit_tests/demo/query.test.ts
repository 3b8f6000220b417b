import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseCommandLine } from '#command-line';
import { Destination } from '../../demo/duckdb.ts';
import { COMMAND, DATABASE, taskOf } from '../../demo/query/arguments.ts';
import { type Answer, ask, requireFile } from '../../demo/query/ask.ts';
import { formatted } from '../../demo/query/formats.ts';

const task = (argv: string[], env = {}) => taskOf(parseCommandLine(COMMAND, argv, env));

test('arguments select the file, the format and the SQL; without SQL, stdin has it', () => {
  expect(task([])).toEqual({ file: DATABASE, isFileGiven: false, format: 'table', sql: undefined });
  const sql = 'SELECT 1';
  const given = { file: 'x', isFileGiven: true, format: 'csv', sql };
  expect(task(['--format', 'csv', '--file', 'x', sql])).toEqual(given);
  expect(() => taskOf(parseCommandLine(COMMAND, [], {}), true)).toThrow('No SQL is given.');
});

test.each([
  [['SELECT', '1'], {}, /quotation marks/],
  [[' '], {}, /No SQL is given/],
  [['--format', 'xml'], {}, /one of table, csv, json/],
  // npm passes these on if the -- is missing.
  [['csv', 'SELECT 1'], {}, /Put -- before/],
  [['x.duckdb', 'SELECT 1'], { npm_config_file: 'true', npm_lifecycle_event: 'query' }, /Put -- before/],
])('%j with %j is wrong usage', (argv, env, problem) => {
  expect(() => task(argv, env)).toThrow(problem);
});

const ANSWER: Answer = {
  columns: ['name', 'hours', 'people_ids'],
  rows: [
    ['Say "hi", you', 616.67, [1, 2]],
    ['two\nlines', 1 / 3, null],
  ],
};

test('a table has aligned, rounded numbers; if it is too wide, each line has one column', () => {
  const table = [
    '┌───────────────┬────────┬────────────┐',
    '│ name          │  hours │ people_ids │',
    '├───────────────┼────────┼────────────┤',
    '│ Say "hi", you │ 616.67 │ [1,2]      │',
    '│ two           │ 0.3333 │ NULL       │',
    '│ lines         │        │            │',
    '└───────────────┴────────┴────────────┘',
    '2 rows\n',
  ];
  expect(formatted([ANSWER], 'table', 39)).toBe(table.join('\n'));
  const row = [
    'row 1 of 2',
    '  name        Say "hi", you',
    '  hours       616.67',
    '  people_ids  [1,2]',
    'row 2 of 2',
  ];
  expect(formatted([ANSWER], 'table', 38)).toMatch(`${row.join('\n')}\n  name        two\n`);
  expect(formatted([{ ...ANSWER, rows: [] }], 'table', 5)).toMatch(/name.*hours.*people_ids.*0 rows\n$/s);
});

test('terminal control characters are removed from a table', () => {
  expect(formatted([{ columns: ['a'], rows: [['\u001B[2Jx\u009By\u0007']] }], 'table', 80)).toContain('│ [2Jxy │');
});

test('csv and json are exact, and null is empty in csv', () => {
  expect(formatted([ANSWER], 'csv', 10)).toBe(
    'name,hours,people_ids\n"Say ""hi"", you",616.67,"[1,2]"\n"two\nlines",0.3333333333333333,\n',
  );
  expect(JSON.parse(formatted([ANSWER], 'json', 10))).toEqual([
    { name: 'Say "hi", you', hours: 616.67, people_ids: [1, 2] },
    { name: 'two\nlines', hours: 1 / 3, people_ids: null },
  ]);
});

let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'query-'));
  file = join(folder, 'float.duckdb');
  const destination = await Destination.create(file);
  await destination.query(
    `CREATE TABLE t AS SELECT * FROM (VALUES (1, 308.33, '{"a": [1]}'::JSON), (2, 308.34, NULL)) AS v (id, hours, more)`,
  );
  destination.close();
});

afterAll(() => rm(folder, { recursive: true }));

test('each statement has its result, without rounding noise', async () => {
  const noisy = 'SELECT sum(hours::DOUBLE) + 0.0000000000001 AS hours, sum(hours) AS exact, sum(id) AS id FROM t';
  const typed = "SELECT more, true AS yes, DATE '2026-01-01' AS day FROM t ORDER BY id LIMIT 1";
  expect(await ask(file, `${noisy}; ${typed};`)).toEqual([
    { columns: ['hours', 'exact', 'id'], rows: [[616.67, 616.67, 3]] },
    { columns: ['more', 'yes', 'day'], rows: [[{ a: [1] }, true, '2026-01-01']] },
  ]);
});

test.each([
  ['SELEC 1', /^Parser Error: syntax error at or near "SELEC"/],
  ['SELECT * FROM nowhere', /nowhere does not exist/],
  ['CREATE VIEW v AS SELECT 1', /cannot change the file.*docs\/recipes\.md/],
  ['-- nothing', /no statement/],
])('the error message of %j says what is wrong', async (sql, problem) => {
  await expect(ask(file, sql)).rejects.toThrow(problem);
});

test('the error message of a missing file says how to create it, and lists other files', async () => {
  const usual = join(folder, 'none', 'float.duckdb');
  await expect(requireFile(usual, true)).rejects.toThrow(/^The file .* does not exist\.$/);
  await expect(requireFile(usual, false)).rejects.toThrow(/ does not exist yet\. Run npm run demo to create it\.$/);
  await expect(requireFile(join(folder, '..', 'float.duckdb'), false)).rejects.toThrow(`add --file ${file}`);
  await expect(ask(folder, 'SELECT 1')).rejects.toThrow(/cannot be opened/);
});
