import type { Meter, Params } from '../cdk/http/client.ts';
import type { FloatConfig } from './config.ts';
import { FIRST_YEAR } from './first-year.ts';
import type { Records } from './types/index.ts';

/** One row of the table. Its schema is schemas/<name>.json. */
export interface FloatStream {
  readonly name: string;
  readonly path: string;
  /** A list has pages. A report is computed for a date range, and is read month by month. */
  readonly kind: 'list' | 'report';
  /** The member that contains the rows, if the body is an object and not a bare array. */
  readonly rowsIn: string;
  /** Float's name for the key. `id` of a record is a copy of it. */
  readonly nativeKey: string;
  readonly primaryKey: readonly [string, ...string[]];
  /** Present if the endpoint accepts `modified_since`. */
  readonly cursorField: string | undefined;
  /** Path of the stream's Delete Log, if Float has one. */
  readonly deleteLog: string | undefined;
  /** Whether deletions are found by comparing keys: true for lists with a cursor and without a Delete Log. */
  readonly comparesKeys: boolean;
  /** Columns that Float sends only if the request names them in `expand`. */
  readonly expand: readonly string[];
  readonly params: (config: FloatConfig, now: Date) => Params;
  /** The cause of a 403 on this list and what to do, as sentences for users; undefined if the cause is not known. */
  readonly deniedBecause: string | undefined;
  /** An additional quota for this endpoint. */
  readonly meter: Meter | undefined;
  /** Whether `discover` first checks that the server has the endpoint, because some accounts and servers do not. */
  readonly isOptional: boolean;
  /** Level of the log message that lists fields which the schema does not declare. */
  readonly unknownFieldsLevel: 'WARN' | 'INFO';
}

type Field<Row> = keyof Row & string;

/** A row of the table. The other members of FloatStream have defaults. */
interface Declared<Row>
  extends Partial<Omit<FloatStream, 'name' | 'primaryKey' | 'cursorField' | 'comparesKeys' | 'expand'>> {
  readonly path: string;
  readonly nativeKey: Field<Row>;
  readonly primaryKey?: readonly [Field<Row>, ...Field<Row>[]];
  readonly cursorField?: Field<Row>;
  readonly expand?: readonly Field<Row>[];
}

/** One row for each schema. Field names are checked against the schema of the same name. */
export type Table = { readonly [Name in keyof Records]: Declared<Records[Name]> };

/** Shared by both reports. Float allows 30 report requests a minute in total. */
const REPORT = {
  kind: 'report',
  primaryKey: ['id', 'start_date'],
  meter: { name: 'reports', quotas: [{ limit: 30, windowMs: 60_000 }] },
  isOptional: true,
} as const satisfies Partial<FloatStream>;

/** Shared by the newer lists. Few of their fields are documented, so undeclared fields are expected: INFO, not WARN. */
const NEWER = { isOptional: true, unknownFieldsLevel: 'INFO' } as const satisfies Partial<FloatStream>;

/** THE TABLE: one row for each stream. A stream needs only this row and its schema file. */
const TABLE = {
  accounts: { path: '/accounts', nativeKey: 'account_id', expand: ['people_id'] },
  departments: { path: '/departments', nativeKey: 'department_id' },
  people: {
    path: '/people',
    nativeKey: 'people_id',
    cursorField: 'modified',
    // Float omits type 4 (role placeholders) by default, but allocations reference them.
    params: () => ({ people_type_id: '1,2,3,4' }),
    expand: ['account', 'managers', 'contracts'],
  },
  roles: { path: '/roles', nativeKey: 'id', expand: ['cost_rate_history', 'people_ids', 'people_count'] },
  public_holidays: {
    path: '/public-holidays',
    nativeKey: 'id',
    // Float's documentation says that the id is unique only within a region.
    primaryKey: ['id', 'region'],
    // Without these dates the endpoint sends only the current year.
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
  // These native keys come from other API clients or follow Float's naming pattern. They are used only if a row has no `id`.
  // Most clients see `id` on project stages and project expenses.
  project_stages: { path: '/project-stages', nativeKey: 'project_stage_id', ...NEWER },
  project_expenses: { path: '/project-expenses', nativeKey: 'project_expense_id', ...NEWER },
  currencies: { path: '/currencies', nativeKey: 'currency_id', ...NEWER },
  rate_cards: { path: '/rate-cards', nativeKey: 'rate_card_id', ...NEWER },
  project_templates: { path: '/project-templates', nativeKey: 'project_template_id', ...NEWER },
} satisfies Table;

/** The rows of THE TABLE in order, with names and defaults. */
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
