import { ConnectorError } from './errors.ts';
import { isObject } from './json.ts';
import type { ConnectorSpecification } from './messages.ts';
import type { Connection, StreamDefinition } from './source.ts';

/** An error for a source that breaks the kit's contract. Without these checks such a run could look successful. */
export function programmingError(fault: string): ConnectorError {
  return new ConnectorError(
    'system_error',
    `The connector has a programming error: ${fault}. Please report it to its maintainers.`,
  );
}

export function requireSpecification(specification: ConnectorSpecification): void {
  if (!isObject(specification?.connectionSpecification)) throw programmingError('it has no connectionSpecification');
}

export function requireSoundConnection({ streams, maxConcurrentStreams }: Connection): void {
  if (!Number.isSafeInteger(maxConcurrentStreams) || maxConcurrentStreams < 1) {
    throw programmingError(
      `its maxConcurrentStreams is ${String(maxConcurrentStreams)} (${typeof maxConcurrentStreams}), but must be a whole number from 1`,
    );
  }
  requireSoundStreams(streams);
}

export function requireSoundStreams(streams: readonly StreamDefinition[]): void {
  const names = new Set<string>();
  for (const { name, jsonSchema, primaryKey } of streams) {
    if (names.has(name)) throw programmingError(`it has two streams with the name ${name}`);
    names.add(name);
    const { properties } = jsonSchema;
    const undeclared = primaryKey.find((field) => !isObject(properties) || !Object.hasOwn(properties, field));
    if (undeclared !== undefined) throw programmingError(`the schema of ${name} lacks the key field ${undeclared}`);
  }
}
