import { Refusal } from './answers.ts';
import { isCalendarDate, readStamp, type Span } from './dates.ts';

/** float: bare arrays, native keys. neutral: rows under `data`, the native key of each row called `id`. */
export type Dialect = 'float' | 'neutral';

/** The query of one request, and a function to complain about it. */
export interface Ask {
  query: URLSearchParams;
  complain: (sentence: string) => void;
}

export const WINDOW = ['start_date', 'end_date'] as const;

/** Float ignores unknown parameters, such as per_page. The mock complains about them. */
export function nameUnknown({ query, complain }: Ask, allowed: readonly string[]): void {
  for (const name of new Set(query.keys())) if (!allowed.includes(name)) complain(`unknown parameter ${name}`);
}

function refuse({ complain }: Ask, sentence: string): never {
  complain(sentence);
  throw new Refusal(400, sentence);
}

/** Both bounds or neither. */
export function readWindow(ask: Ask): Span | null {
  const [start, end] = WINDOW.map((name) => ask.query.get(name));
  if (start === null && end === null) return null;
  if (!start || !end) return refuse(ask, 'start_date and end_date must be sent together');
  if (!isCalendarDate(start) || !isCalendarDate(end)) return refuse(ask, `${start}..${end} are not two dates`);
  if (start > end) return refuse(ask, `start_date ${start} is after end_date ${end}`);
  return { start, end };
}

export const requireWindow = (ask: Ask): Span => readWindow(ask) ?? refuse(ask, 'start_date and end_date are required');

/** Float's two documented formats and that of the neutral contract. A client chooses by the host; the mock accepts all three. */
const SINCE = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|\d{1,11})$/;
const SINCE_MEANS = 'YYYY-MM-DD hh:mm:ss, YYYY-MM-DDThh:mm:ssZ or Unix seconds';

/** Epoch milliseconds. The zone of the text is assumed to be UTC, as that of the stamps is (recorded). */
export function readModifiedSince(ask: Ask): number | null {
  const text = ask.query.get('modified_since');
  if (text === null) return null;
  const moment = /^\d+$/.test(text) ? Number(text) * 1000 : readStamp(text);
  if (!SINCE.test(text) || Number.isNaN(moment)) return refuse(ask, `modified_since=${text} is not ${SINCE_MEANS}`);
  return moment;
}

export const readNumber = (ask: Ask, name: string, fallback: number, highest: number): number => {
  const text = ask.query.get(name);
  if (text === null) return fallback;
  const number = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= 1 && number <= highest) return number;
  ask.complain(`${name}=${text} is outside 1..${highest}`);
  return Number.isNaN(number) ? fallback : Math.min(Math.max(number, 1), highest);
};

/** The fields that the request wants expanded, known or not. */
export const readExpand = ({ query }: Ask): string[] =>
  (query.get('expand') ?? '').split(',').filter((name) => name !== '');
