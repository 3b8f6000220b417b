import type { JsonObject, JsonValue } from '../protocol/json.ts';
import type { StreamDefinition } from '../protocol/source.ts';
import { type Coerce, compile, propertiesOf } from './coerce.ts';
import { mayHaveLostDigits, toJsonText, withoutNul } from './json-text.ts';
import { keyDefinition, keyReader } from './keys.ts';

interface Field {
  /** Start of the member in JSON: with `{` if it is the first member, with a comma otherwise. Precomputed for speed. */
  readonly first: string;
  readonly next: string;
  readonly coerce: Coerce;
}

/** No more new values are collected, because a field with more of them is not an enumeration. */
export const MOST_NEW_VALUES = 10;

/**
 * Makes records from the rows of a stream. Converts values to the types of the JSON Schema, copies the native key to the
 * primary key field, and checks the key. A record has only fields that the schema declares and the user selected:
 *
 *     field of the row                    its column     additional fields (an object)
 *     declared, selected, fits            the value      –
 *     declared, selected, does not fit    null           the original value
 *     declared, not selected              –              –
 *     not declared                        –              the value, unless it is null
 *
 * Also collects findings, which are logged once for each stream. This kit has its own keyword `known_values`, because the
 * platform would enforce an `enum`.
 */
export class RecordMaker {
  /** Names of fields without a column. */
  readonly unknownFields = new Set<string>();
  /** Names of fields with a value that does not fit the declared type. */
  readonly mistypedFields = new Set<string>();
  /** Names of fields with a number beyond 2^53, where JSON.parse rounds whole numbers. */
  readonly roundedFields = new Set<string>();
  /** Field names with values that are not in the field's `known_values`. At most MOST_NEW_VALUES. */
  readonly newValues: string[] = [];
  /** Whether values without a column are kept. True if the schema has the object for them and the user selected it. */
  readonly keepsAdditional: boolean;
  private readonly declared: ReadonlySet<string>;
  private readonly fields: ReadonlyMap<string, Field>;
  private readonly additional: Field | undefined;
  /** Field name → name as JSON with a colon, for a member of the additional fields. */
  private readonly labels = new Map<string, string>();
  private readonly takenLabels = new Set<string>();
  private readonly fillKey: (row: JsonObject) => void;

  /** `selected`: names of the fields that the user selected; undefined: all fields. */
  constructor(definition: StreamDefinition, selected?: ReadonlySet<string>) {
    const { additionalFields } = definition;
    const isSelected = (name: string): boolean => selected?.has(name) ?? true;
    const declared = propertiesOf(definition.jsonSchema).filter(([name]) => name !== additionalFields);
    this.fillKey = keyFiller(definition);
    this.declared = new Set(declared.map(([name]) => name));
    this.fields = new Map(
      declared
        .filter(([name]) => isSelected(name))
        .map(([name, property]) => [name, fieldOf(name, this.coercerOf(name, property))]),
    );
    this.keepsAdditional = additionalFields !== undefined && isSelected(additionalFields);
    this.additional = this.keepsAdditional ? fieldOf(additionalFields ?? '', compile({})) : undefined;
  }

  /**
   * Returns what follows `"data":` in a RECORD: the data, and `meta` if values were set to null. Builds the JSON while it
   * converts the values. This is a third faster than JSON.stringify afterwards.
   * `added`: values that the source adds to each row. If the API sends a different value for such a field, the API's value goes
   * to the additional fields.
   */
  toJson(row: JsonObject, added?: JsonObject): string {
    this.fillKey(row);
    let json = '';
    let additional = '';
    let changes = '';
    for (const name in row) {
      const value = row[name] as JsonValue;
      const field = this.fields.get(name);
      if (field === undefined || (added !== undefined && Object.hasOwn(added, name))) {
        additional += this.withoutColumn(name, value, added);
        continue;
      }
      const label = json === '' ? field.first : field.next;
      if (value === null) {
        json += `${label}null`;
        continue;
      }
      const coerced = field.coerce(value);
      if (coerced === undefined) {
        this.mistypedFields.add(name);
        json += `${label}null`;
        additional += this.member(name, value);
        changes += `${changes === '' ? '' : ','}{"field":${toJsonText(name)},"change":"NULLED","reason":"SOURCE_SERIALIZATION_ERROR"}`;
      } else json += label + this.textOf(name, coerced);
    }
    if (added !== undefined) json += this.textOfAdded(added, json === '');
    if (additional !== '' && this.additional !== undefined) {
      const { first, next } = this.additional;
      json += `${json === '' ? first : next}{${additional.slice(0, -1)}}`;
    }
    const data = json === '' ? '{}' : `${json}}`;
    return changes === '' ? data : `${data},"meta":{"changes":[${changes}]}`;
  }

  /**
   * Handles a value that has no column or whose column is filled by the source. Returns a member of the additional fields or ''.
   */
  private withoutColumn(name: string, value: JsonValue, added: JsonObject | undefined): string {
    const filled = this.fields.get(name);
    const isDeselected = filled === undefined && this.declared.has(name);
    if (value === null || isDeselected) return '';
    if (filled !== undefined && [null, added?.[name]].includes(filled.coerce(value))) return '';
    this.unknownFields.add(name);
    return this.member(name, value);
  }

  /** A member of the additional fields with a comma; '' if JSON.parse made the number infinite. */
  private member(name: string, value: JsonValue): string {
    if (typeof value === 'number' && !Number.isFinite(value)) {
      this.roundedFields.add(name);
      return '';
    }
    return this.additional === undefined ? '' : `${this.labelOf(name)}${this.textOf(name, value)},`;
  }

  private labelOf(name: string): string {
    const known = this.labels.get(name);
    if (known !== undefined) return known;
    let label = `${toJsonText(name)}:`;
    // Without its NUL characters, a name may equal that of another field.
    for (let free = `${withoutNul(name)}_`; this.takenLabels.has(label); free += '_') label = `${toJsonText(free)}:`;
    this.takenLabels.add(label);
    this.labels.set(name, label);
    return label;
  }

  private textOf(name: string, value: JsonValue): string {
    if (typeof value === 'string') return toJsonText(value);
    if (typeof value === 'number') {
      if (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER) this.roundedFields.add(name);
      return toJsonText(value);
    }
    const json = toJsonText(value);
    if (mayHaveLostDigits(value, json)) this.roundedFields.add(name);
    return json;
  }

  private textOfAdded(added: JsonObject, isFirst: boolean): string {
    let json = '';
    for (const [name, value] of Object.entries(added)) {
      const field = this.fields.get(name);
      if (field !== undefined) json += (isFirst && json === '' ? field.first : field.next) + this.textOf(name, value);
    }
    return json;
  }

  private coercerOf(name: string, property: JsonObject): Coerce {
    const coerce = compile(property);
    const { known_values: knownValues } = property;
    if (!Array.isArray(knownValues)) return coerce;
    const known = new Set<JsonValue | undefined>([null, undefined, ...knownValues]);
    return (value) => {
      const coerced = coerce(value);
      if (coerced === undefined || known.has(coerced) || this.newValues.length === MOST_NEW_VALUES) return coerced;
      known.add(coerced);
      this.newValues.push(`${name} ${toJsonText(coerced)}`);
      return coerced;
    };
  }
}

/** Copies the native key of a row to its key field, and checks it. Does nothing for a stream without a key. */
function keyFiller(definition: StreamDefinition): (row: JsonObject) => void {
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

function fieldOf(name: string, coerce: Coerce): Field {
  const first = `{${toJsonText(name)}:`;
  return { first, next: `,${first.slice(1)}`, coerce };
}
