export { launch, run, type Surroundings } from './cli.ts';
export { type Clock, systemClock } from './clock.ts';
export { asConnectorError, ConnectorError, configError } from './errors.ts';
export { isObject, type JsonObject, type JsonValue } from './json.ts';
export type * from './messages.ts';
export type { Connection, Context, ReadRequest, Source, Stream, StreamDefinition, StreamEvent } from './source.ts';
export { isPlainUtc, toUtcTimestamp } from './timestamps.ts';
