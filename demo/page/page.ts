/** One HTML page that shows the synced data. It has no scripts and loads nothing. */
import type { Destination } from '../duckdb.ts';
import { lastSyncs, type StreamSync } from '../history.ts';
import { count, number } from '../show.ts';
import { absentees, calendar, weeksFromToday } from './calendar.ts';
import { dayName, localDay, longDayName, period } from './days.ts';
import { type Figures, figuresOf, type KeyFigures, MOST_PEOPLE, MOST_PROJECTS } from './figures.ts';
import { heatMap, LEVELS, shareOf } from './heat-map.ts';
import { h, type Markup, table } from './html.ts';
import { NARROW, type Size, WIDE } from './plot.ts';
import { projectBars } from './project-bars.ts';
import { STYLE } from './style.ts';

export interface PageOptions {
  /** Name of a made-up company. For a real account, the domain of the owner's e-mail address is shown. */
  readonly company: string | undefined;
  /** Of the API. */
  readonly host: string;
  readonly now: Date;
}

export async function pageOf(destination: Destination, { company, host, now }: PageOptions): Promise<string> {
  const figures = await figuresOf(destination, localDay(now));
  const syncs = await lastSyncs(destination);
  const name = company ?? figures.domain ?? host;
  const lead = `Planned and logged work in Float, as of ${longDayName(figures.today)}.`;
  const body = [
    h('header', {}, h('h1', {}, name), h('p', { class: 'lead' }, lead), keys(figures.key)),
    h('main', {}, utilisation(figures), projects(figures, syncs), timeOff(figures), lastSync(syncs, now)),
    footer(host, company === undefined),
  ];
  const head = [
    h('meta', { charset: 'utf-8' }),
    h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    // Whatever the data contains, the browser runs no script and loads nothing.
    h('meta', {
      'http-equiv': 'Content-Security-Policy',
      content: "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
    }),
    h('title', {}, `${name}: planned and logged work`),
    h('style', {}, STYLE),
  ];
  return `<!doctype html>\n${h('html', { lang: 'en-GB' }, h('head', {}, head), h('body', {}, body)).outerHTML}\n`;
}

function keys(key: KeyFigures): Markup {
  const percent = (part: number, whole: number): string => (whole > 0 ? `${number((100 * part) / whole, 0)} %` : '–');
  const figures = [
    [
      'People',
      number(key.people, 0),
      key.placeholders > 0 ? `and ${count(key.placeholders, 'placeholder')}` : 'active',
    ],
    ['Projects', number(key.projects, 0), key.clients > 0 ? `for ${count(key.clients, 'client')}` : 'active'],
    [
      'Planned',
      percent(key.planned, key.available),
      `of ${number(key.available, 0)} h available in the next four weeks`,
    ],
    ['Logged', `${number(key.logged, 0)} h`, `in the last four weeks, ${percent(key.billable, key.logged)} billable`],
    ['Days off', number(key.days_off, 0), `in the next four weeks, of ${count(key.people_off, 'person', 'people')}`],
  ] as const;
  return h(
    'ul',
    { class: 'keys' },
    figures.map(([title, value, more]) =>
      h('li', {}, h('span', {}, title), h('strong', {}, value), h('span', {}, more)),
    ),
  );
}

function utilisation({ utilisation: { people, weeks, cells }, key, today }: Figures): Markup {
  const title = 'Utilisation by person and week';
  if (people.length === 0) return section(title, 'There are no people in this account yet.');
  const rowOf = ({ id, name }: (typeof people)[number]): string[] => {
    const own = cells.filter((cell) => cell.id === id);
    return [
      name,
      ...weeks.map((week) =>
        own
          .filter((cell) => cell.week === week)
          .map(shareOf)
          .join(''),
      ),
    ];
  };
  return section(
    title,
    `The planned share of each person's working hours (after holidays and time off). ${
      key.people > MOST_PEOPLE
        ? `The ${MOST_PEOPLE} people with the most planned hours, of ${number(key.people, 0)}.`
        : ''
    }`,
    legend(LEVELS.map(({ name, colour }) => [name, colour])),
    ...charts(title, (size) => heatMap({ people, weeks, cells }, today, size)),
    asTable(
      title,
      [{ title: 'Person' }, ...weeks.map((week) => ({ title: dayName(week), isNumber: true }))],
      people.map(rowOf),
    ),
  );
}

function projects({ projects: { from, rows, count: all }, today }: Figures, syncs: readonly StreamSync[]): Markup {
  const title = 'Planned and logged hours by project';
  const problem = syncs.find(({ stream, status }) => stream === 'logged_time' && status === 'failed')?.problem;
  const note =
    problem === null || problem === undefined ? undefined : h('p', { class: 'problem' }, `Logged time: ${problem}`);
  if (rows.length === 0) return section(title, `Nothing was planned or logged from ${period(from, today)}.`, note);
  const cells = rows.map(({ name, planned, logged }) => [
    name,
    number(planned, 1),
    number(logged, 1),
    number(logged - planned, 1),
  ]);
  return section(
    title,
    `From ${period(from, today)}. ${
      all > MOST_PROJECTS ? `The ${MOST_PROJECTS} projects with the most hours, of ${number(all, 0)}.` : ''
    }`,
    note,
    legend([
      ['planned', 'var(--planned)'],
      ['logged', 'var(--logged)'],
    ]),
    ...charts(title, (size) => projectBars(rows, size)),
    asTable(
      title,
      [
        { title: 'Project' },
        { title: 'Planned h', isNumber: true },
        { title: 'Logged h', isNumber: true },
        { title: 'Difference', isNumber: true },
      ],
      cells,
    ),
  );
}

function timeOff({ timeOff: off, today }: Figures): Markup {
  const title = 'Time off calendar';
  const { from, to, spans, holidays } = off;
  const when = period(from, to);
  const free =
    holidays.length === 0 ? '' : `Holidays: ${holidays.map(({ day, name }) => `${dayName(day)} ${name}`).join(', ')}.`;
  if (spans.length === 0) return section(title, `Nobody has time off from ${when}. ${free}`);
  const away = absentees(spans);
  const nearby = weeksFromToday(off, today);
  const shown = away.slice(0, MOST_PEOPLE);
  const rows = spans
    .filter((span) => shown.some(({ id }) => id === span.id))
    .map(({ name, type, start, end, tentative, hours }) => [
      name,
      type,
      period(start, end),
      `${hours === null ? 'whole days' : `${number(hours, 1)} h a day`}${tentative ? ', tentative' : ''}`,
    ]);
  return section(
    title,
    `From ${when}. ${away.length > shown.length ? `Shows the first ${shown.length} of ${number(away.length, 0)} people with time off.` : ''} ${free} Low bars are parts of a day.`,
    legend([
      ['confirmed', 'var(--away)'],
      ['tentative', 'var(--away-tentative)', 'var(--away)'],
      ['holiday', 'var(--holiday)'],
      ['weekend', 'var(--weekend)'],
    ]),
    chart(title, calendar(off, today, WIDE), 'wide'),
    nearby.spans.length === 0
      ? h('p', { class: 'note narrow' }, `Nobody has time off from ${period(nearby.from, nearby.to)}.`)
      : chart(title, calendar(nearby, today, NARROW), 'narrow'),
    asTable(title, [{ title: 'Person' }, { title: 'Kind' }, { title: 'When' }, { title: 'How long' }], rows),
  );
}

function lastSync(syncs: readonly StreamSync[], now: Date): Markup {
  const title = 'Result of the last sync';
  const numbers = ['records', 'added', 'changed', 'deleted', 'requests'] as const;
  const failed = syncs.filter(({ status }) => status === 'failed');
  const rows = syncs.map((sync) => [
    sync.stream,
    ...numbers.map((name) => number(sync[name], 0)),
    sync.status === 'failed' ? h('span', { class: 'problem' }, 'failed') : number(sync.seconds, 1),
  ]);
  const columns = ['Records', 'New', 'Changed', 'Deleted', 'Requests', 'Seconds'];
  return section(
    title,
    `The last sync of each stream, as of ${now.toISOString().slice(0, 16).replace('T', ' ')} UTC. Some records repeat known rows; “added” and “changed” count only real differences.`,
    ...failed.map(({ stream, problem }) => h('p', { class: 'problem' }, `${stream}: ${problem ?? 'was not read.'}`)),
    table(title, [{ title: 'Stream' }, ...columns.map((column) => ({ title: column, isNumber: true }))], rows),
  );
}

function footer(host: string, isAccount: boolean): Markup {
  return h(
    'footer',
    {},
    h(
      'p',
      {},
      'How hours are counted: an allocation counts its hours for each working day, each of its people and each repetition. Drafts and cancelled allocations do not count. ',
      'Available hours are the hours of a person’s schedule in Float (default: eight hours from Monday to Friday) minus holidays and time off. ',
      'People do not include placeholders and archived people, but projects include the hours planned for them.',
    ),
    h(
      'p',
      {},
      `Read from ${host} by source-float, an Airbyte connector.`,
      isAccount ? ' This page holds personal data: keep it where the DuckDB file may be.' : undefined,
    ),
  );
}

function section(title: string, text: string, ...content: readonly (Markup | undefined)[]): Markup {
  return h('section', {}, h('h2', {}, title), h('p', { class: 'note' }, text.trim()), content);
}

function chart(title: string, svg: Markup, screen = ''): Markup {
  return h('div', { class: `scroll chart ${screen}`.trim(), tabindex: 0, role: 'region', 'aria-label': title }, svg);
}

/** One chart for wide screens and one for narrow screens. The style sheet shows one of them. */
function charts(title: string, draw: (size: Size) => Markup): Markup[] {
  return [chart(title, draw(WIDE), 'wide'), chart(title, draw(NARROW), 'narrow')];
}

function asTable(title: string, ...args: [Parameters<typeof table>[1], Parameters<typeof table>[2]]): Markup {
  return h('details', {}, h('summary', {}, 'As a table'), table(`${title}, as a table`, ...args));
}

function legend(entries: readonly (readonly [name: string, colour: string, line?: string])[]): Markup {
  const sample = (fill: string, stroke: string): Markup =>
    h(
      'svg',
      { width: 14, height: 14, 'aria-hidden': 'true' },
      h('rect', { x: 0.5, y: 0.5, width: 13, height: 13, rx: 3, fill, stroke }),
    );
  return h(
    'ul',
    { class: 'legend' },
    entries.map(([name, fill, stroke]) => h('li', {}, sample(fill, stroke ?? 'var(--line)'), name)),
  );
}
