import type { JsonObject, JsonValue } from '../protocol/json.ts';
import type { StreamDefinition } from '../protocol/source.ts';
import { type Bring, compile, propertiesOf } from './coerce.ts';
import { mayHaveLostDigits, toJsonText, withoutNul } from './json-text.ts';
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
 * Makes records out of a stream's rows. Values are converted to the types of the JSON Schema, the native key is copied to the
 * primary key field, and the key is checked. A record has only fields that the schema declares and the user selected:
 *
 *     field of the row                    its column     the object of additional fields
 *     declared, selected, fits            the value      –
 *     declared, selected, does not fit    null           the value as it came
 *     declared, not selected              –              –
 *     not declared                        –              the value, unless it is null
 *
 * What is noticed is told once a stream, as are values that a field's `known_values` lack. They are a keyword of this kit: an
 * `enum` would be a constraint to the platform.
 */
export class RecordMaker {
  /** Names of fields seen that have no column of their own. */
  readonly unknownFields = new Set<string>();
  /** Names of fields seen with a value that does not fit the declared type. */
  readonly mistypedFields = new Set<string>();
  /** Names of fields seen with a number beyond 2^53, from which on JSON.parse rounds whole numbers. */
  readonly roundedFields = new Set<string>();
  /** Field and value, where the value is not among the field's `known_values`. At most MOST_NEW_VALUES. */
  readonly newValues: string[] = [];
  /** Whether values without a column are kept: the stream has the object for them, and the user selected it. */
  readonly keepsAdditional: boolean;
  private readonly declared: ReadonlySet<string>;
  private readonly fields: ReadonlyMap<string, Field>;
  private readonly additional: Field | undefined;
  /** Name of a field → the same as JSON, with a colon, as a member of the additional fields. */
  private readonly labels = new Map<string, string>();
  private readonly takenLabels = new Set<string>();
  private readonly settleKey: (row: JsonObject) => void;

  /** `selected`: names of the fields that the user selected; all without it. */
  constructor(definition: StreamDefinition, selected?: ReadonlySet<string>) {
    const { additionalFields } = definition;
    const isSelected = (name: string): boolean => selected?.has(name) ?? true;
    const declared = propertiesOf(definition.jsonSchema).filter(([name]) => name !== additionalFields);
    this.settleKey = keySettler(definition);
    this.declared = new Set(declared.map(([name]) => name));
    this.fields = new Map(
      declared
        .filter(([name]) => isSelected(name))
        .map(([name, property]) => [name, fieldOf(name, this.bringOf(name, property))]),
    );
    this.keepsAdditional = additionalFields !== undefined && isSelected(additionalFields);
    this.additional = this.keepsAdditional ? fieldOf(additionalFields ?? '', compile({})) : undefined;
  }

  /**
   * What follows `"data":` in a RECORD: the record, and the `meta` of the message where values were set to null. The text is put
   * together here, in the same turn as its values are looked at, a third faster than afterwards.
   * `added`: values that the source adds to each row. If the API sends another value for such a field, that one is additional.
   */
  toJson(row: JsonObject, added?: JsonObject): string {
    this.settleKey(row);
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
      const brought = field.bring(value);
      if (brought === undefined) {
        this.mistypedFields.add(name);
        json += `${label}null`;
        additional += this.member(name, value);
        changes += `${changes === '' ? '' : ','}{"field":${toJsonText(name)},"change":"NULLED","reason":"SOURCE_SERIALIZATION_ERROR"}`;
      } else json += label + this.textOf(name, brought);
    }
    if (added !== undefined) json += this.textOfAdded(added, json === '');
    if (additional !== '' && this.additional !== undefined) {
      const { first, next } = this.additional;
      json += `${json === '' ? first : next}{${additional.slice(0, -1)}}`;
    }
    const data = json === '' ? '{}' : `${json}}`;
    return changes === '' ? data : `${data},"meta":{"changes":[${changes}]}`;
  }

  /** What becomes of a value that does not go to a column, since there is none or the source fills it. */
  private withoutColumn(name: string, value: JsonValue, added: JsonObject | undefined): string {
    const filled = this.fields.get(name);
    const isDeselected = filled === undefined && this.declared.has(name);
    if (value === null || isDeselected) return '';
    if (filled !== undefined && [null, added?.[name]].includes(filled.bring(value))) return '';
    this.unknownFields.add(name);
    return this.member(name, value);
  }

  /** A member of the additional fields, with a comma. Empty where the number is too large for JSON.parse: nothing is left of it. */
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
    // Without its NUL characters a name may be that of another field.
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

  private bringOf(name: string, property: JsonObject): Bring {
    const bring = compile(property);
    const { known_values: knownValues } = property;
    if (!Array.isArray(knownValues)) return bring;
    const known = new Set<JsonValue | undefined>([null, undefined, ...knownValues]);
    return (value) => {
      const brought = bring(value);
      if (brought === undefined || known.has(brought) || this.newValues.length === MOST_NEW_VALUES) return brought;
      known.add(brought);
      this.newValues.push(`${name} ${toJsonText(brought)}`);
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
  const first = `{${toJsonText(name)}:`;
  return { first, next: `,${first.slice(1)}`, bring };
}
