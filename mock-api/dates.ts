import { type Row, textIn } from './rows.ts';

const DAY = 86_400_000;

/** Float's timestamp formats, all UTC. They differ between endpoints and accounts. */
export type StampForm = 'seconds' | 'millis' | 'micros' | 'iso' | 'date';

const dayNames = new Map<number, string>();

/** Cached, because a company has only few different days. */
export function toDay(ms: number): string {
  const number = Math.floor(ms / DAY);
  let name = dayNames.get(number);
  if (name === undefined) {
    name = new Date(number * DAY).toISOString().slice(0, 10);
    dayNames.set(number, name);
  }
  return name;
}

const isoOf = (ms: number) => new Date(ms).toISOString();

const writers: Record<StampForm, (ms: number) => string> = {
  seconds: (ms) => isoOf(ms).slice(0, 19).replace('T', ' '),
  millis: (ms) => isoOf(ms).slice(0, 23).replace('T', ' '),
  micros: (ms) => `${writers.millis(ms)}000`,
  iso: (ms) => `${isoOf(ms).slice(0, 19)}+00:00`,
  date: toDay,
};

export const writeStamp = (ms: number, form: StampForm): string => writers[form](ms);

export function readStamp(text: string): number {
  if (text.length === 10 || text.includes('T')) return Date.parse(text);
  return Date.parse(`${text.replace(' ', 'T')}Z`);
}

export const addDays = (date: string, days: number): string => toDay(Date.parse(date) + days * DAY);

/** Sunday is 0. */
export const weekday = (date: string): number => (Date.parse(date) / DAY + 4) % 7;

export const isWeekend = (date: string): boolean => weekday(date) % 6 === 0;

export const isCalendarDate = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) && toDay(Date.parse(text)) === text;

/** First and last day, both inclusive. */
export interface Span {
  start: string;
  end: string;
}

export function overlap(a: Span, b: Span): Span | null {
  const [, start = ''] = [a.start, b.start].sort();
  const [end = ''] = [a.end, b.end].sort();
  return start <= end ? { start, end } : null;
}

export function* daysOf(span: Span): Generator<string> {
  for (let day = span.start; day <= span.end; day = addDays(day, 1)) yield day;
}

export function* workDaysOf(span: Span): Generator<string> {
  for (const day of daysOf(span)) if (!isWeekend(day)) yield day;
}

/** The same day of a later month, or the last day of a shorter month. */
export function addMonths(date: string, months: number): string {
  const moved = new Date(`${date.slice(0, 7)}-01`);
  moved.setUTCMonth(moved.getUTCMonth() + months + 1, 0);
  const day = Math.min(Number(date.slice(8)), moved.getUTCDate());
  return toDay(moved.setUTCDate(day));
}

/** The values of `repeat_state` that the company's rows have. */
const repeats: Record<number, (date: string, times: number) => string> = {
  1: (date, times) => addDays(date, 7 * times),
  2: addMonths,
  3: (date, times) => addDays(date, 14 * times),
};

/** The parts of the window that a row covers, including its repetitions (repeat_state). */
export function occurrences(row: Row, window: Span): Span[] {
  const first = { start: textIn(row, 'start_date'), end: textIn(row, 'end_date') };
  const move = repeats[Number(row.repeat_state)];
  const repeatEnd = row.repeat_end_date ?? row.repeat_end;
  const last = move === undefined ? first.start : String(repeatEnd ?? window.end);
  const found: Span[] = [];
  for (let times = 0; ; times += 1) {
    const start = times === 0 || move === undefined ? first.start : move(first.start, times);
    if (start > last || start > window.end) return found;
    const end = times === 0 || move === undefined ? first.end : move(first.end, times);
    const part = overlap({ start, end }, window);
    if (part) found.push(part);
    if (move === undefined) return found;
  }
}
