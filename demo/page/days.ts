/** Days of the calendar, `YYYY-MM-DD`. */

const DAY = 86_400_000;

/** Both days are included. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

export const dateOf = (day: string, daysAfter = 0): Date => new Date(Date.parse(day) + daysAfter * DAY);

const weekday = (day: string): number => dateOf(day).getUTCDay();
export const isWeekend = (day: string): boolean => weekday(day) % 6 === 0;
export const isMonday = (day: string): boolean => weekday(day) === 1;

export const addDays = (day: string, days: number): string => dateOf(day, days).toISOString().slice(0, 10);
export const mondayOf = (day: string): string => addDays(day, -((weekday(day) + 6) % 7));

export function daysIn({ from, to }: Period): string[] {
  const days = Math.round((Date.parse(to) - Date.parse(from)) / DAY) + 1;
  return Array.from({ length: days }, (_, index) => addDays(from, index));
}

/** In the time zone of this machine. The Swedish format is `YYYY-MM-DD`. */
export const localDay = (now: Date): string => now.toLocaleDateString('sv-SE');

/** `24 Nov` */
export function dayName(day: string): string {
  return dateOf(day).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
}

/** `24 November 2026` */
export function longDayName(day: string): string {
  return dateOf(day).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
}

/** `24 Nov`, `24 Nov to 2 Dec` */
export function periodName({ from, to }: Period): string {
  return from === to ? dayName(from) : `${dayName(from)} to ${dayName(to)}`;
}
