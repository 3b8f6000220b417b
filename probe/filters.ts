/** Assumptions about the content of lists without a filter, tested by comparing Total-Counts. */
import type { Params } from '../src/cdk/http/client.ts';
import type { FloatStream } from '../src/float/streams.ts';
import { type Account, count } from './account.ts';
import { type Assumption, type Finding, judged, unanswered, unseen } from './assumption.ts';
import { named, onFirstPage } from './questions.ts';
import { compared } from './words.ts';

/** Types of people that Float's documentation does not mention. */
const UNNAMED_TYPES = ['0', '5', '6', '7', '8', '9'];

/** Float began in 2012. */
const EVER = { start_date: '2012-01-01', end_date: '2100-12-31' };

/** The number of rows from Total-Count, or a finding if the response has no Total-Count. */
async function totalOf(account: Account, stream: FloatStream, params: Params): Promise<number | Finding> {
  const page = await account.page(stream, { page: 1, 'per-page': 1, ...params });
  if (page.kind === 'no answer') return unanswered(page, 'cannot be seen');
  return page.total ?? unseen('no Total-Count');
}

export const ON_FILTERS: readonly Assumption[] = [
  {
    name: 'A list without `active` includes archived rows',
    expected: 'as many rows as with `active=1` and with `active=0` together',
    ifDifferent: 'Archived rows are missing, or rows look deleted as soon as they are archived.',
    ask: onFirstPage(named('people', 'projects'), async ({ stream, total }, account) => {
      const present = await totalOf(account, stream, { active: 1 });
      const archived = await totalOf(account, stream, { active: 0 });
      if (total === undefined) return unseen('no Total-Count');
      if (typeof present !== 'number') return present;
      if (typeof archived !== 'number') return archived;
      if (archived === 0 && total === present) return unseen('no row is archived');
      return judged(total === present + archived, compared(total, present + archived));
    }),
  },
  {
    name: 'A list without dates includes rows of all dates',
    expected: 'at least as many rows as with dates from 2012 to 2100',
    ifDifferent: 'The default range hides rows, so every sync misses these rows.',
    ask: onFirstPage(named('tasks', 'time_off', 'logged_time'), async ({ stream, total }, account) => {
      const ever = await totalOf(account, stream, EVER);
      if (total === undefined) return unseen('no Total-Count');
      if (typeof ever !== 'number') return ever;
      if (total + ever === 0) return unseen('the list is empty');
      return judged(ever <= total, compared(ever, total));
    }),
  },
  {
    name: 'Types of people',
    expected: 'only 1, 2, 3 and 4',
    ifDifferent: 'People of other types are missing, because the connector does not request them.',
    ask: onFirstPage(named('people'), async ({ stream, total }, account) => {
      const others = await account.page(stream, { page: 1, 'per-page': 1, people_type_id: UNNAMED_TYPES.join() });
      const unfiltered = await account.ask(stream, { page: 1, 'per-page': 1 });
      const plain = unfiltered.kind === 'answer' ? count(unfiltered.answer, 'total-count') : undefined;
      if (total !== undefined && plain !== undefined && plain > total) {
        return judged(false, 'more people without the filter');
      }
      // A server may refuse unknown types, or ignore the filter.
      if (others.kind === 'no answer') return unanswered(others, 'as expected');
      const isOther = others.rows.some((row) => UNNAMED_TYPES.includes(String(row.people_type_id)));
      return judged(!isOther, 'only these', 'other types too');
    }),
  },
];
