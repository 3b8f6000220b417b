import { json, type MockResponse, noContent, Refusal } from './answers.ts';
import type { Company } from './company.ts';
import type { Endpoint } from './endpoint.ts';
import { type EndpointName, endpointOf, isModifiedSince } from './endpoints.ts';
import { type PaginationHeaders, type PastTheEnd, pageHeaders, readPageRequest, takePage } from './pagination.ts';
import { type Ask, type Dialect, nameUnknown, readExpand, readModifiedSince, readWindow, WINDOW } from './query.ts';
import type { Row } from './rows.ts';

export interface ListSettings {
  dialect: Dialect;
  paginationHeaders: PaginationHeaders;
  pastTheEnd: PastTheEnd;
  /** Maximum number of rows on a page, whatever `per-page` requests (up to 200). */
  largestPage: number;
  /** The status with which a list and its single rows refuse these expansions together; undefined if they accept them. */
  refusedExpansions: (name: EndpointName, expansions: readonly string[]) => number | undefined;
}

export function answerList(name: EndpointName, company: Company, ask: Ask, settings: ListSettings): MockResponse {
  const endpoint = endpointOf(name);
  const { dialect, paginationHeaders, pastTheEnd, largestPage } = settings;
  nameUnknown(ask, [
    ...['page', 'per-page'],
    ...(endpoint.modifiedSince ? ['modified_since'] : []),
    ...(endpoint.window ? WINDOW : []),
    ...(endpoint.filters ?? []),
    ...(endpoint.expand ? ['expand'] : []),
  ]);
  const shape = shapeOf(name, ask, settings);
  const rows = selected(company.visible(name), endpoint, ask, new Date(company.now()).getUTCFullYear());
  const page = takePage(rows, readPageRequest(ask, largestPage), pastTheEnd);
  if (rows.length === 0 && endpoint.whenEmpty === '204') return noContent;

  const isBare = rows.length === 0 && endpoint.whenEmpty === 'per-page header only' && paginationHeaders === 'all';
  const shaped = page.rows.map(shape);
  return json(
    dialect === 'neutral' ? { data: shaped } : shaped,
    pageHeaders(page, isBare ? 'per-page-only' : paginationHeaders),
  );
}

export function answerOne(
  name: EndpointName,
  key: string,
  company: Company,
  ask: Ask,
  settings: ListSettings,
): MockResponse {
  const endpoint = endpointOf(name);
  nameUnknown(ask, endpoint.expand ? ['expand'] : []);
  const shape = shapeOf(name, ask, settings);
  const row = company.visible(name).find((row) => String(row[endpoint.key]) === key && !endpoint.hides?.(row));
  if (row === undefined) throw new Refusal(404, `Object not found: ${key}`);
  // Single objects can carry pagination headers too (recorded).
  const page = takePage([row], { page: 1, perPage: 50 }, 'repeat');
  return json(shape(row), pageHeaders(page, settings.paginationHeaders));
}

/** How a row is sent: with the requested expansions, and in the server's dialect. */
function shapeOf(name: EndpointName, ask: Ask, { dialect, refusedExpansions }: ListSettings): (row: Row) => Row {
  const endpoint = endpointOf(name);
  const { expand = [] } = endpoint;
  const asked = endpoint.expand ? readExpand(ask) : [];
  const status = asked.length === 0 ? undefined : refusedExpansions(name, asked);
  if (status !== undefined) throw new Refusal(status, `Cannot expand ${asked.join(', ')}.`);
  for (const field of asked) if (!expand.includes(field)) ask.complain(`expand does not support ${field}`);
  const omitted = expand.filter((field) => !asked.includes(field));
  return (row) => {
    const shown = { ...row };
    for (const field of omitted) delete shown[field];
    return dialect === 'neutral' ? neutral(shown, endpoint) : shown;
  };
}

/** A neutral server has no regions, so rows whose key is unique only within a region get a new id. */
export function neutral(row: Row, { key, keyWithin }: Pick<Endpoint, 'key' | 'keyWithin'>): Row {
  const { [key]: native, [keyWithin ?? key]: within, ...rest } = row;
  if (native === undefined) return row;
  return { id: keyWithin === undefined ? native : Number(`${within}${String(native).padStart(3, '0')}`), ...rest };
}

/** The last selection from an array of rows, for all its pages. A company replaces such an array, but never changes it. */
const lastSelections = new WeakMap<readonly Row[], { key: string; rows: readonly Row[] }>();

function selected(rows: readonly Row[], endpoint: Endpoint, ask: Ask, year: number): readonly Row[] {
  const { hides, unlessAsked, filters = [], window: within } = endpoint;
  const since = endpoint.modifiedSince ? readModifiedSince(ask) : null;
  const wholeYear = endpoint.yearly ? { start: `${year}-01-01`, end: `${year}-12-31` } : null;
  const window = (within ? readWindow(ask) : null) ?? wholeYear;
  const wanted = filters.map((field) => ({ field, values: ask.query.get(field)?.split(',') }));
  const key = JSON.stringify([since, window, wanted]);
  const last = lastSelections.get(rows);
  if (last?.key === key) return last.rows;

  const tests: ((row: Row) => boolean)[] = [];
  if (hides) tests.push((row) => !hides(row));
  if (unlessAsked && !ask.query.has(unlessAsked.filter)) tests.push((row) => !unlessAsked.hides(row));
  if (since !== null) tests.push((row) => isModifiedSince(row, since));
  for (const { field, values } of wanted) if (values) tests.push((row) => values.includes(String(row[field])));
  const passing = tests.length === 0 ? rows : rows.filter((row) => tests.every((test) => test(row)));
  const found = window && within ? passing.map((row) => within(row, window)).filter((row) => row !== null) : passing;
  lastSelections.set(rows, { key, rows: found });
  return found;
}
