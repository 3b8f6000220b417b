/** Days of the calendar, `YYYY-MM-DD`. */

const DAY = 86_400_000;

export const dateOf = (day: string, daysAfter = 0): Date => new Date(Date.parse(day) + daysAfter * DAY);

const weekday = (day: string): number => dateOf(day).getUTCDay();
export const isWeekend = (day: string): boolean => weekday(day) % 6 === 0;
export const isMonday = (day: string): boolean => weekday(day) === 1;

export const addDays = (day: string, days: number): string => dateOf(day, days).toISOString().slice(0, 10);
export const mondayOf = (day: string): string => addDays(day, -((weekday(day) + 6) % 7));

export const earliest = (...days: string[]): string => days.sort()[0] ?? '';
export const latest = (...days: string[]): string => days.sort().at(-1) ?? '';

/** The last one included. */
export function daysFrom(from: string, to: string): string[] {
  const days = Math.round((Date.parse(to) - Date.parse(from)) / DAY) + 1;
  return Array.from({ length: days }, (_, index) => addDays(from, index));
}

/** Of the place where this runs. */
export function localDay(now: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** `24 Nov` */
export function dayName(day: string): string {
  return dateOf(day).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
}

/** `24 November 2026` */
export function longDayName(day: string): string {
  return dateOf(day).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
}

/** `24 Nov`, `24 Nov to 2 Dec` */
export function period(from: string, to: string): string {
  return from === to ? dayName(from) : `${dayName(from)} to ${dayName(to)}`;
}
