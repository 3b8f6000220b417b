import type { Meter, Params } from '../cdk/http/client.ts';
import type { FloatConfig } from './config.ts';
import { FIRST_YEAR } from './first-year.ts';
import type { Records } from './types/index.ts';

/** One row of the table. Its schema is schemas/<name>.json. */
export interface FloatStream {
  readonly name: string;
  readonly path: string;
  /** A list comes page by page; a report is computed for a span of dates, and read month by month. */
  readonly kind: 'list' | 'report';
  /** Where the rows stand in an answer that is no bare array. */
  readonly rowsIn: string;
  /** Float's own name of the key; `id` of a record is a copy of it. */
  readonly nativeKey: string;
  readonly primaryKey: readonly [string, ...string[]];
  /** Present where the endpoint takes `modified_since`. */
  readonly cursorField: string | undefined;
  /** Path of the Delete Log, where Float keeps one for the stream. */
  readonly deleteLog: string | undefined;
  /** Whether deletions are found by comparing keys: in lists with a cursor and without a Delete Log. */
  readonly comparesKeys: boolean;
  /** Columns that Float sends only where a request names them in `expand`. */
  readonly expand: readonly string[];
  readonly params: (config: FloatConfig, now: Date) => Params;
  /** What a 403 on this list means, where more is known than that access is denied. */
  readonly deniedBecause: string | undefined;
  /** Requests that are counted apart as well. */
  readonly meter: Meter | undefined;
  /** Whether `discover` asks the server first if it has it: not every account and every server does. */
  readonly isOptional: boolean;
  /** Level of the log line that names fields which the schema does not declare. */
  readonly unknownFieldsLevel: 'WARN' | 'INFO';
}

type Field<Row> = keyof Row & string;

/** What a row of the table declares; the rest of a FloatStream has defaults. */
interface Declared<Row>
  extends Partial<Omit<FloatStream, 'name' | 'primaryKey' | 'cursorField' | 'comparesKeys' | 'expand'>> {
  readonly path: string;
  readonly nativeKey: Field<Row>;
  readonly primaryKey?: readonly [Field<Row>, ...Field<Row>[]];
  readonly cursorField?: Field<Row>;
  readonly expand?: readonly Field<Row>[];
}

/** A row for each schema, checked against the fields that the schema of that name declares. */
export type Table = { readonly [Name in keyof Records]: Declared<Records[Name]> };

/** What both reports declare. Float allows 30 requests a minute for reports, all of them together. */
const REPORT = {
  kind: 'report',
  primaryKey: ['id', 'start_date'],
  meter: { name: 'reports', quotas: [{ limit: 30, windowMs: 60_000 }] },
  isOptional: true,
} as const satisfies Partial<FloatStream>;

/** What the newer lists declare. Few of their fields are documented, so that fields without a column are no news. */
const NEWER = { isOptional: true, unknownFieldsLevel: 'INFO' } as const satisfies Partial<FloatStream>;

/** THE TABLE: one row a stream, under its name. A stream needs this row and its schema file, nothing else. */
const TABLE = {
  accounts: { path: '/accounts', nativeKey: 'account_id', expand: ['people_id'] },
  departments: { path: '/departments', nativeKey: 'department_id' },
  people: {
    path: '/people',
    nativeKey: 'people_id',
    cursorField: 'modified',
    // Type 4, role placeholders, is left out unless asked for; allocations point to them.
    params: () => ({ people_type_id: '1,2,3,4' }),
    expand: ['account', 'managers', 'contracts'],
  },
  roles: { path: '/roles', nativeKey: 'id', expand: ['cost_rate_history', 'people_ids', 'people_count'] },
  public_holidays: {
    path: '/public-holidays',
    nativeKey: 'id',
    // Float documents the id as unique within a region only.
    primaryKey: ['id', 'region'],
    // Without a window the endpoint answers for the current year alone.
    params: ({ startDate }, now) => ({
      start_date: `${Math.max(FIRST_YEAR, startDate === undefined ? now.getUTCFullYear() : Number(startDate.slice(0, 4)))}-01-01`,
      end_date: `${now.getUTCFullYear() + 1}-12-31`,
    }),
  },
  holidays: { path: '/holidays', nativeKey: 'holiday_id' },
  projects: {
    path: '/projects',
    nativeKey: 'project_id',
    cursorField: 'modified',
    expand: ['project_tasks', 'project_team', 'expenses', 'currency'],
  },
  status: { path: '/status', nativeKey: 'status_id' },
  time_off: {
    path: '/timeoffs',
    nativeKey: 'timeoff_id',
    cursorField: 'modified',
    deleteLog: '/deleted/timeoffs',
  },
  timeoff_types: { path: '/timeoff-types', nativeKey: 'timeoff_type_id' },
  clients: { path: '/clients', nativeKey: 'client_id' },
  phases: {
    path: '/phases',
    nativeKey: 'phase_id',
    cursorField: 'modified',
    expand: ['phase_tasks', 'phase_team'],
  },
  project_tasks: { path: '/project-tasks', nativeKey: 'task_meta_id' },
  milestones: { path: '/milestones', nativeKey: 'milestone_id' },
  tasks: {
    path: '/tasks',
    nativeKey: 'task_id',
    cursorField: 'modified',
    deleteLog: '/deleted/tasks',
  },
  logged_time: {
    path: '/logged-time',
    nativeKey: 'logged_time_id',
    cursorField: 'modified',
    deleteLog: '/deleted/logged-time',
    deniedBecause:
      'Time tracking is switched off in this Float account. Switch it on in Float under Team settings, or deselect the stream logged_time.',
  },
  reports_people: { ...REPORT, path: '/reports/people', rowsIn: 'people', nativeKey: 'people_id' },
  reports_projects: { ...REPORT, path: '/reports/projects', rowsIn: 'projects', nativeKey: 'project_id' },
  // The keys of these five are known from other clients of the API, or follow its pattern. They are taken where a row has no
  // `id`, which is what most clients find on project stages and project expenses.
  project_stages: { path: '/project-stages', nativeKey: 'project_stage_id', ...NEWER },
  project_expenses: { path: '/project-expenses', nativeKey: 'project_expense_id', ...NEWER },
  currencies: { path: '/currencies', nativeKey: 'currency_id', ...NEWER },
  rate_cards: { path: '/rate-cards', nativeKey: 'rate_card_id', ...NEWER },
  project_templates: { path: '/project-templates', nativeKey: 'project_template_id', ...NEWER },
} satisfies Table;

/** The rows of THE TABLE, in its order, with their names and defaults. */
export const STREAMS: readonly FloatStream[] = Object.entries<Declared<Record<string, unknown>>>(TABLE).map(
  ([name, declared]) => ({
    name,
    kind: 'list',
    rowsIn: 'data',
    primaryKey: ['id'],
    cursorField: undefined,
    deleteLog: undefined,
    expand: [],
    params: () => ({}),
    deniedBecause: undefined,
    meter: undefined,
    isOptional: false,
    unknownFieldsLevel: 'WARN',
    comparesKeys: declared.cursorField !== undefined && declared.deleteLog === undefined,
    ...declared,
  }),
);
