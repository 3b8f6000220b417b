import { createCompany } from '../mock-api/company.ts';
import type { Row } from '../mock-api/rows.ts';

export const PER_PAGE = 200;
const KEY = 'logged_time_id';

/** Rows of about 490 bytes, each with a non-ASCII letter, as in names and notes. */
const NOTES = 'Abstimmung mit dem Büro in Zürich – Entwürfe, Korrekturen, zweite Fassung.';

/**
 * Pages of a logged_time list of any length as prepared texts, newest key first like Float's. The rows come from the mock company
 * and repeat with different keys.
 */
export function preparePages(rows: number): string[] {
  const [first, ...others] = createCompany({ counts: { 'logged-time': PER_PAGE } })
    .rows('logged-time')
    .map((row) => cutAtKey({ ...row, notes: NOTES, created: '2026-01-05 09:00:00', modified: '2026-01-05 17:30:00' }));
  if (first === undefined) throw new Error('the company has logged no time');
  const samples = [first, ...others];
  const keyAt = (index: number): string => (rows - index).toString(16).padStart(24, '0');
  return Array.from({ length: Math.ceil(rows / PER_PAGE) }, (_, page) => {
    const length = Math.min(PER_PAGE, rows - page * PER_PAGE);
    const texts = Array.from({ length }, (_, index) => {
      const { before, after } = samples[index % samples.length] ?? first;
      return before + keyAt(page * PER_PAGE + index) + after;
    });
    return `[${texts.join(',')}]`;
  });
}

function cutAtKey(row: Row): { before: string; after: string } {
  const key = String(row[KEY]);
  const text = JSON.stringify(row);
  const at = text.indexOf(key);
  return { before: text.slice(0, at), after: text.slice(at + key.length) };
}
