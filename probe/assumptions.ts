import type { Assumption } from './assumption.ts';
import { ON_CHANGES } from './changes.ts';
import { ON_DELETE_LOG } from './delete-log.ts';
import { ON_FIELDS } from './fields.ts';
import { ON_FILTERS } from './filters.ts';
import { ON_LISTS } from './lists.ts';
import { ON_PAGES } from './pages.ts';

/** In order. Assumptions that may need more requests come last. */
export const ASSUMPTIONS: readonly Assumption[] = [
  ...ON_LISTS,
  ...ON_PAGES,
  ...ON_FILTERS,
  ...ON_CHANGES,
  ...ON_DELETE_LOG,
  ...ON_FIELDS,
];
