import { ConnectorError } from '../protocol/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '../protocol/json.ts';
import type { StreamDefinition } from '../protocol/source.ts';
import { toDate, toUtcTimestamp } from './timestamps.ts';

/**
 * A value brought to its declared type: mostly the value itself, `undefined` where it, or a part of it, cannot be
 * brought there. Arrays and objects are changed in place.
 */
type Bring = (value: JsonValue) => JsonValue | undefined;

interface Field {
  /** The name as JSON, with its colon, as it stands first in a record and after others: each text that is joined costs. */
  readonly first: string;
  readonly next: string;
  readonly bring: Bring;
}

/** New values are many only where what was taken for an enumeration is none. */
export const MOST_NEW_VALUES = 10;

/**
 * Makes records out of a stream's rows: values are brought to the types of the JSON Schema, the native key is copied to the
 * primary key field, and the key is checked.
 * What is new stays and is noticed, to be told once a stream: fields that the schema lacks, values that stay of another type,
 * and those that the field's `known_values` lack, a keyword of this kit. An `enum` would be a constraint to the platform.
 */
export class RecordMaker {
  /** Names of fields seen that the schema lacks. The platform drops them (FieldSelector.kt). */
  readonly unknownFields = new Set<string>();
  /** Names of fields seen with a value that could not be brought to its declared type. */
  readonly mistypedFields = new Set<string>();
  /** Field and value, where the value is not among the field's `known_values`. At most MOST_NEW_VALUES. */
  readonly newValues: string[] = [];
  private readonly definition: StreamDefinition;
  private readonly fields: ReadonlyMap<string, Field>;

  constructor(definition: StreamDefinition) {
    this.definition = definition;
    const fields = propertiesOf(definition.jsonSchema).map(([name, property]) => {
      const bring = compile(property);
      const known = property.known_values;
      return [name, fieldOf(name, Array.isArray(known) ? this.noticing(name, bring, known) : bring)] as const;
    });
    this.fields = new Map(fields);
  }

  /** The record as JSON: put together here, in the same turn as its values are looked at, a third faster than afterwards. */
  toJson(row: JsonObject): string {
    const keyField = this.definition.primaryKey[0];
    const { nativeKey } = this.definition;
    if (nativeKey !== undefined) row[keyField] ??= row[nativeKey] ?? null;
    this.checkKey(keyField, row[keyField]);
    let json = '';
    for (const name in row) {
      const value = row[name] as JsonValue;
      const field = this.fields.get(name) ?? this.unknownField(name);
      const label = json === '' ? field.first : field.next;
      if (value === null) {
        json += `${label}null`;
        continue;
      }
      const brought = field.bring(value);
      if (brought === undefined) this.mistypedFields.add(name);
      json += label + toJson(brought ?? value);
    }
    return `${json}}`;
  }

  private unknownField(name: string): Field {
    this.unknownFields.add(name);
    return fieldOf(name, asIs);
  }

  private noticing(name: string, bring: Bring, knownValues: readonly JsonValue[]): Bring {
    const known = new Set(knownValues);
    return (value) => {
      const brought = bring(value);
      if (brought === undefined || known.has(brought) || this.newValues.length === MOST_NEW_VALUES) return brought;
      known.add(brought);
      this.newValues.push(`${name} ${toJson(brought)}`);
      return brought;
    };
  }

  /** A destination would lose a row without a key silently, or merge it with others. */
  private checkKey(name: string, value: JsonValue | undefined): void {
    const missing = value === null || value === undefined || value === '';
    if (!missing && this.fields.get(name)?.bring(value) !== undefined) return;
    throw new ConnectorError(
      'system_error',
      `A row of ${this.definition.name} came ${missing ? 'without its key' : 'with a key of the wrong type'} (${name}). ` +
        'The stream stops here: a destination would lose such a row silently.',
    );
  }
}

function fieldOf(name: string, bring: Bring): Field {
  const first = `{${JSON.stringify(name)}:`;
  return { first, next: `,${first.slice(1)}`, bring };
}

/** Texts in which JSON escapes nothing: no quote, backslash or control character, no surrogate. */
const PLAIN = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/;

/** As JSON.stringify, which is slower for a single value: it is asked only where there is something to escape or to go into. */
function toJson(value: JsonValue): string {
  if (typeof value === 'string') return PLAIN.test(value) ? `"${value}"` : JSON.stringify(value);
  return Number.isFinite(value) ? `${value}` : JSON.stringify(value);
}

function propertiesOf(schema: JsonObject): [string, JsonObject][] {
  const properties = isObject(schema.properties) ? Object.entries(schema.properties) : [];
  return properties.map(([name, property]) => [name, isObject(property) ? property : {}]);
}

function compile(schema: JsonObject): Bring {
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

const asIs: Bring = (value) => value;

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
