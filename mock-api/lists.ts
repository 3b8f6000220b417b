import { json, type MockResponse, noContent, Refusal } from './answers.ts';
import type { Company } from './company.ts';
import type { Span } from './dates.ts';
import type { Endpoint, ProjectOf } from './endpoint.ts';
import { type EndpointName, endpointOf, isModifiedSince } from './endpoints.ts';
import {
  linkHeader,
  type PaginationHeaders,
  type PastTheEnd,
  pageHeaders,
  readPageRequest,
  takePage,
} from './pagination.ts';
import {
  type Ask,
  type Dialect,
  nameUnknown,
  readModifiedSince,
  readNames,
  readWindow,
  readYear,
  WINDOW,
} from './query.ts';
import type { Row } from './rows.ts';

/** The status with which a list refuses these expansions together; undefined if it accepts them. */
export type RefusesExpansions = (name: EndpointName, expansions: readonly string[]) => number | undefined;

export interface ListSettings {
  dialect: Dialect;
  paginationHeaders: PaginationHeaders;
  pastTheEnd: PastTheEnd;
  largestPage: number;
  refusedExpansions: RefusesExpansions;
}

export function answerList(name: EndpointName, company: Company, ask: Ask, settings: ListSettings): MockResponse {
  const endpoint = endpointOf(name);
  nameUnknown(ask, [
    ...['page', 'per-page'],
    ...(endpoint.modifiedSince ? ['modified_since'] : []),
    ...(endpoint.window ? WINDOW : []),
    ...(endpoint.yearly ? ['year'] : []),
    ...(endpoint.sort ? ['sort'] : []),
    ...Object.keys(endpoint.filters ?? {}),
    ...shapeParameters(endpoint),
  ]);
  refuseExpansions(name, ask, settings);
  const window = windowOf(endpoint, company, ask);
  const since = endpoint.modifiedSince ? readModifiedSince(ask) : null;
  const pageRequest = readPageRequest(ask, settings.largestPage);
  const rows = remember(company, name, sameSelection(ask, window), () =>
    sortRows(select(company.visible(name), endpoint, company, ask, window, since), endpoint, ask),
  );
  if (rows.length === 0 && endpoint.whenEmpty === '204') return noContent;

  const page = takePage(rows, pageRequest, settings.pastTheEnd);
  const bare = rows.length === 0 && endpoint.whenEmpty === 'per-page header only';
  const shaped = shape(page.rows, name, ask, window, settings.dialect);
  return json(settings.dialect === 'neutral' ? { data: shaped } : shaped, {
    ...pageHeaders(page, bare && settings.paginationHeaders === 'all' ? 'per-page-only' : settings.paginationHeaders),
    ...(endpoint.linkHeader && settings.paginationHeaders === 'all' ? { link: linkHeader(ask, page) } : {}),
    ...endpoint.headers,
  });
}

export function answerOne(
  name: EndpointName,
  key: string,
  company: Company,
  ask: Ask,
  settings: ListSettings,
): MockResponse {
  const endpoint = endpointOf(name);
  nameUnknown(ask, [...(endpoint.yearly ? [...WINDOW, 'year', 'region'] : []), ...shapeParameters(endpoint)]);
  refuseExpansions(name, ask, settings);
  const window = windowOf(endpoint, company, ask);
  const rows = company
    .visible(name)
    .filter((row) => String(row[endpoint.key]) === key && !endpoint.hides?.(row))
    .slice(0, 1);
  const [row] = shape(rows, name, ask, window, settings.dialect);
  if (row === undefined) throw new Refusal(404, `Object not found: ${key}`);
  // Single objects can carry them too (recorded).
  const page = takePage(rows, { page: 1, perPage: 50 }, 'repeat');
  return json(row, pageHeaders(page, settings.paginationHeaders));
}

function refuseExpansions(name: EndpointName, { query }: Ask, { refusedExpansions }: ListSettings): void {
  const asked = query.get('expand')?.split(',') ?? [];
  const status = asked.length === 0 ? undefined : refusedExpansions(name, asked);
  if (status !== undefined) throw new Refusal(status, `Cannot expand ${asked.join(', ')}.`);
}

const shapeParameters = (endpoint: Endpoint): string[] => [
  ...(endpoint.fields ? ['fields'] : []),
  ...(endpoint.expand ? ['expand'] : []),
];

function windowOf(endpoint: Endpoint, company: Company, ask: Ask): Span | null {
  const window = endpoint.window ? readWindow(ask) : null;
  if (window !== null || !endpoint.yearly) return window;
  return readYear(ask, new Date(company.now()).getUTCFullYear());
}

function select(
  rows: readonly Row[],
  endpoint: Endpoint,
  company: Company,
  { query }: Ask,
  window: Span | null,
  since: number | null,
): readonly Row[] {
  const { hides, unlessAsked } = endpoint;
  const projectOf: ProjectOf = (row) => company.find('projects', Number(row.project_id));
  const tests: ((row: Row) => boolean)[] = [];
  if (hides) tests.push((row) => !hides(row));
  if (unlessAsked && !query.has(unlessAsked.filter)) tests.push((row) => !unlessAsked.hides(row));
  if (since !== null) tests.push((row) => isModifiedSince(row, since));
  for (const [parameter, passes] of Object.entries(endpoint.filters ?? {})) {
    const value = query.get(parameter);
    if (value !== null) tests.push((row) => passes(row, value, projectOf));
  }
  const passing = tests.length === 0 ? rows : rows.filter((row) => tests.every((test) => test(row)));
  const within = endpoint.window;
  return window === null || !within ? passing : passing.map((row) => within(row, window)).filter((row) => row !== null);
}

/** Float does not document which fields it can sort by. The mock accepts all fields of its rows. */
function sortRows(rows: readonly Row[], endpoint: Endpoint, ask: Ask): readonly Row[] {
  const wanted = endpoint.sort ? ask.query.get('sort') : null;
  if (wanted === null) return rows;
  const field = wanted.replace(/^-/, '');
  if (rows[0] !== undefined && !(field in rows[0])) ask.complain(`sort has no ${field}`);
  const direction = wanted.startsWith('-') ? -1 : 1;
  const value = (row: Row) => row[field] ?? '';
  return rows.toSorted((a, b) => (value(a) < value(b) ? -direction : value(a) > value(b) ? direction : 0));
}

function shape(
  rows: readonly Row[],
  name: EndpointName,
  ask: Ask,
  window: Span | null,
  dialect: Dialect,
): readonly Row[] {
  const endpoint = endpointOf(name);
  const { expand = {} } = endpoint;
  const expanded = endpoint.expand ? readNames(ask, 'expand', (field) => Object.hasOwn(expand, field)) : [];
  const fields = endpoint.fields
    ? readNames(ask, 'fields', (field) => rows.length === 0 || rows.some((row) => field in row))
    : [];
  if (expanded.includes('task_days') && window === null) ask.complain('expand=task_days without a date window');

  const expandRow = (row: Row) => {
    const shown = { ...row };
    for (const [field, source] of Object.entries(expand)) {
      if (!expanded.includes(field)) delete shown[field];
      else if (source !== 'stored') shown[field] = source(row, window);
    }
    return shown;
  };
  const pick = (row: Row) =>
    Object.fromEntries(Object.entries(row).filter(([field]) => fields.includes(field) || expanded.includes(field)));

  let shaped = rows;
  if (endpoint.expand) shaped = shaped.map(expandRow);
  if (fields.length > 0) shaped = shaped.map(pick);
  return dialect === 'neutral' ? shaped.map((row) => neutral(row, endpoint)) : shaped;
}

/** A neutral server has no regions, so rows whose key is unique only within a region get a new id. */
export function neutral(row: Row, { key, keyWithin }: Pick<Endpoint, 'key' | 'keyWithin'>): Row {
  const { [key]: native, [keyWithin ?? key]: within, ...rest } = row;
  if (native === undefined) return row;
  return { id: keyWithin === undefined ? native : Number(`${within}${String(native).padStart(3, '0')}`), ...rest };
}

/** An identifier of the selection, equal for all its pages. */
function sameSelection({ query }: Ask, window: Span | null): string {
  const selection = new URLSearchParams(query);
  selection.delete('page');
  selection.delete('per-page');
  return `${selection} ${window?.start} ${window?.end}`;
}

interface Remembered {
  revision: number;
  selection: string;
  rows: readonly Row[];
}

const memory = new WeakMap<Company, Map<EndpointName, Remembered>>();

/** Caches the selection for all pages of a list, as long as there are no writes and no writes waiting to become visible. */
function remember(
  company: Company,
  name: EndpointName,
  selection: string,
  select: () => readonly Row[],
): readonly Row[] {
  if (!company.isSettled()) return select();
  const known = memory.get(company) ?? new Map<EndpointName, Remembered>();
  memory.set(company, known);
  const last = known.get(name);
  if (last?.revision === company.revision && last.selection === selection) return last.rows;
  const rows = select();
  known.set(name, { revision: company.revision, selection, rows });
  return rows;
}
