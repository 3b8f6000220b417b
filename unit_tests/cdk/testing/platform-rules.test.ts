/** Each rule of the platform reports the outputs that break it, and no other rule does. */
import { expect, test } from '@jest/globals';
import type { JsonObject } from '../../../src/cdk/index.ts';
import { type ConnectorRun, checkRun, RULE_NAMES, type RuleName } from '../../../src/cdk/testing/index.ts';

/** Lines of an output: messages, or other texts. */
type Lines = readonly (object | string)[];

const stream_descriptor = { name: 'tasks' };
const roles = { stream_descriptor: { name: 'roles' } };

const trace = (members: object, at = 10) => ({ type: 'TRACE', trace: { emitted_at: at, ...members } });
/** A status of `tasks`. Failures come after the rest. */
const status = (status: string, more: object = {}) =>
  trace(
    { type: 'STREAM_STATUS', stream_status: { stream_descriptor, status, ...more } },
    status === 'INCOMPLETE' ? 20 : 10,
  );
const record = (data: object = { id: 1 }, more: object = {}) => ({
  type: 'RECORD',
  record: { stream: 'tasks', emitted_at: 10, data, ...more },
});
const state = (recordCount: number, more: object = {}, stream_state: object = { modified: 'x' }) => ({
  type: 'STATE',
  state: { type: 'STREAM', stream: { stream_descriptor, stream_state }, sourceStats: { recordCount }, ...more },
});
const log = (level: string, message: string) => ({ type: 'LOG', log: { level, message } });
const error = (failure_type: string, at: number, more: object = { stream_descriptor }) =>
  trace({ type: 'ERROR', error: { message: `a ${failure_type}`, failure_type, ...more } }, at);
const estimate = (type: string) => trace({ type: 'ESTIMATE', estimate: { name: 'tasks', type, row_estimate: 1 } });
const answered = (answer: string) => ({ type: 'CONNECTION_STATUS', connectionStatus: { status: answer } });

const began: Lines = [status('STARTED'), status('RUNNING')];
const COMPLETE = status('COMPLETE');
const INCOMPLETE = status('INCOMPLETE');

const textOf = (lines: Lines): string =>
  lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');

type More = Partial<ConnectorRun>;

const failed: More = { code: 1 };
const killed: More = { code: null, cutShort: true };

const run = (verb: ConnectorRun['verb'], lines: Lines, more: More = {}): ConnectorRun => ({
  verb,
  stdout: textOf(lines),
  stderr: '',
  code: 0,
  ...more,
});

const configured = (name: string, more: JsonObject = {}): JsonObject => ({
  stream: {
    name,
    json_schema: { type: 'object', properties: { id: { type: 'integer' }, region: { type: 'integer' } } },
    supported_sync_modes: ['full_refresh', 'incremental'],
    namespace: null,
    ...more,
  },
  sync_mode: 'incremental',
  destination_sync_mode: 'append_dedup',
  primary_key: [['id'], ['region']],
});

const withRoles: More = { catalog: { streams: [configured('tasks'), configured('roles')] } };

/** A read of `tasks`, deduplicated by id and region. */
const read = (lines: Lines, more: More = {}): ConnectorRun =>
  run('read', lines, { catalog: { streams: [configured('tasks')] }, ...more });

/** A read whose stream starts and completes, with these lines in between. */
const complete = (lines: Lines, more: More = {}): ConnectorRun => read([...began, ...lines, COMPLETE], more);

const incomplete = (lines: Lines, more: More = {}): ConnectorRun =>
  read([...began, ...lines, error('system_error', 11), INCOMPLETE], { ...failed, ...more });

const stateFile = [{ type: 'STREAM', stream: { stream_descriptor, stream_state: { modified: 'w' } } }];

/** A read of two streams that fail for these reasons. */
const bothFail = (first: object, second: object): ConnectorRun =>
  read([status('STARTED'), status('STARTED', roles), first, INCOMPLETE, second, status('INCOMPLETE', roles)], {
    ...failed,
    ...withRoles,
  });

const field = (type: string, more: object = {}) => ({ type: ['null', type], ...more });

const offered = (more: object = {}): object => ({
  name: 'tasks',
  json_schema: { type: 'object', properties: { id: { type: 'integer' }, modified: field('string') } },
  supported_sync_modes: ['full_refresh', 'incremental'],
  source_defined_cursor: true,
  default_cursor_field: ['modified'],
  source_defined_primary_key: [['id']],
  ...more,
});

/** JSON omits members that are undefined. */
const noCursor = { source_defined_cursor: undefined, default_cursor_field: undefined };

const catalogOf = (...streams: object[]): ConnectorRun => run('discover', [{ type: 'CATALOG', catalog: { streams } }]);

const withSchema = (schema: object): ConnectorRun => catalogOf(offered({ json_schema: schema }));

const withField = (declared: object, name = 'a'): ConnectorRun =>
  withSchema({ properties: { id: {}, modified: {}, [name]: declared } });

const spec = (properties: object, more: object = {}, beside: object = {}): ConnectorRun =>
  run('spec', [
    { type: 'SPEC', spec: { connectionSpecification: { type: 'object', properties, ...more }, ...beside } },
  ]);

const text = (more: object = {}) => ({ type: 'string', ...more });

const objectOf = (properties: object) => ({ type: 'object', properties });

const limited = (quota_reset: number) => ({ type: 'RATE_LIMITED', rate_limited: { quota_reset } });

test.each<[string, ConnectorRun]>([
  [
    'a spec',
    spec(
      {
        api_token: text({ airbyte_secret: true, order: 0, group: 'account', pattern: '^\\s*[!-~]+\\s*$' }),
        start_date: text({ order: 0, group: 'advanced', pattern: '^\\d{4}-\\d{2}-\\d{2}(T.*Z)?$' }),
        credentials: objectOf({ login: text({ order: 0 }) }),
      },
      { groups: [{ id: 'account' }, { id: 'advanced' }], additionalProperties: true },
    ),
  ],
  ['a check that failed', run('check', [log('INFO', 'one moment'), answered('FAILED')])],
  [
    'a catalog',
    catalogOf(
      offered({
        json_schema: {
          $schema: 'http://json-schema.org/draft-07/schema#',
          properties: {
            id: { type: 'integer' },
            modified: field('string', { format: 'date-time', airbyte_type: 'timestamp_with_timezone' }),
            day: field('string', { format: 'date' }),
            tags: { type: 'array', items: { type: 'object', additionalProperties: true } },
          },
        },
      }),
      offered({ name: 'without a key', source_defined_primary_key: undefined }),
      offered({ name: 'with an empty key', source_defined_primary_key: [] }),
    ),
  ],
  [
    'a first read',
    complete([
      estimate('STREAM'),
      state(0),
      record({ id: 1, region: null }),
      status('RUNNING', { reasons: [limited(99)] }),
      record({ id: 2, notes: '😀 \\ud800', extra: 1 }),
      state(2),
      log('WARN', 'tasks: the API sent fields that the schema lacks: notes, extra. Airbyte keeps …'),
    ]),
  ],
  ['a stream that failed at once', read([status('STARTED'), error('config_error', 20), INCOMPLETE], failed)],
  ['a first read that failed later', incomplete([record()])],
  ['an incremental read that failed later', incomplete([record(), state(1)], { state: stateFile })],
  ['a read that failed as a whole', read([...began, record(), error('system_error', 10, {})], failed)],
  [
    'a read that was killed in the middle of a line',
    read([], { ...killed, stdout: `${textOf([...began, record()])}{"type":"REC` }),
  ],
])('%s is accepted', (_, sound) => {
  expect(checkRun(sound)).toEqual([]);
});

const unknownField = [record({ id: 1, notes: 'n' }), state(1)];

/** Outputs that break only this rule. */
const BROKEN: Record<RuleName, ConnectorRun[]> = {
  'one message a line': [
    complete([state(0), 'Done.']),
    complete([log('WARNING', 'an unknown level'), state(0)]),
    complete([state(0), state(0, { unknown: 1 })]),
    complete([state(0), record({ id: 1 }, { emitted_at: 10.5 })]),
    read([], { ...failed, stdout: `${textOf([error('system_error', 10, {})])}{}` }),
  ],
  'well-formed texts': [
    complete([String.raw`{"type":"LOG","log":{"level":"INFO","message":"a\uD800b"}}`, state(0)]),
    complete([String.raw`{"type":"LOG","log":{"level":"INFO","message":"\\\udc00"}}`, state(0)]),
  ],
  'escaped line breaks': ['\u0085', '\u2028', '\u2029'].map((id) => complete([record({ id }), state(1)])),
  'length of a line': [complete([log('INFO', 'x'.repeat(20_000_000)), state(0)])],
  'stderr is empty': [complete([state(0)], { stderr: '(node:1) Warning: something is experimental\n' })],
  'messages of the verb': [
    run('check', [answered('SUCCEEDED'), { type: 'CATALOG', catalog: { streams: [offered()] } }]),
    complete([answered('SUCCEEDED'), state(0)]),
  ],
  'no change of the config': [
    complete([
      { type: 'CONTROL', control: { type: 'CONNECTOR_CONFIG', emitted_at: 10, connectorConfig: { config: {} } } },
      state(0),
    ]),
  ],
  'an error has an exit code': [run('check', [error('system_error', 10, {})])],
  'a failure has an error': [run('discover', [], failed)],
  'an answer is given': [run('check', [log('INFO', 'all is well')])],
  'only one answer': [run('check', [answered('FAILED'), answered('SUCCEEDED')])],
  'an answer means exit code 0': [run('check', [answered('SUCCEEDED'), error('system_error', 10, {})], failed)],
  'a specification of draft 07': [
    spec({ host: text() }, { $schema: 'https://json-schema.org/draft/2020-12/schema' }),
    spec({ host: { type: 'text' } }),
    spec({}),
  ],
  'no protocol version': [spec({ host: text() }, {}, { protocol_version: '0.18.0' })],
  'secrets are marked': [
    spec({ login: objectOf({ password: text() }) }),
    spec({ all: { type: 'boolean', airbyte_secret: true } }),
  ],
  'orders are unique': [spec({ a: text({ order: 1 }), b: text({ order: 1 }) })],
  'groups exist': [
    spec({ a: text({ group: 'more' }) }, { groups: [{ id: 'account' }] }),
    spec({ a: objectOf({ b: text({ group: 'account' }) }) }, { groups: [{ id: 'account' }] }),
  ],
  'supported keywords in the form': [
    spec({ a: text({ $ref: '#/definitions/a' }) }),
    spec({ a: text() }, { additionalProperties: false }),
  ],
  'one type a field': [
    spec({ a: { type: ['string', 'integer'] } }),
    spec({ a: { title: 'A' } }),
    spec({ a: { type: 'object' } }),
  ],
  'patterns for JavaScript and Python': [
    spec({ a: text({ pattern: '(?<year>\\d{4})' }) }),
    spec({ a: text({ pattern: '^\\p{L}+$' }) }),
    spec({ a: text({ pattern: '[' }) }),
    spec({ a: text({ pattern: 'a\\-b' }) }),
  ],
  'a catalog of streams': [catalogOf(offered(), offered()), catalogOf()],
  'schemas have properties': [
    catalogOf(offered({ json_schema: { type: 'object' }, supported_sync_modes: ['full_refresh'], ...noCursor })),
  ],
  'the cursor is a field': [
    catalogOf(offered({ default_cursor_field: ['changed'] })),
    catalogOf(offered({ ...noCursor, supported_sync_modes: ['full_refresh'], is_resumable: true })),
  ],
  'the key consists of fields': [
    catalogOf(offered({ source_defined_primary_key: [['id'], ['region']] })),
    withField({ type: 'object' }, 'id'),
  ],
  'sync modes': [catalogOf(offered({ supported_sync_modes: [] })), catalogOf(offered(noCursor))],
  'schemas of draft 07': [
    withField({ type: 'date' }),
    withSchema({ $schema: 'https://json-schema.org/draft/2020-12/schema', properties: { id: {}, modified: {} } }),
  ],
  'types that destinations support': [
    withField({ type: 'number', format: 'date' }),
    withField(field('string', { format: 'email' })),
    withField(field('string', { format: 'date', airbyte_type: 'timestamp_with_timezone' })),
    withField({ type: 'array', items: field('string', { airbyte_type: 'integer' }) }),
  ],
  'keywords that destinations support': [
    withField({ allOf: [{ type: 'string' }] }),
    withField({ type: 'object', additionalProperties: false }),
  ],
  'records of configured streams': [complete([state(0), record({ id: 1 }, { stream: 'roles' })])],
  'namespace of the catalog': [
    complete([record({ id: 1 }, { namespace: 'float' }), state(1)]),
    read([...began, state(0), status('COMPLETE', { stream_descriptor: { name: 'tasks', namespace: 'float' } })]),
    complete([state(0)], { catalog: { streams: [configured('tasks', { namespace: 'float' })] } }),
  ],
  'records are not empty': [complete([record({}), record(), state(1)])],
  'records have a key': [
    complete([record({ id: null, region: null }), state(1)]),
    complete([record({ region: null }), state(1)]),
    complete([record({ id: [1] }), state(1)]),
  ],
  'dropped fields are logged': [
    complete(unknownField),
    complete([...unknownField, log('WARN', 'roles: fields that the schema lacks: notes.')]),
    complete([...unknownField, log('WARN', 'tasks: fields that the schema lacks: footnotes, notes_count.')]),
    complete([...unknownField, log('INFO', 'tasks: lacks: notes.')]),
  ],
  'emitted_at never decreases': [
    read([...began, record({ id: 1 }, { emitted_at: 12 }), state(1), COMPLETE]),
    complete([record({ id: 1 }, { emitted_at: 12 }), record({ id: 2 }, { emitted_at: 11 }), state(2)]),
  ],
  'states of type STREAM': [
    complete([state(0), state(0, { type: undefined })]),
    complete([state(0), { type: 'STATE', state: { type: 'LEGACY', data: { tasks: {} } } }]),
  ],
  'states without an id': [complete([state(0, { id: 1 })])],
  'states are not empty': [
    complete([state(0, {}, {})]),
    complete([state(0, { stream: { stream_descriptor, stream_state: null } })]),
  ],
  'states of configured streams': [complete([state(0), state(0, { stream: { ...roles, stream_state: { a: 1 } } })])],
  'states have record counts': [
    complete([record(), record(), state(1)]),
    complete([record(), state(0, { sourceStats: undefined })]),
    read([...began, record(), state(1), record(), state(0)], killed),
  ],
  'states after their records': [complete([record(), state(2), record(), state(1)])],
  'a state of each stream': [complete([]), incomplete([record()], { state: stateFile })],
  'no record after the last state': [complete([record(), state(1), record()])],
  'exit 0 means complete': [read([...began, state(0)]), complete([state(0)], withRoles)],
  'each stream has an end': [incomplete([status('STARTED', roles)], withRoles)],
  'statuses in order': [
    read([status('STARTED'), state(0), COMPLETE]),
    read([...began, state(0), COMPLETE, status('RUNNING'), COMPLETE]),
    read([...began, state(0), COMPLETE, COMPLETE]),
    read([status('RUNNING')], killed),
  ],
  'no data outside of a running stream': [
    read([record(), ...began, state(1), COMPLETE]),
    read([...began, record(), state(1), COMPLETE, state(0)]),
  ],
  'the final status comes last': [
    read([...began, state(0), COMPLETE, log('INFO', 'tasks: connection failed; retrying in 1.0 s.')]),
    read([...began, INCOMPLETE, error('system_error', 20)], failed),
    read([...began, state(0), COMPLETE, estimate('STREAM')]),
  ],
  'statuses of configured streams': [complete([state(0), status('COMPLETE', roles)])],
  'one reason for a wait': [
    complete([status('RUNNING', { reasons: [limited(1), limited(2)] }), state(0)]),
    complete([status('RUNNING', { reasons: [{ type: 'RATE_LIMITED' }] }), state(0)]),
    read([status('STARTED', { reasons: [limited(1)] }), status('RUNNING'), state(0), COMPLETE]),
  ],
  'one kind of estimate': [complete([estimate('STREAM'), estimate('SYNC'), state(0)])],
  'a failed stream has its error': [
    read([...began, INCOMPLETE, error('system_error', 10, roles)], failed),
    incomplete([error('system_error', 10)]),
    complete([state(0), error('system_error', 10)], failed),
  ],
  'no config_error first': [
    bothFail(error('config_error', 10), error('transient_error', 11, roles)),
    // Sorted by emitted_at, not by place.
    bothFail(error('transient_error', 11), error('config_error', 10, roles)),
    bothFail(error('config_error', 10), error('x', 11, { ...roles, failure_type: undefined })),
  ],
};

test.each(RULE_NAMES)('the rule “%s” alone reports the outputs that break it', (rule) => {
  const reported = BROKEN[rule].map((broken) => checkRun(broken).map((violation) => violation.rule));
  expect(reported).toEqual(BROKEN[rule].map(() => [rule]));
});
