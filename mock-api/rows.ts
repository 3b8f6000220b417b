export type Json = null | boolean | number | string | Json[] | { [field: string]: Json };

export type Row = { [field: string]: Json };

export type Key = number | string;

export const numberIn = (row: Row, field: string): number => Number(row[field] ?? 0);

export const textIn = (row: Row, field: string): string => String(row[field] ?? '');

/** The people an allocation or a time off belongs to: one in `people_id`, or several in `people_ids`. */
export function assignees(row: Row): number[] {
  if (Array.isArray(row.people_ids)) return row.people_ids.map(Number);
  return typeof row.people_id === 'number' ? [row.people_id] : [];
}
