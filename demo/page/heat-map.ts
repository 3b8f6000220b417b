import * as Plot from '@observablehq/plot';
import { count, number } from '../show.ts';
import { dayName } from './days.ts';
import type { Cell, Figures } from './figures.ts';
import type { Html } from './html.ts';
import { NARROW, now, plot, rowsOf, type Size } from './plot.ts';

/** Colour levels: name, and smallest share of the hours. The style sheet has the colours of level 0 to 4. */
export const LEVELS = [
  { from: 0, name: 'none planned' },
  { from: Number.MIN_VALUE, name: 'below 50 %' },
  { from: 0.5, name: '50 to 80 %' },
  { from: 0.8, name: '80 to 100 %' },
  // A share that is rounded to 100 % does not count as more.
  { from: 1.005, name: 'over 100 %' },
] as const;

/** Label of a person's week: `80 %`; `off` if all of it is time off; empty if there are no working hours. */
export function shareOf({ planned, available, capacity }: Cell): string {
  if (available > 0) return `${number((100 * planned) / available, 0)} %`;
  return capacity > 0 ? 'off' : '';
}

function levelOf({ planned, available }: Cell): number {
  return available > 0 ? LEVELS.findLastIndex(({ from }) => planned / available >= from) : 0;
}

/** On a narrow screen, only the weeks around the current one are shown. */
export function heatMap({ people, weeks: all, cells, today }: Figures, size: Size): Html {
  const present = all.findLastIndex((week) => week <= today);
  const weeks = size === NARROW ? all.slice(present - 1, present + 3) : all;
  const names = new Map(people.map(({ id, name }) => [id, name]));
  const shown = cells.filter((cell) => names.has(cell.id) && weeks.includes(cell.week) && cell.capacity > 0);
  const titleOf = ({ id, week, planned, available }: Cell): string =>
    `${names.get(id)}, week of ${dayName(week)}: ` +
    (available > 0 ? `${number(planned, 1)} h planned of ${number(available, 1)} h` : 'off');
  const place = { x: 'week', y: 'id' } as const;
  const description = `Share of hours planned by person and week. ${count(people.length, 'person', 'people')}, ${count(weeks.length, 'week')}. The numbers are`;
  return plot(size, description, {
    ...rowsOf(people, size),
    x: { type: 'band', domain: weeks, padding: 0.06, axis: 'top', label: null, tickSize: 0, tickFormat: dayName },
    marks: [
      now(all[present], 'this week'),
      Plot.cell(shown, { ...place, fill: (cell: Cell) => `var(--heat-${levelOf(cell)})`, title: titleOf, rx: 3 }),
      Plot.text(shown, {
        ...place,
        text: (cell: Cell) => (cell.planned > 0 || cell.available === 0 ? shareOf(cell) : ''),
        fill: (cell: Cell) => `var(--heat-${levelOf(cell)}-text)`,
        pointerEvents: 'none',
      }),
    ],
  });
}
