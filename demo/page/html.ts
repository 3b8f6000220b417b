/** Creates HTML elements without a browser. Texts are escaped, so they never become markup. */
import { parseHTML } from 'linkedom';

/** The parts of an element that are used here. The compiler settings do not include browser types. */
export interface Markup {
  readonly outerHTML: string;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  querySelectorAll(selector: string): Iterable<Markup>;
  append(...children: (Markup | string)[]): void;
  prepend(...children: (Markup | string)[]): void;
}

export const document: { createElement(name: string): Markup } = parseHTML('<!doctype html><html></html>').document;

type Child = Markup | string | number | undefined;
type Attributes = Record<string, string | number | boolean | undefined>;

/** Creates an element. Undefined or false attributes and undefined children are omitted. */
export function h(name: string, attributes: Attributes, ...children: readonly (Child | readonly Child[])[]): Markup {
  const element = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(attribute, value === true ? '' : String(value));
  }
  for (const child of children.flat()) {
    if (child !== undefined) element.append(typeof child === 'number' ? String(child) : child);
  }
  return element;
}

export interface Column {
  readonly title: string;
  readonly isNumber?: boolean;
}

/** More do not fit on a narrow screen. */
const MOST_COLUMNS = 4;

/** A table. The first cell of each row is its header. */
export function table(caption: string, columns: readonly Column[], rows: readonly (readonly Child[])[]): Markup {
  const classOf = (index: number): string | undefined => (columns[index]?.isNumber ? 'number' : undefined);
  const hint =
    columns.length > MOST_COLUMNS
      ? h('p', { class: 'hint narrow' }, `Swipe sideways for all ${columns.length} columns.`)
      : undefined;
  const heads = columns.map(({ title }, index) => h('th', { scope: 'col', class: classOf(index) }, title));
  const cells = (row: readonly Child[]): Markup[] =>
    row.map((cell, index) =>
      index === 0 ? h('th', { scope: 'row' }, cell) : h('td', { class: classOf(index) }, cell),
    );
  const content = h(
    'table',
    {},
    h('caption', {}, caption),
    h('thead', {}, h('tr', {}, heads)),
    h(
      'tbody',
      {},
      rows.map((row) => h('tr', {}, cells(row))),
    ),
  );
  return h('div', {}, hint, h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption }, content));
}
