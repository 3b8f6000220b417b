/** Common parts of the charts. They are SVG; colours are variables of the page's style sheet. */
import * as Plot from '@observablehq/plot';
import { cut } from '../show.ts';
import { document, type Markup } from './html.ts';

/** Size of a chart: width in pixels, and maximum number of letters for a person's name. */
export interface Size {
  readonly width: number;
  readonly nameLength: number;
}
export const WIDE: Size = { width: 990, nameLength: 28 };
export const NARROW: Size = { width: 336, nameLength: 16 };

/** Pixels. Texts are 12 high; no letter of a name is much wider. */
export const ROW = 26;
const LETTER = 6.8;

/** Draws a chart. `title` and `description` are for screen readers. */
export function plot({ width }: Size, title: string, description: string, options: Plot.PlotOptions): Markup {
  const svg: Markup = Plot.plot({
    document,
    width,
    style: { background: 'none', fontSize: '12px', fontFamily: 'inherit', overflow: 'visible' },
    ...options,
  });
  svg.setAttribute('role', 'img');
  // The names that Plot gives to its groups: nothing within an image has a name of its own.
  for (const group of svg.querySelectorAll('[aria-label]')) group.removeAttribute('aria-label');
  svg.setAttribute('aria-label', `${title}. ${description}`);
  return svg;
}

interface Named {
  readonly id: number;
  readonly name: string;
}

/** One row for each key, labelled with its name, because people may have the same name. */
export function rowsOf(names: readonly Named[], nameLength: number) {
  const texts = new Map(names.map(({ id, name }) => [id, cut(name, nameLength)]));
  return {
    marginLeft: Math.ceil(Math.max(...[...texts.values()].map(({ length }) => length)) * LETTER) + 12,
    y: {
      type: 'band',
      round: false,
      domain: [...texts.keys()],
      label: null,
      tickSize: 0,
      tickFormat: (id: number) => texts.get(id) ?? '',
    },
  } as const;
}
