import { isObject, type JsonObject, type JsonValue } from '../protocol/json.ts';
import { toDate, toUtcTimestamp } from './timestamps.ts';

/**
 * Converts a value to its declared type. Returns null for text that means "no value", such as an empty string in a number field,
 * and undefined for a value that does not fit. Members of arrays and objects are converted in place. Members that do not fit
 * stay unchanged, because the column is JSON.
 */
export type Coerce = (value: JsonValue) => JsonValue | undefined;

export function propertiesOf(schema: JsonObject): [string, JsonObject][] {
  const properties = isObject(schema.properties) ? Object.entries(schema.properties) : [];
  return properties.map(([name, property]) => [name, isObject(property) ? property : {}]);
}

export function compile(schema: JsonObject): Coerce {
  const type = (Array.isArray(schema.type) ? schema.type : [schema.type]).find((name) => name !== 'null');
  switch (type) {
    case 'integer':
      return toInteger;
    case 'number':
      return (value) => toNumber(value, Number.isFinite);
    case 'string':
      return compileString(schema.format);
    case 'boolean':
      return toBoolean;
    case 'array':
      return compileArray(isObject(schema.items) ? compile(schema.items) : asIs);
    case 'object':
      return compileObject(new Map(propertiesOf(schema).map(([name, property]) => [name, compile(property)])));
    default:
      return asIs;
  }
}

export const asIs: Coerce = (value) => value;

const NUMERIC = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
/** Databases such as MySQL write this for a missing date or time. */
const ZERO_DATE = /^0000-00-00(?:[T ]00:00(?::00(?:\.0+)?)?)?\s?(?:Z|[+-]00(?::?00)?)?$/;

/** For text that is not a number, date or time: null if it means "no value", else undefined. */
function nullIfNoValue(text: string): null | undefined {
  const trimmed = text.trim();
  return trimmed === '' || ZERO_DATE.test(trimmed) ? null : undefined;
}

function toInteger(value: JsonValue): JsonValue | undefined {
  return typeof value === 'boolean' ? Number(value) : toNumber(value, Number.isSafeInteger);
}

function toNumber(value: JsonValue, fits: (value: number) => boolean): JsonValue | undefined {
  if (typeof value === 'number') return fits(value) ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const number = NUMERIC.test(value.trim()) ? Number(value) : Number.NaN;
  return fits(number) ? number : nullIfNoValue(value);
}

function toBoolean(value: JsonValue): JsonValue | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string') return nullIfNoValue(value);
  return value === 0 || value === 1 ? value === 1 : undefined;
}

function compileString(format: JsonValue | undefined): Coerce {
  const rewrite = format === 'date-time' ? toUtcTimestamp : format === 'date' ? toDate : undefined;
  if (rewrite) return (value) => (typeof value === 'string' ? (rewrite(value) ?? nullIfNoValue(value)) : undefined);
  return (value) => {
    if (typeof value === 'string') return value;
    // A larger number has lost digits in JSON.parse, so two different keys could become equal.
    return Number.isSafeInteger(value) ? String(value) : undefined;
  };
}

function compileArray(item: Coerce): Coerce {
  if (item === asIs) return (value) => (Array.isArray(value) ? value : undefined);
  return (value) => {
    if (!Array.isArray(value)) return undefined;
    for (const [index, element] of value.entries()) {
      if (element !== null) value[index] = item(element) ?? element;
    }
    return value;
  };
}

function compileObject(fields: ReadonlyMap<string, Coerce>): Coerce {
  return (value) => {
    if (!isObject(value)) return undefined;
    for (const [name, coerce] of fields) {
      const member = value[name];
      if (member !== null && member !== undefined) value[name] = coerce(member) ?? member;
    }
    return value;
  };
}
