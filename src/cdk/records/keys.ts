import { ConnectorError } from '../protocol/errors.ts';
import type { JsonObject, JsonValue } from '../protocol/json.ts';
import type { StreamDefinition } from '../protocol/source.ts';
import { asIs, compile, propertiesOf } from './coerce.ts';

/** Where the key of a row stands, and of what type it is. */
export interface KeyDefinition extends Pick<StreamDefinition, 'name' | 'jsonSchema' | 'nativeKey'> {
  readonly primaryKey: readonly [string, ...string[]];
}

/** Undefined for a stream without a key. */
export function keyDefinition(definition: StreamDefinition): KeyDefinition | undefined {
  const [field, ...more] = definition.primaryKey;
  return field === undefined ? undefined : { ...definition, primaryKey: [field, ...more] };
}

/** A row came without a key that a destination can use. */
export class UnusableKey extends ConnectorError {}

/**
 * Reads the key of a row, in its declared type, and leaves the row as it is. Throws for a row without a usable key: a
 * destination would lose it silently, or merge it with others.
 */
export function keyReader({ name, jsonSchema, primaryKey, nativeKey }: KeyDefinition): (row: JsonObject) => JsonValue {
  const [field] = primaryKey;
  const schema = new Map(propertiesOf(jsonSchema)).get(field);
  const bring = schema === undefined ? asIs : compile(schema);
  return (row) => {
    const value = row[field] ?? (nativeKey === undefined ? null : row[nativeKey]) ?? null;
    const isMissing = value === null || (typeof value === 'string' && value.trim() === '');
    // A flag would make the key of all rows 0 or 1.
    const key = isMissing || typeof value === 'boolean' ? undefined : bring(value);
    if (key !== undefined && key !== null) return key;
    throw new UnusableKey(
      'system_error',
      `A row of ${name} came ${isMissing ? 'without its key' : 'with a key of the wrong type'} (${field}). ` +
        'A destination would lose such a row silently.',
    );
  };
}
