/**
 * The public API of the kit. docs/cdk.md documents every export.
 * Functions here load the HTTP client and the page walk by import() when they are called, because `spec` needs neither.
 */
export { type FieldRules, requireValidConfig } from './config/validate.ts';
export { baseUrlProblems } from './http/base-url.ts';
export type { Answer, Endpoint, GetOptions, HttpClient, Meter, Params } from './http/client.ts';
export type { Clocks } from './http/clocks.ts';
export { errorPolicy, type PolicyChanges } from './http/error-policy.ts';
export { RequestFailed } from './http/failure.ts';
export type { Quota, Quotas } from './http/limiter.ts';
export { type ClientOptions, openClient } from './http/open-client.ts';
export type { Failure, Headers, Outcome, Success } from './http/outcome.ts';
export {
  CHECK as CHECK_PATIENCE,
  type Patience,
  PROBE as PROBE_PATIENCE,
  SYNC as SYNC_PATIENCE,
} from './http/patience.ts';
export type { Action, ErrorPolicy, FailedRequest, Rule, Situation } from './http/policy.ts';
export type { OpenTransport, Transport } from './http/transport.ts';
export { type PageContent, wholeNumberIn } from './lists/read-page.ts';
export { rowsAt } from './lists/rows-at.ts';
export { launch, type ProcessIO, run } from './protocol/cli.ts';
export { type Clock, systemClock } from './protocol/clock.ts';
export { ConnectorError, configError } from './protocol/errors.ts';
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
export type { StampFields } from './records/stamps.ts';
export { toUtcTimestamp } from './records/timestamps.ts';
export { openPagedLists } from './streams/open-paged-lists.ts';
export type { PagedList, PagedLists, PageRequest } from './streams/paged-list.ts';
export { readTokenPages, type TokenPage } from './streams/token-pages.ts';
