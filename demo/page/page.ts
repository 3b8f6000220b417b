/** One HTML page that shows the synced data. It has no scripts and loads nothing. */
import type { Destination } from '../duckdb.ts';
import { lastSyncs, type StreamSync } from '../history.ts';
import { count, number } from '../show.ts';
import { absentees, calendar } from './calendar.ts';
import { dayName, localDay, longDayName, periodName } from './days.ts';
import { type Figures, figuresOf, type KeyFigures, MOST_PEOPLE, MOST_PROJECTS } from './figures.ts';
import { heatMap, LEVELS, shareOf } from './heat-map.ts';
import { Html, html, table, type Value } from './html.ts';
import { NARROW, WIDE } from './plot.ts';
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
  const name = company ?? figures.key.domain ?? host;
  const warning = 'This page contains personal data: store it as carefully as the DuckDB file.';
  // Whatever the data contains, the browser runs no script and loads nothing.
  const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
  return html`<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${name}: planned and logged work</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<header>
<h1>${name}</h1>
<p class="lead">Planned and logged work in Float, as of ${longDayName(figures.today)}.</p>
${keys(figures.key)}
</header>
<main>
${utilisation(figures)}
${projects(figures, syncs)}
${timeOff(figures)}
${lastSync(syncs, now)}
</main>
<footer>
<p>How hours are counted: an allocation counts its hours for each working day, each of its people and each repetition. Drafts
and cancelled allocations do not count. Available hours are the hours of a person’s schedule in Float (default: eight hours from
Monday to Friday) minus holidays and time off. People do not include placeholders and archived people, but projects include the
hours planned for them.</p>
<p>Read from ${host} by source-float, an Airbyte connector. ${company === undefined ? warning : ''}</p>
</footer>
</body>
</html>
`.text;
}

function keys(key: KeyFigures): Html {
  const percent = (part: number, whole: number): string => (whole > 0 ? `${number((100 * part) / whole, 0)} %` : '–');
  const placeholders = key.placeholders > 0 ? `and ${count(key.placeholders, 'placeholder')}` : 'active';
  const available = `of ${number(key.available, 0)} h available in the next four weeks`;
  const billable = `in the last four weeks, ${percent(key.billable, key.logged)} billable`;
  const off = `in the next four weeks, of ${count(key.people_off, 'person', 'people')}`;
  const figures = [
    ['People', number(key.people, 0), placeholders],
    ['Projects', number(key.projects, 0), key.clients > 0 ? `for ${count(key.clients, 'client')}` : 'active'],
    ['Planned', percent(key.planned, key.available), available],
    ['Logged', `${number(key.logged, 0)} h`, billable],
    ['Days off', number(key.days_off, 0), off],
  ];
  return html`<ul class="keys">${figures.map(
    ([title, value, more]) => html`<li><span>${title}</span><strong>${value}</strong><span>${more}</span></li>`,
  )}</ul>`;
}

function utilisation(figures: Figures): Html {
  const { people, weeks, cells, key } = figures;
  const title = 'Utilisation by person and week';
  if (people.length === 0) return section(title, 'There are no people in this account yet.');
  const part = `The ${MOST_PEOPLE} people with the most planned hours, of ${number(key.people, 0)}.`;
  const shareIn = (person: number, week: string): string => {
    const cell = cells.find(({ id, week: one }) => id === person && one === week);
    return cell === undefined ? '' : shareOf(cell);
  };
  const rows = people.map(({ id, name }) => [name, ...weeks.map((week) => shareIn(id, week))]);
  return section(
    title,
    html`The planned share of each person's working hours (after holidays and time off). ${key.people > MOST_PEOPLE ? part : ''}`,
    legend(LEVELS.map(({ name }, level) => [name, `var(--heat-${level})`])),
    chart(title, heatMap(figures, WIDE), 'wide'),
    chart(title, heatMap(figures, NARROW), 'narrow'),
    asTable(title, 'numbers', ['Person', ...weeks.map(dayName)], rows),
  );
}

function projects({ projects: all, compared }: Figures, syncs: readonly StreamSync[]): Html {
  const title = 'Planned and logged hours by project';
  const failed = syncs.filter(({ stream, status }) => stream === 'logged_time' && status === 'failed');
  const problems = failed.map(
    ({ problem }) => html`<p class="problem">Logged time: ${problem ?? 'the sync did not read it.'}</p>`,
  );
  const when = periodName(compared);
  if (all.length === 0) return section(title, `Nothing was planned or logged from ${when}.`, problems);
  const rows = all.slice(0, MOST_PROJECTS);
  const part = `The ${MOST_PROJECTS} projects with the most hours, of ${number(all.length, 0)}.`;
  const cells = rows.map(({ name, planned, logged }) => {
    return [name, number(planned, 1), number(logged, 1), number(logged - planned, 1)];
  });
  return section(
    title,
    `From ${when}. ${all.length > MOST_PROJECTS ? part : ''}`,
    problems,
    legend([
      ['planned', 'var(--planned)'],
      ['logged', 'var(--logged)'],
    ]),
    chart(title, projectBars(rows, WIDE), 'wide'),
    chart(title, projectBars(rows, NARROW), 'narrow'),
    asTable(title, 'numbers', ['Project', 'Planned h', 'Logged h', 'Difference'], cells),
  );
}

function timeOff({ timeOff, nearTimeOff, today }: Figures): Html {
  const title = 'Time off calendar';
  const { spans, holidays } = timeOff;
  const when = periodName(timeOff);
  const days = holidays.map(({ day, name }) => `${dayName(day)} ${name}`).join(', ');
  const free = days === '' ? '' : `Holidays: ${days}.`;
  if (spans.length === 0) return section(title, `Nobody has time off from ${when}. ${free}`);
  const away = absentees(spans);
  const shown = away.slice(0, MOST_PEOPLE);
  const part = `Shows the first ${MOST_PEOPLE} of ${number(away.length, 0)} people with time off.`;
  const rows = spans
    .filter((span) => shown.some(({ id }) => id === span.id))
    .map(({ name, type, tentative, hours, ...period }) => {
      const howLong = hours === null ? 'whole days' : `${number(hours, 1)} h a day`;
      return [name, type, periodName(period), `${howLong}${tentative ? ', tentative' : ''}`];
    });
  return section(
    title,
    `From ${when}. ${away.length > shown.length ? part : ''} ${free} Low bars are parts of a day.`,
    legend([
      ['confirmed', 'var(--away)'],
      ['tentative', 'var(--away-tentative)', 'var(--away)'],
      ['holiday', 'var(--holiday)'],
      ['weekend', 'var(--weekend)'],
    ]),
    chart(title, calendar(timeOff, today, WIDE), 'wide'),
    nearTimeOff.spans.length === 0
      ? html`<p class="note narrow">Nobody has time off from ${periodName(nearTimeOff)}.</p>`
      : chart(title, calendar(nearTimeOff, today, NARROW), 'narrow'),
    asTable(title, 'texts', ['Person', 'Kind', 'When', 'How long'], rows),
  );
}

function lastSync(syncs: readonly StreamSync[], now: Date): Html {
  const title = 'Result of the last sync';
  const when = now.toISOString().slice(0, 16).replace('T', ' ');
  const failed = syncs.filter(({ status }) => status === 'failed');
  const rows = syncs.map(({ stream, records, added, changed, deleted, requests, seconds, status }) => [
    stream,
    ...[records, added, changed, deleted, requests].map((value) => number(value, 0)),
    status === 'failed' ? html`<span class="problem">failed</span>` : number(seconds, 1),
  ]);
  return section(
    title,
    `The last sync of each stream, as of ${when} UTC. Some records repeat rows that were already known, so “new” and “changed” count only rows that differ.`,
    failed.map(
      ({ stream, problem }) => html`<p class="problem">${stream}: ${problem ?? 'the sync did not read it.'}</p>`,
    ),
    table(title, 'numbers', ['Stream', 'Records', 'New', 'Changed', 'Deleted', 'Requests', 'Seconds'], rows),
  );
}

function section(title: string, text: Value, ...content: readonly Value[]): Html {
  return html`<section><h2>${title}</h2><p class="note">${text}</p>${content}</section>`;
}

/** Each chart is drawn for wide and for narrow screens. The style sheet shows one of the two. */
function chart(title: string, svg: Html, screen: 'wide' | 'narrow'): Html {
  return html`<div class="scroll chart ${screen}" tabindex="0" role="region" aria-label="${title}">${svg}</div>`;
}

function asTable(title: string, ...rest: [Parameters<typeof table>[1], string[], Value[][]]): Html {
  return html`<details><summary>As a table</summary>${table(`${title}, as a table`, ...rest)}</details>`;
}

function legend(entries: readonly (readonly [name: string, fill: string, stroke?: string])[]): Html {
  return html`<ul class="legend">${entries.map(
    ([name, fill, stroke = 'var(--line)']) =>
      html`<li><svg width="14" height="14" aria-hidden="true"><rect x="0.5" y="0.5" width="13" height="13" rx="3" fill="${fill}" stroke="${stroke}"/></svg>${name}</li>`,
  )}</ul>`;
}
