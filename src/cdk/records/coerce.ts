import { isObject, type JsonObject, type JsonValue } from '../protocol/json.ts';
import { toDate, toUtcTimestamp } from './timestamps.ts';

/**
 * A value brought to its declared type: mostly the value itself, `undefined` where it, or a part of it, cannot be
 * brought there. Arrays and objects are changed in place.
 */
export type Bring = (value: JsonValue) => JsonValue | undefined;

export function propertiesOf(schema: JsonObject): [string, JsonObject][] {
  const properties = isObject(schema.properties) ? Object.entries(schema.properties) : [];
  return properties.map(([name, property]) => [name, isObject(property) ? property : {}]);
}

export function compile(schema: JsonObject): Bring {
  const type = (Array.isArray(schema.type) ? schema.type : [schema.type]).find((name) => name !== 'null');
  switch (type) {
    case 'integer':
      return toNumber(Number.isSafeInteger);
    case 'number':
      return toNumber(Number.isFinite);
    case 'string':
      return compileString(schema.format);
    case 'boolean':
      return (value) => (typeof value === 'boolean' ? value : undefined);
    case 'array':
      return compileArray(isObject(schema.items) ? compile(schema.items) : asIs);
    case 'object':
      return compileObject(new Map(propertiesOf(schema).map(([name, property]) => [name, compile(property)])));
    default:
      return asIs;
  }
}

export const asIs: Bring = (value) => value;

const NUMERIC = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

function toNumber(fits: (value: number) => boolean): Bring {
  return (value) => {
    const number = typeof value === 'string' && NUMERIC.test(value.trim()) ? Number(value) : value;
    return typeof number === 'number' && fits(number) ? number : undefined;
  };
}

function compileString(format: JsonValue | undefined): Bring {
  const rewrite = format === 'date-time' ? toUtcTimestamp : format === 'date' ? toDate : undefined;
  if (rewrite) return (value) => (typeof value === 'string' ? rewrite(value) : undefined);
  return (value) => {
    if (typeof value === 'string') return value;
    // A larger number has lost digits on its way through JSON.parse, so that two keys could become one.
    return Number.isSafeInteger(value) ? String(value) : undefined;
  };
}

function compileArray(item: Bring): Bring {
  if (item === asIs) return (value) => (Array.isArray(value) ? value : undefined);
  return (value) => {
    if (!Array.isArray(value)) return undefined;
    let fits = true;
    for (const [index, element] of value.entries()) {
      const brought = element === null ? null : item(element);
      if (brought === undefined) fits = false;
      else value[index] = brought;
    }
    return fits ? value : undefined;
  };
}

function compileObject(fields: ReadonlyMap<string, Bring>): Bring {
  return (value) => {
    if (!isObject(value)) return undefined;
    let fits = true;
    for (const [name, bring] of fields) {
      const member = value[name];
      if (member === null || member === undefined) continue;
      const brought = bring(member);
      if (brought === undefined) fits = false;
      else value[name] = brought;
    }
    return fits ? value : undefined;
  };
}
