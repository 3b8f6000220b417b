import { ConnectorError } from '../protocol/errors.ts';
import type { JsonObject, JsonValue } from '../protocol/json.ts';
import type { StreamDefinition } from '../protocol/source.ts';
import { asIs, compile, propertiesOf } from './coerce.ts';

/** The fields and the schema of a row's key. */
export interface KeyDefinition extends Pick<StreamDefinition, 'name' | 'jsonSchema' | 'nativeKey'> {
  readonly primaryKey: readonly [string, ...string[]];
}

/** Undefined for a stream without a key. */
export function keyDefinition(definition: StreamDefinition): KeyDefinition | undefined {
  const [field, ...more] = definition.primaryKey;
  return field === undefined ? undefined : { ...definition, primaryKey: [field, ...more] };
}

/** The row has no key that a destination can use. */
export class UnusableKey extends ConnectorError {}

/**
 * Returns a function that reads the key of a row in its declared type, without changing the row. It throws UnusableKey for a row
 * without a usable key, because a destination would silently drop it or merge it with others.
 */
export function keyReader({ name, jsonSchema, primaryKey, nativeKey }: KeyDefinition): (row: JsonObject) => JsonValue {
  const [field] = primaryKey;
  const schema = new Map(propertiesOf(jsonSchema)).get(field);
  const coerce = schema === undefined ? asIs : compile(schema);
  return (row) => {
    const value = row[field] ?? (nativeKey === undefined ? null : row[nativeKey]) ?? null;
    const isMissing = value === null || (typeof value === 'string' && value.trim() === '');
    // A boolean would become the key 0 or 1.
    const key = isMissing || typeof value === 'boolean' ? undefined : coerce(value);
    if (key !== undefined && key !== null) return key;
    throw new UnusableKey(
      'system_error',
      `A row of ${name} has ${isMissing ? 'no key' : 'a key of the wrong type'} (${field}). ` +
        'The stream fails because a destination would silently drop a row without a usable key. Report the problem to the maintainers of the API.',
    );
  };
}
