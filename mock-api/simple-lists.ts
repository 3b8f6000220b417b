import type { Endpoint } from './endpoint.ts';
import * as names from './names.ts';
import type { Draw } from './random.ts';
import type { Json, Key, Row } from './rows.ts';

/** Helpers for generating a row. */
export interface Making {
  readonly draw: Draw;
  /** `created` and `modified`, written in the list's own form. */
  stamps(): { created: Json; modified: Json };
  /** The key of the n-th row of another list, modulo its length; null if it is empty. */
  nth(list: string, n: number): Key | null;
  /** A work day near today. */
  day(): string;
}

/** A list without filters and special behaviour. Its entry here is its whole definition. */
export interface SimpleList extends Endpoint {
  readonly firstKey: number;
  /** How many rows the company has. */
  readonly count: (company: { readonly projects: number }) => number;
  /** The n-th row, without its key. */
  readonly row: (n: number, making: Making) => Row;
}

/**
 * Only the key and a few fields of these lists are known, from other clients of the API. The other fields are guesses.
 * `npm run new-stream` adds the entry of a new list at the end.
 */
export const SIMPLE_LISTS = {
  'project-stages': {
    key: 'id',
    stamps: ['seconds'],
    firstKey: 501,
    count: () => names.stages.length,
    row: (n, { stamps, nth }) => ({
      name: names.cyclic(names.stages, n),
      description: n === 0 ? null : `Projects in ${names.cyclic(names.stages, n)}`,
      status: Math.min(n, 3),
      order: n,
      active: 1,
      ...stamps(),
      created_by: nth('accounts', 0),
      modified_by: nth('accounts', 0),
    }),
  },
  'project-expenses': {
    key: 'id',
    stamps: ['seconds'],
    firstKey: 70_010,
    count: ({ projects }) => projects,
    row: (n, { draw, stamps, nth, day }) => ({
      project_id: nth('projects', n),
      name: draw.pick(['Travel', 'Licences', 'Printing', 'Catering']),
      date: day(),
      cost: draw.int(50, 900) + 0.5,
      ...stamps(),
      billable: n % 2,
      receipt: n % 3 === 0 ? { file: `receipt-${n}.pdf`, pages: 1 } : null,
    }),
  },
  currencies: {
    key: 'currency_id',
    firstKey: 31,
    count: () => names.currencies.length,
    row: (n) => ({
      code: names.cyclic(names.currencies, n),
      is_default: Number(n === 0),
      exchange_rate: n === 0 ? null : 1 + n / 16,
    }),
  },
  'rate-cards': {
    key: 'rate_card_id',
    stamps: ['seconds'],
    firstKey: 812,
    count: () => 2,
    row: (n, { stamps, nth }) => ({
      name: n === 0 ? 'Standard' : `Card ${n + 1}`,
      currency_id: nth('currencies', n),
      ...stamps(),
      rates: [0, 1].map((role) => ({ role_id: nth('roles', role), rate: (90 + role * 10).toFixed(4) })),
    }),
  },
  'project-templates': {
    key: 'project_template_id',
    stamps: ['seconds'],
    firstKey: 2_204,
    count: () => 3,
    row: (n, { stamps, nth }) => ({
      name: `${names.cyclic(names.projects, n)} (template)`,
      ...stamps(),
      created_by: nth('accounts', 0),
      duration_days: 30 * (n + 1),
      phases: names.phases.slice(0, 2).map((name) => ({ name })),
    }),
  },
} as const satisfies Record<string, SimpleList>;

export type SimpleName = keyof typeof SIMPLE_LISTS;

export const isSimple = (name: string): name is SimpleName => Object.hasOwn(SIMPLE_LISTS, name);

export const simpleList = (name: SimpleName): SimpleList => SIMPLE_LISTS[name];
