import type { JsonObject, JsonValue } from '../protocol/json.ts';
import type { StreamDefinition } from '../protocol/source.ts';
import { asIs, type Bring, compile, propertiesOf } from './coerce.ts';
import { keyDefinition, keyReader } from './keys.ts';

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
  private readonly fields: ReadonlyMap<string, Field>;
  private readonly settleKey: (row: JsonObject) => void;

  constructor(definition: StreamDefinition) {
    this.settleKey = keySettler(definition);
    const fields = propertiesOf(definition.jsonSchema).map(([name, property]) => {
      const bring = compile(property);
      const known = property.known_values;
      return [name, fieldOf(name, Array.isArray(known) ? this.noticing(name, bring, known) : bring)] as const;
    });
    this.fields = new Map(fields);
  }

  /** The record as JSON: put together here, in the same turn as its values are looked at, a third faster than afterwards. */
  toJson(row: JsonObject): string {
    this.settleKey(row);
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
}

/** Copies the native key of a row to its key field, and checks it. Does nothing for a stream without a key. */
function keySettler(definition: StreamDefinition): (row: JsonObject) => void {
  const keyed = keyDefinition(definition);
  if (keyed === undefined) return () => undefined;
  const requireKey = keyReader(keyed);
  const [keyField] = keyed.primaryKey;
  const { nativeKey } = keyed;
  return (row) => {
    if (nativeKey !== undefined) row[keyField] ??= row[nativeKey] ?? null;
    requireKey(row);
  };
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
