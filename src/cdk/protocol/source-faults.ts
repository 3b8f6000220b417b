import { ConnectorError } from './errors.ts';
import { isObject } from './json.ts';
import type { ConnectorSpecification } from './messages.ts';
import type { Connection, StreamDefinition } from './source.ts';

/** An error for a source that breaks the kit's contract. Without the checks that throw it, such a run could look successful. */
export function programmingError(fault: string): ConnectorError {
  return new ConnectorError(
    'system_error',
    `The connector has a programming error: ${fault}. Please report it to the connector's maintainers.`,
  );
}

export function requireSpecification(specification: ConnectorSpecification): void {
  if (!isObject(specification?.connectionSpecification)) throw programmingError('it has no connectionSpecification');
}

/** With a limit of 0 or NaN, a run would end without its rows, or would never end. */
export function requireWholeNumber(what: string, value: number, least = 1): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw programmingError(`${what} is ${String(value)} (${typeof value}), but must be a whole number from ${least}`);
}

export function requireSoundConnection({ streams, maxConcurrentStreams }: Connection): void {
  requireWholeNumber('its maxConcurrentStreams', maxConcurrentStreams);
  requireSoundStreams(streams);
}

export function requireSoundStreams(streams: readonly StreamDefinition[]): void {
  const names = new Set<string>();
  for (const { name, jsonSchema, primaryKey, cursorField } of streams) {
    if (names.has(name)) throw programmingError(`it has two streams with the name ${name}`);
    names.add(name);
    const { properties } = jsonSchema;
    const isDeclared = (field: string): boolean => isObject(properties) && Object.hasOwn(properties, field);
    const undeclared = primaryKey.find((field) => !isDeclared(field));
    if (undeclared !== undefined) throw programmingError(`the schema of ${name} lacks the key field ${undeclared}`);
    if (cursorField !== undefined && !isDeclared(cursorField)) {
      throw programmingError(`the schema of ${name} lacks the cursor field ${cursorField}`);
    }
  }
}
