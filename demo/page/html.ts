/** HTML as template literals. Every value is escaped unless it is markup itself, so a name in the data never becomes markup. */

export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Value = Html | string | number | undefined | readonly Value[];

export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(String.raw({ raw: parts }, ...values.map(textOf)));
}

function textOf(value: Value): string {
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(textOf).join('');
  return String(value ?? '').replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** More do not fit on a narrow screen. */
const MOST_COLUMNS = 4;

/** The first cell of each row is its header. `look`: `numbers` if all other cells are numbers. */
export function table(
  caption: string,
  look: 'numbers' | 'texts',
  columns: readonly string[],
  rows: readonly (readonly Value[])[],
): Html {
  const hint = html`<p class="hint narrow">Swipe sideways for all ${columns.length} columns.</p>`;
  return html`<div>${columns.length > MOST_COLUMNS ? hint : ''}
<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="${look}">
<caption>${caption}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>${rows.map(([first, ...cells]) => html`<tr><th scope="row">${first}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}</tbody>
</table></div></div>`;
}
