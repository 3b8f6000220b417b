import * as Plot from '@observablehq/plot';
import { count, cut, number } from '../show.ts';
import type { ProjectHours } from './figures.ts';
import type { Markup } from './html.ts';
import { NARROW, plot, rowsOf, type Size } from './plot.ts';

/** Maximum number of letters of a project's name. */
const NAME = 44;

/** On a narrow screen the names are above the bars. */
export function projectBars(rows: readonly ProjectHours[], size: Size): Markup {
  const isNarrow = size === NARROW;
  const ticks = isNarrow ? 2 : 5;
  const longest = ({ planned, logged }: ProjectHours): number => Math.max(planned, logged);
  const { marginLeft, y } = rowsOf(rows, NAME);
  const place = { y: 'id', x1: 0 } as const;
  const description = `${count(rows.length, 'project')}; the numbers are in the table below.`;
  return plot(size, 'Planned and logged hours by project', description, {
    height: 28 + rows.length * (isNarrow ? 46 : 34),
    marginTop: 4,
    marginLeft: isNarrow ? 2 : marginLeft,
    marginRight: 104,
    marginBottom: 24,
    x: {
      domain: [0, Math.max(...rows.map(longest))],
      label: null,
      ticks,
      tickSize: 0,
      tickFormat: (hours: number) => (hours === 0 ? '' : `${number(hours, 0)} h`),
    },
    y: { ...y, axis: isNarrow ? null : 'left', padding: isNarrow ? 0 : 0.3 },
    marks: [
      Plot.gridX({ ticks, stroke: 'var(--line)', strokeOpacity: 1 }),
      Plot.barX(rows, {
        ...place,
        x2: 'planned',
        fill: 'var(--planned)',
        insetTop: isNarrow ? 20 : 0,
        rx: 2,
        title: ({ name, planned }: ProjectHours) => `${name}: ${number(planned, 1)} h planned`,
      }),
      Plot.barX(rows, {
        ...place,
        x2: 'logged',
        fill: 'var(--logged)',
        insetTop: isNarrow ? 27 : 7,
        insetBottom: 7,
        rx: 2,
        title: ({ name, logged }: ProjectHours) => `${name}: ${number(logged, 1)} h logged`,
      }),
      Plot.text(rows, {
        y: 'id',
        x: longest,
        text: ({ planned, logged }: ProjectHours) => `${number(logged, 0)} of ${number(planned, 0)} h`,
        textAnchor: 'start',
        dx: 8,
        dy: isNarrow ? 10 : 0,
        fill: 'var(--muted)',
      }),
      Plot.text(isNarrow ? rows : [], {
        y: 'id',
        x: 0,
        text: ({ name }: ProjectHours) => cut(name, NAME),
        textAnchor: 'start',
        dy: -13,
      }),
    ],
  });
}
