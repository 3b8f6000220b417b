import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { parseHTML } from 'linkedom';
import { configure } from '../../demo/airbyte.ts';
import { Destination } from '../../demo/duckdb.ts';
import { recordSync } from '../../demo/history.ts';
import { figuresOf } from '../../demo/page/figures.ts';
import { pageOf } from '../../demo/page/page.ts';
import type { StreamRun } from '../../demo/sync.ts';
import type { JsonObject } from '../../src/cdk/index.ts';
import { STREAMS } from '../../src/float/streams.ts';

/** A Wednesday. Its week begins on 9 March 2026. */
const TODAY = '2026-03-11';
const NOW = new Date(`${TODAY}T12:00:00Z`);

let tables: Destination;

beforeAll(async () => {
  tables = await Destination.create(':memory:');
  for (const { name, primaryKey } of STREAMS) {
    const schema = await readFile(new URL(`../../schemas/${name}.json`, import.meta.url), 'utf8');
    await tables.prepare(
      configure({
        name,
        json_schema: JSON.parse(schema),
        supported_sync_modes: ['full_refresh'],
        source_defined_primary_key: primaryKey.map((field) => [field]),
        is_resumable: false,
      }),
    );
  }
});

afterEach(async () => {
  for (const { name } of STREAMS) await tables.query(`DELETE FROM ${name}`);
  await tables.query('DROP TABLE IF EXISTS _syncs');
});

afterAll(() => tables.close());

async function fill(rows: Record<string, readonly JsonObject[]>): Promise<void> {
  for (const [name, own] of Object.entries(rows)) {
    for (const row of own) tables.append(name, row, 0);
    await tables.complete(name);
  }
}

const run = (fields: Partial<StreamRun> = {}): StreamRun => ({
  ...{ name: 'people', status: 'complete', records: 5, requests: 1, added: 3, changed: 2, deleted: 0 },
  ...{ startedAt: NOW.getTime(), endedAt: NOW.getTime() + 1500, waitsUntil: 0 },
  ...fields,
});

/** The page after one sync. */
async function page(runs: readonly StreamRun[], company?: string) {
  await recordSync(tables, runs);
  const html = await pageOf(tables, { company, host: 'float.example', now: NOW });
  const { document } = parseHTML(html);
  const textsOf = (selector: string) => [...document.querySelectorAll(selector)].map(({ textContent }) => textContent);
  const rows = [...document.querySelectorAll('tbody tr')].map(({ children }) =>
    [...children].map(({ textContent }) => textContent),
  );
  return { html, document, textsOf, rows, notes: textsOf('section .note') };
}

/** People and projects, one of each for each id. Each person has a week of work and a week off. */
const company = (size: number, name: (id: number) => string) => {
  const ids = Array.from({ length: size }, (_, index) => index + 1);
  const week = { start_date: '2026-03-09', end_date: '2026-03-13', repeat_state: 0, status: 2 };
  return {
    accounts: [{ id: 1, account_type: 1, email: 'owner@acme.example' }],
    people: ids.map((id) => ({ id, name: name(id), active: 1, people_type_id: 1 })),
    projects: ids.map((id) => ({ id, name: name(id), active: 1 })),
    tasks: ids.map((id) => ({ id, people_id: id, project_id: id, hours: 4, ...week })),
    logged_time: ids.map((id) => ({ id: `e${id}`, people_id: id, project_id: id, date: '2026-03-10', hours: 7 })),
    time_off: ids.map((id) => ({
      ...{ id, people_ids: [id], full_day: 1, timeoff_type_name: name(id), repeat_state: 0, status: 2 },
      ...{ start_date: '2026-03-20', end_date: '2026-03-27' },
    })),
    holidays: [{ id: 1, name: name(1), date: '2026-04-06', end_date: null }],
  };
};

test('markup in the data is escaped, and the page loads nothing', async () => {
  const name = `<script>alert(1)</script> & "Sons" <img src=x onerror='alert(2)'>`;
  await fill(company(2, () => name));
  const { html, document, textsOf } = await page([run({ name: 'logged_time', status: 'failed', problem: name })]);
  expect(document.querySelectorAll('script, img, iframe, link, object')).toHaveLength(0);
  const attributes = [...document.querySelectorAll('*')].flatMap((element) => [...element.attributes]);
  expect(attributes.filter((attribute) => attribute.name.startsWith('on'))).toEqual([]);
  expect(textsOf('tbody th')[0]).toBe(name);
  // The reason of a failed stream is shown where its numbers are missing, too.
  expect(textsOf('.problem')).toEqual([`Logged time: ${name}`, `logged_time: ${name}`, 'failed']);

  const policy = document.querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute('content');
  expect(policy).toBe("default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'");
  expect(html.replaceAll('http://www.w3.org/', '')).not.toMatch(/https?:|url\(|@import|<[^>]* (src|href)=/);
});

test('a large company: the page shows a readable part, says what it omits, and has a table for each chart', async () => {
  await fill(company(31, (id) => `P${id}`));
  const { document, textsOf, rows, notes } = await page([run()]);
  expect(textsOf('h1')).toEqual(['acme.example']);
  expect(notes[0]).toContain('The 30 people with the most planned hours, of 31.');
  expect(notes[1]).toContain('The 15 projects with the most hours, of 31.');
  expect(notes[2]).toContain('Shows the first 30 of 31 people with time off.');
  const lengths = [...document.querySelectorAll('details tbody')].map(({ children }) => children.length);
  expect(lengths).toEqual([30, 15, 30]);

  const charts = [...document.querySelectorAll('.chart svg')];
  expect(charts.map((chart) => chart.getAttribute('role'))).toEqual(Array(6).fill('img'));
  for (const chart of charts) expect(chart.getAttribute('aria-label')).toMatch(/^\w.*\. \d+ .*table below/);
  const shares = ['0 %', '0 %', '0 %', '0 %', '50 %', '0 %', 'off', '0 %', '0 %', '0 %', '0 %', '0 %', '0 %'];
  expect(rows).toContainEqual(['P1', ...shares]);
  expect(rows).toContainEqual(['P1', '12.0', '7.0', '-5.0']);
  expect(rows).toContainEqual(['P1', 'P1', '20 Mar to 27 Mar', 'whole days']);
  expect(rows).toContainEqual(['people', '5', '3', '2', '0', '1', '1.5']);
});

test('an empty account: the page says that there is no data, and shows the last sync of each stream', async () => {
  await recordSync(tables, [run({ name: 'roles', records: 11 }), run({ records: 22 })]);
  const { document, textsOf, rows, notes } = await page([run({ records: 33 })]);
  expect(textsOf('h1')).toEqual(['float.example']);
  expect(document.querySelectorAll('.chart')).toHaveLength(0);
  expect(notes.slice(0, 3)).toEqual([
    'There are no people in this account yet.',
    'Nothing was planned or logged from 12 Jan to 11 Mar.',
    'Nobody has time off from 2 Mar to 26 Apr. ',
  ]);
  expect(rows.map((row) => row.slice(0, 2))).toEqual([
    ['roles', '11'],
    ['people', '33'],
  ]);
  expect(document.body.textContent).not.toMatch(/NaN|undefined|null|Infinity/);
  expect(document.body.textContent).toContain('personal data');
});

test('people without hours, projects without names and odd values break no chart', async () => {
  await fill({
    people: [
      { id: 1 },
      { id: 2, work_days_hours: [0, 0, 0, 0, 0, 0, 0] },
      { id: 3, work_days_hours: ['?'], work_days_hours_history: { '?': [8], '2026-01-01': '?' }, region_id: 1 },
    ],
    public_holidays: [{ id: 1, region: 1, name: 'Free', dates: ['?'] }],
    tasks: [
      { id: 1 },
      { id: 3, people_ids: ['?'], start_date: '2026-03-09', end_date: '2026-03-10' },
      { id: 2, people_id: 9, start_date: '2026-03-09', end_date: '2026-03-01' },
    ],
    time_off: [{ id: 1 }, { id: 2, people_ids: [1], start_date: '2026-03-05' }],
    logged_time: [{ id: 'a', date: '2026-03-09' }],
    projects: [{ id: 1 }],
  });
  const { html, document, textsOf } = await page([run()], 'A made-up company');
  expect(html).not.toMatch(/NaN|undefined|>null|Infinity/);
  expect(html).not.toContain('personal data');
  expect(document.querySelector('svg[aria-label^="Time off by person and day. 1 absence of 1 person"]')).not.toBeNull();
  expect(textsOf('.note.narrow')).toEqual(['Nobody has time off from 9 Mar to 5 Apr.']);
});

test('the numbers are those of the recipes, around the day of the page', async () => {
  const task = { people_id: 1, project_id: 7, status: 2, repeat_state: 0 };
  const week = { start_date: '2026-03-09', end_date: '2026-03-13', hours: 8 };
  const entry = { project_id: 8, people_id: 1, billable: 1 };
  const off = { full_day: 1, status: 2, repeat_state: 0, timeoff_type_name: 'Leave' };
  await fill({
    people: [
      { id: 1, name: 'P1', active: 1 },
      { id: 2, name: 'Placeholder', active: 1, people_type_id: 4 },
      { id: 3, name: 'Archived', active: 0 },
    ],
    projects: [
      { id: 8, name: 'Logged' },
      { id: 9, name: 'Neither' },
    ],
    tasks: [
      { ...task, id: 1, start_date: '2026-02-05', end_date: '2026-02-05', repeat_state: 1, hours: 6 },
      { ...task, id: 2, ...week },
      { ...task, id: 3, ...week, people_id: 2, project_id: 6 },
    ],
    logged_time: [
      { id: 'a', ...entry, date: TODAY, hours: 2.5 },
      { id: 'b', ...entry, date: '2026-03-12', hours: 100 },
      { id: 'c', ...entry, date: '2026-01-11', hours: 100 },
    ],
    time_off: [
      { ...off, id: 1, people_ids: [1], start_date: '2026-02-01', end_date: '2026-03-04', status: 1 },
      { ...off, id: 2, people_ids: [1], start_date: '2026-03-10', end_date: '2026-03-10', full_day: 0, hours: 2 },
    ],
    holidays: [{ id: 1, name: 'Offsite', date: '2026-03-30', end_date: '2026-03-31' }],
  });
  const figures = await figuresOf(tables, TODAY);
  expect(figures.people).toEqual([{ id: 1, name: 'P1' }]);
  const cells = figures.cells.filter(({ id, planned }) => id === 1 && planned > 0);
  expect(cells.map(({ week, planned, available }) => `${week.slice(5)} ${planned} of ${available}`)).toEqual([
    ...['03-02 6 of 16', '03-09 46 of 38', '03-16 6 of 40', '03-23 6 of 40', '03-30 6 of 24'],
    ...['04-06', '04-13', '04-20', '04-27', '05-04'].map((monday) => `${monday} 6 of 40`),
  ]);
  // Projects are compared up to today. A project that Float no longer lists has only an id.
  expect(figures.projects).toEqual([
    { id: 7, name: 'project 7', planned: 30, logged: 0 },
    { id: 6, name: 'project 6', planned: 24, logged: 0 },
    { id: 8, name: 'Logged', planned: 0, logged: 2.5 },
  ]);
  expect(figures.timeOff).toEqual({
    from: '2026-03-02',
    to: '2026-04-26',
    spans: [
      { id: 1, name: 'P1', type: 'Leave', from: '2026-03-02', to: '2026-03-04', tentative: true, hours: null },
      { id: 1, name: 'P1', type: 'Leave', from: '2026-03-10', to: '2026-03-10', tentative: false, hours: 2 },
    ],
    holidays: [
      { day: '2026-03-30', name: 'Offsite' },
      { day: '2026-03-31', name: 'Offsite' },
    ],
  });
  expect(figures.key).toMatchObject({ people: 1, placeholders: 1, logged: 2.5, billable: 2.5 });
  // Temporary tables would hide the views of the file.
  const left = await tables.query<{ name: string }>('SELECT table_name AS name FROM duckdb_tables() WHERE temporary');
  expect(left.filter(({ name }) => !name.startsWith('raw_'))).toEqual([]);
});
