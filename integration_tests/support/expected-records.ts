import type { Company } from '../../mock-api/company.ts';
import type { Dialect } from '../../mock-api/query.ts';
import type { Row } from '../../mock-api/rows.ts';
import type { JsonObject, JsonValue } from '../../src/cdk/index.ts';
import { isObject } from '../../src/cdk/index.ts';
import { type ExpectedStream, expected, type StreamName } from './streams.ts';

/** The years, inclusive, of the dates of public holidays that a read brings. */
export interface Years {
  from: number;
  to: number;
}

/** The records that a full read of a stream must emit, computed from the company's rows and not from responses. */
export function expectedRecords(
  name: StreamName,
  company: Company,
  schema: JsonObject,
  dialect: Dialect,
  years: Years,
): JsonObject[] {
  const stream = expected(name);
  const shown = company.rows(stream.endpoint).filter((row) => !(name === 'logged_time' && row.hours === 0));
  return shown
    .map((row) => without(row, stream.withheld))
    .map((row) => (name === 'public_holidays' ? withinYears(row, years) : row))
    .map((row) =>
      dialect === 'neutral' ? ofNeutralServer(row, stream, name) : { ...row, id: row[stream.key] ?? null },
    )
    .map((row) => withAdditional(asDeclared(row, schema) as JsonObject, schema));
}

/** Moves fields that the schema does not declare to additional_fields. */
function withAdditional(row: JsonObject, { properties }: JsonObject): JsonObject {
  const isDeclared = ([name]: [string, JsonValue]): boolean => isObject(properties) && name in properties;
  const entries = Object.entries(row);
  const additional = entries.filter((entry) => !isDeclared(entry) && entry[1] !== null);
  const columns = Object.fromEntries(entries.filter(isDeclared));
  return additional.length === 0 ? columns : { ...columns, additional_fields: Object.fromEntries(additional) };
}

const without = (row: Row, fields: readonly string[]): Row =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !fields.includes(name)));

function withinYears(row: Row, { from, to }: Years): Row {
  const dates = Array.isArray(row.dates) ? row.dates : [];
  return {
    ...row,
    dates: dates.filter((date) => Number(String(date).slice(0, 4)) >= from && Number(String(date).slice(0, 4)) <= to),
  };
}

/** A neutral server sends neither native keys nor regions. */
function ofNeutralServer(row: Row, { key }: ExpectedStream, name: StreamName): Row {
  const { [key]: native = null, ...rest } = row;
  if (name !== 'public_holidays') return { id: native, ...rest };
  const { region, ...other } = rest;
  return { id: Number(`${region}${String(native).padStart(3, '0')}`), ...other };
}

/** Only the conversions of the data type map in docs/float.md. Slow and simple on purpose. */
function asDeclared(value: JsonValue, schema: JsonValue | undefined): JsonValue {
  if (!isObject(schema) || value === null) return value;
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  if (Array.isArray(value)) return value.map((item) => asDeclared(item, schema.items));
  if (isObject(value)) {
    const properties = isObject(schema.properties) ? schema.properties : {};
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, asDeclared(item, properties[name])]));
  }
  if (typeof value === 'string' && schema.format === 'date-time') return instant(value);
  if (typeof value === 'string' && (types.includes('number') || types.includes('integer'))) return Number(value);
  if (typeof value === 'number' && types.includes('string')) return String(value);
  return value;
}

/** Float writes UTC, with or without a time zone. Fractions are cut to milliseconds. */
function instant(text: string): string {
  const iso = text.length === 10 ? `${text}T00:00:00` : text.replace(' ', 'T');
  const written = new Date(/(Z|[+-]\d\d:\d\d)$/.test(iso) ? iso : `${iso}Z`).toISOString();
  return iso.includes('.') ? written : written.replace('.000Z', 'Z');
}
