import * as Plot from '@observablehq/plot';
import { count, number } from '../show.ts';
import { dayName } from './days.ts';
import type { Cell, Utilisation } from './figures.ts';
import type { Markup } from './html.ts';
import { NARROW, plot, ROW, rowsOf, type Size } from './plot.ts';

/** Colour levels: name and colours from a given share of the hours on. */
export const LEVELS = [
  { from: 0, name: 'none planned', colour: 'var(--heat-0)', text: 'var(--heat-0-text)' },
  { from: Number.MIN_VALUE, name: 'below 50 %', colour: 'var(--heat-1)', text: 'var(--heat-1-text)' },
  { from: 0.5, name: '50 to 80 %', colour: 'var(--heat-2)', text: 'var(--heat-2-text)' },
  { from: 0.8, name: '80 to 100 %', colour: 'var(--heat-3)', text: 'var(--heat-3-text)' },
  // A share that is rounded to 100 % does not count as more.
  { from: 1.005, name: 'over 100 %', colour: 'var(--heat-4)', text: 'var(--heat-4-text)' },
] as const;

/** Label of a person's week: `80 %`; `off` if all of it is time off; empty if there are no working hours. */
export function shareOf({ planned, available, capacity }: Cell): string {
  if (available > 0) return `${number((100 * planned) / available, 0)} %`;
  return capacity > 0 ? 'off' : '';
}

function levelOf({ planned, available }: Cell): (typeof LEVELS)[number] {
  return LEVELS.findLast(({ from }) => planned / available >= from) ?? LEVELS[0];
}

/** On a narrow screen, only the weeks around the current one are shown. */
export function heatMap({ people, weeks: all, cells }: Utilisation, today: string, size: Size): Markup {
  const present = all.findLastIndex((week) => week <= today);
  const weeks = size === NARROW ? all.slice(Math.max(0, present - 1), present + 3) : all;
  const nameOf = new Map(people.map(({ id, name }) => [id, name]));
  const shown = cells.filter(({ week }) => weeks.includes(week));
  const worked = shown.filter(({ available }) => available > 0);
  const off = shown.filter((cell) => shareOf(cell) === 'off');
  const titleOf = ({ id, week, planned, available }: Cell): string =>
    `${nameOf.get(id)}, week of ${dayName(week)}: ` +
    (available > 0 ? `${number(planned, 1)} h planned of ${number(available, 1)} h` : 'off');
  const place = { x: 'week', y: 'id' } as const;
  const description = `${count(people.length, 'person', 'people')}, ${count(weeks.length, 'week')}; the numbers are in the table below.`;
  return plot(size, 'Share of hours planned by person and week', description, {
    height: 44 + people.length * ROW,
    marginTop: 40,
    marginRight: 0,
    marginBottom: 4,
    padding: 0.06,
    x: { type: 'band', domain: weeks, axis: 'top', label: null, tickSize: 0, tickFormat: dayName },
    ...rowsOf(people, size.nameLength),
    marks: [
      Plot.text([all[present]], {
        x: (week) => week,
        frameAnchor: 'top',
        dy: -32,
        text: ['this week'],
        fill: 'var(--accent)',
        fontWeight: 600,
      }),
      Plot.cell(worked, { ...place, fill: (cell: Cell) => levelOf(cell).colour, title: titleOf, rx: 3 }),
      Plot.cell(off, { ...place, fill: 'var(--heat-0)', title: titleOf, rx: 3 }),
      Plot.text(worked, {
        ...place,
        text: (cell: Cell) => (cell.planned > 0 ? shareOf(cell) : ''),
        fill: (cell: Cell) => levelOf(cell).text,
        pointerEvents: 'none',
      }),
      Plot.text(off, { ...place, text: shareOf, fill: 'var(--heat-0-text)', pointerEvents: 'none' }),
    ],
  });
}
