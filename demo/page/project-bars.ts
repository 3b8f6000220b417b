import * as Plot from '@observablehq/plot';
import { count, cut, number } from '../show.ts';
import type { ProjectHours } from './figures.ts';
import type { Html } from './html.ts';
import { NARROW, plot, type Size } from './plot.ts';

/** Maximum number of letters of a project's name. */
const NAME = 44;

/** The names are above the bars, so that they fit on a narrow screen too. */
export function projectBars(rows: readonly ProjectHours[], size: Size): Html {
  const ticks = size === NARROW ? 2 : 5;
  const longest = ({ planned, logged }: ProjectHours): number => Math.max(planned, logged);
  const description = `Planned and logged hours by project. ${count(rows.length, 'project')}. The numbers are`;
  return plot(size, description, {
    height: 28 + rows.length * 46,
    marginTop: 4,
    marginLeft: 2,
    marginRight: 104,
    marginBottom: 24,
    x: {
      domain: [0, Math.max(...rows.map(longest))],
      label: null,
      ticks,
      tickSize: 0,
      tickFormat: (hours: number) => (hours === 0 ? '' : `${number(hours, 0)} h`),
    },
    y: { domain: rows.map(({ id }) => id), round: false, axis: null, padding: 0 },
    marks: [
      Plot.gridX({ ticks, stroke: 'var(--line)', strokeOpacity: 1 }),
      Plot.barX(rows, {
        ...{ y: 'id', x1: 0, x2: 'planned', fill: 'var(--planned)', insetTop: 20, rx: 2 },
        title: ({ name, planned }: ProjectHours) => `${name}: ${number(planned, 1)} h planned`,
      }),
      Plot.barX(rows, {
        ...{ y: 'id', x1: 0, x2: 'logged', fill: 'var(--logged)', insetTop: 27, insetBottom: 7, rx: 2 },
        title: ({ name, logged }: ProjectHours) => `${name}: ${number(logged, 1)} h logged`,
      }),
      Plot.text(rows, {
        ...{ y: 'id', x: longest, textAnchor: 'start', dx: 8, dy: 10, fill: 'var(--muted)' },
        text: ({ planned, logged }: ProjectHours) => `${number(logged, 0)} of ${number(planned, 0)} h`,
      }),
      Plot.text(rows, {
        ...{ y: 'id', x: 0, textAnchor: 'start', dy: -13 },
        text: ({ name }: ProjectHours) => cut(name, NAME),
      }),
    ],
  });
}
