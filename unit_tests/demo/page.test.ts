import { expect, jest, test } from '@jest/globals';
import { parseHTML } from 'linkedom';
import { recordSync } from '../../demo/history.ts';
import { weeksFromToday } from '../../demo/page/calendar.ts';
import { pageOf } from '../../demo/page/page.ts';
import type { StreamRun } from '../../demo/sync.ts';
import { type Rows, withTables } from './tables.ts';

// Each page has a database of its own, and machines may be busy.
jest.setTimeout(60_000);

const NOW = new Date('2026-03-11T12:00:00Z');
const RUN: StreamRun = {
  ...{ name: 'people', status: 'complete', records: 5, requests: 1, added: 3, changed: 2, deleted: 0 },
  ...{ startedAt: NOW.getTime(), endedAt: NOW.getTime() + 1500, waitsUntil: 0 },
};

const page = (rows: Rows, runs: readonly StreamRun[] = [RUN]): Promise<string> =>
  withTables(rows, async (tables) => {
    await recordSync(tables, runs);
    return pageOf(tables, { company: undefined, host: 'float.example', now: NOW });
  });

const NAME = `<script>alert(1)</script> & "Sons" <img src=x onerror='alert(2)'>`;

/** A company of so many people, each with a week of work and a day off. */
const company = (size: number, name: (id: number) => string): Rows => {
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

test('names are always escaped', async () => {
  const html = await page(
    company(2, () => NAME),
    [{ ...RUN, status: 'failed', problem: NAME }],
  );
  const { document } = parseHTML(html);
  expect(document.querySelectorAll('script, img, iframe, link, object')).toHaveLength(0);
  for (const element of document.querySelectorAll('*')) {
    const handlers = [...element.attributes].map(({ name }) => name).filter((name) => name.startsWith('on'));
    expect(handlers).toEqual([]);
  }
  expect(document.querySelector('tbody th')?.textContent).toBe(NAME);
  expect(document.querySelector('.problem')?.textContent).toBe(`people: ${NAME}`);
});

test('the page loads nothing, and its policy forbids it', async () => {
  const html = await page(company(3, (id) => `P${id}`));
  expect(html).toContain(
    `content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"`,
  );
  expect(html.replaceAll('http://www.w3.org/', '')).not.toMatch(/https?:|url\(|@import|src=|href=/);
});

test('every chart has a title, a description and a table with its numbers', async () => {
  const { document } = parseHTML(await page(company(3, (id) => `P${id}`)));
  const charts = [...document.querySelectorAll('.chart svg')];
  expect(charts).toHaveLength(6);
  for (const chart of charts) {
    expect(chart.getAttribute('role')).toBe('img');
    expect(chart.getAttribute('aria-label')).toMatch(/^\w.*\. \d+ .*table below/);
    expect(chart.closest('section')?.querySelector('details table')).not.toBeNull();
  }
  const rows = [...document.querySelectorAll('tbody tr')].map((row) =>
    [...row.children].map((cell) => cell.textContent),
  );
  expect(rows).toContainEqual([
    'P1',
    '0 %',
    '0 %',
    '0 %',
    '0 %',
    '50 %',
    '0 %',
    'off',
    '0 %',
    '0 %',
    '0 %',
    '0 %',
    '0 %',
    '0 %',
  ]);
  expect(rows).toContainEqual(['P1', '12.0', '7.0', '-5.0']);
  expect(rows).toContainEqual(['P1', 'P1', '20 Mar to 27 Mar', 'whole days']);
  expect(rows).toContainEqual(['people', '5', '3', '2', '0', '1', '1.5']);
});

test('an account is named by the domain of its owner, else by its server', async () => {
  expect(await page(company(1, () => 'P'))).toContain('<h1>acme.example</h1>');
  expect(await page({})).toContain('<h1>float.example</h1>');
});

test('for a large company the page shows a readable part and says how much it omits', async () => {
  const { document } = parseHTML(await page(company(31, (id) => `P${id}`)));
  const notes = [...document.querySelectorAll('section .note')].map(({ textContent }) => textContent);
  expect(notes[0]).toContain('The 30 people with the most planned hours, of 31.');
  expect(notes[1]).toContain('The 15 projects with the most hours, of 31.');
  expect(notes[2]).toContain('Shows the first 30 of 31 people with time off.');
  const tables = [...document.querySelectorAll('details tbody')].map(({ children }) => children.length);
  expect(tables).toEqual([30, 15, 30]);
});

test('for an empty account the page says that there is no data', async () => {
  const { document } = parseHTML(await page({}));
  expect(document.querySelectorAll('.chart')).toHaveLength(0);
  const notes = [...document.querySelectorAll('section .note')].map(({ textContent }) => textContent);
  expect(notes[0]).toBe('There are no people in this account yet.');
  expect(notes[1]).toBe('Nothing was planned or logged from 12 Jan to 11 Mar.');
  expect(notes[2]).toBe('Nobody has time off from 2 Mar to 26 Apr.');
  expect(document.body.textContent).not.toMatch(/NaN|undefined|null|Infinity/);
});

test('people without hours, projects without names and odd values break no chart', async () => {
  const html = await page({
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
    time_off: [{ id: 1 }, { id: 2, people_ids: [1], start_date: '2026-03-12' }],
    logged_time: [{ id: 'a', date: '2026-03-09' }],
    projects: [{ id: 1 }],
  });
  expect(html).not.toMatch(/NaN|undefined|>null|Infinity/);
  expect(html).toContain('aria-label="Time off by person and day. 1 absence of 1 person');
});

test('on a narrow screen the calendar has the four weeks from today', () => {
  const span = (start: string, end: string) => ({
    id: 1,
    name: 'P1',
    type: 'Leave',
    start,
    end,
    tentative: false,
    hours: null,
  });
  const off = {
    from: '2026-03-02',
    to: '2026-04-26',
    spans: [span('2026-03-03', '2026-03-08'), span('2026-03-08', '2026-03-09'), span('2026-04-05', '2026-04-10')],
    holidays: ['2026-03-08', '2026-03-09', '2026-04-05', '2026-04-06'].map((day) => ({ day, name: day })),
  };
  // A Wednesday.
  expect(weeksFromToday(off, '2026-03-11')).toEqual({
    from: '2026-03-09',
    to: '2026-04-05',
    spans: [span('2026-03-09', '2026-03-09'), span('2026-04-05', '2026-04-05')],
    holidays: ['2026-03-09', '2026-04-05'].map((day) => ({ day, name: day })),
  });
});

test('on a narrow screen the page says if nobody is away in the four weeks from today', async () => {
  const { document } = parseHTML(
    await page({
      people: [{ id: 1, name: 'P1', active: 1 }],
      time_off: [{ id: 1, people_ids: [1], full_day: 1, start_date: '2026-03-03', end_date: '2026-03-08' }],
    }),
  );
  expect(document.querySelector('.note.narrow')?.textContent).toBe('Nobody has time off from 9 Mar to 5 Apr.');
});

test('only the page of a real account warns of personal data', async () => {
  const html = (company: string | undefined) =>
    withTables({}, async (tables) => {
      await recordSync(tables, [RUN]);
      return pageOf(tables, { company, host: 'float.example', now: NOW });
    });
  expect(await html(undefined)).toContain('personal data');
  expect(await html('A made-up company')).not.toContain('personal data');
});

test('the reason of a failed stream is shown where its numbers are missing', async () => {
  const problem = 'Time tracking is switched off in this Float account.';
  const { document } = parseHTML(
    await page(
      company(1, () => 'P'),
      [{ ...RUN, name: 'logged_time', status: 'failed', problem }],
    ),
  );
  const told = [...document.querySelectorAll('.problem')].map(({ textContent }) => textContent);
  expect(told).toEqual([`Logged time: ${problem}`, `logged_time: ${problem}`, 'failed']);
});

test('each stream is shown with its last sync', async () => {
  const html = await withTables({}, async (tables) => {
    await recordSync(tables, [
      { ...RUN, name: 'roles', records: 11 },
      { ...RUN, records: 22 },
    ]);
    await recordSync(tables, [{ ...RUN, records: 33 }]);
    return pageOf(tables, { company: 'Acme', host: 'float.example', now: NOW });
  });
  const { document } = parseHTML(html);
  const rows = [...document.querySelectorAll('tbody tr')].map((row) =>
    [...row.children].slice(0, 2).map((cell) => cell.textContent),
  );
  expect(rows).toEqual([
    ['roles', '11'],
    ['people', '33'],
  ]);
});
