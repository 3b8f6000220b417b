/** Common parts of the charts. They are SVG; colours are variables of the page's style sheet. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { cut } from '../show.ts';
import { Html } from './html.ts';

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

/** The parts of an element that are used here. The compiler settings do not include browser types. */
interface Element {
  readonly outerHTML: string;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  querySelectorAll(selector: string): Iterable<Element>;
}

const { document } = parseHTML('<!doctype html><html></html>');

/** Draws a chart. `description` is for screen readers. */
export function plot({ width }: Size, description: string, options: Plot.PlotOptions): Html {
  const svg: Element = Plot.plot({
    document,
    width,
    style: { background: 'none', fontSize: '12px', fontFamily: 'inherit', overflow: 'visible' },
    ...options,
  });
  svg.setAttribute('role', 'img');
  // Plot names its groups, but nothing within an image may have a name of its own.
  for (const group of svg.querySelectorAll('[aria-label]')) group.removeAttribute('aria-label');
  svg.setAttribute('aria-label', `${description} in the table below.`);
  return new Html(svg.outerHTML);
}

/** Options for a chart with one row for each person. A row is labelled with the name, because people may have the same name. */
export function rowsOf(people: readonly { readonly id: number; readonly name: string }[], { nameLength }: Size) {
  const texts = new Map(people.map(({ id, name }) => [id, cut(name, nameLength)]));
  return {
    height: 44 + people.length * ROW,
    marginTop: 40,
    marginRight: 0,
    marginBottom: 4,
    marginLeft: Math.ceil(Math.max(...[...texts.values()].map(({ length }) => length)) * LETTER) + 12,
    y: {
      type: 'band',
      round: false,
      padding: 0.1,
      domain: [...texts.keys()],
      label: null,
      tickSize: 0,
      tickFormat: (id: number) => texts.get(id) ?? '',
    },
  } as const;
}

/** A heading above the column of the current day or week. */
export function now(x: unknown, text: string): Plot.Markish {
  const look = { frameAnchor: 'top', dy: -32, fill: 'var(--accent)', fontWeight: 600 } as const;
  return Plot.text([x], { x: (value) => value, text: [text], ...look });
}
