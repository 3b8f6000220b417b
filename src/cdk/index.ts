export { type ConfigProblem, invalidConfig, type ValidatedConfig, validateConfig } from './config/validate.ts';
export { launch, type ProcessIO, run } from './protocol/cli.ts';
export { type Clock, systemClock } from './protocol/clock.ts';
export { asConnectorError, ConnectorError, configError } from './protocol/errors.ts';
export { isObject, type JsonObject, type JsonValue } from './protocol/json.ts';
export type * from './protocol/messages.ts';
export type {
  Connection,
  ReadRequest,
  Source,
  SourceContext,
  Step,
  Stream,
  StreamDefinition,
  StreamEvent,
} from './protocol/source.ts';
export { isPlainUtc, toUtcTimestamp } from './records/timestamps.ts';
