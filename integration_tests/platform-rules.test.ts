import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../src/cdk/index.ts';
import { type ConnectorRun, checkRun, RULE_NAMES, type RuleName } from '../src/cdk/testing/index.ts';
import { assertRules } from './support/platform-rules.ts';

/** Lines of an output: messages, or texts that are none. */
type Lines = readonly (object | string)[];

const stream_descriptor = { name: 'tasks' };
const trace = (members: object, at = 10) => ({ type: 'TRACE', trace: { emitted_at: at, ...members } });
const status = (status: string, more: object = {}, descriptor: object = stream_descriptor) =>
  trace({ type: 'STREAM_STATUS', stream_status: { stream_descriptor: descriptor, status, ...more } }, momentOf(status));
/** Of failures, which come after what went well. */
const momentOf = (status: string): number => (status === 'INCOMPLETE' ? 20 : 10);
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

const began: Lines = [status('STARTED'), status('RUNNING')];
const COMPLETE = status('COMPLETE');
const INCOMPLETE = status('INCOMPLETE');

const textOf = (lines: Lines): string =>
  lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');

const run = (verb: ConnectorRun['verb'], lines: Lines, more: Partial<ConnectorRun> = {}): ConnectorRun => ({
  verb,
  stdout: textOf(lines),
  stderr: '',
  code: 0,
  ...more,
});

const configured = (name: string): JsonObject => ({
  stream: {
    name,
    json_schema: { type: 'object', properties: { id: { type: 'integer' }, region: { type: 'integer' } } },
    supported_sync_modes: ['full_refresh', 'incremental'],
    namespace: null,
  },
  sync_mode: 'incremental',
  destination_sync_mode: 'append_dedup',
  primary_key: [['id'], ['region']],
});

/** A read of `tasks`, deduplicated by id and region. */
const read = (lines: Lines, more: Partial<ConnectorRun> = {}): ConnectorRun =>
  run('read', lines, { catalog: { streams: [configured('tasks')] }, ...more });

/** One whose stream is begun and complete, with these lines in between. */
const complete = (lines: Lines, more: Partial<ConnectorRun> = {}): ConnectorRun =>
  read([...began, ...lines, COMPLETE], more);

const incomplete = (lines: Lines, more: Partial<ConnectorRun> = {}): ConnectorRun =>
  read([...began, ...lines, error('system_error', 11), INCOMPLETE], { code: 1, ...more });

const stateFile = [{ type: 'STREAM', stream: { stream_descriptor, stream_state: { modified: 'w' } } }];

const field = (type: string, more: object = {}) => ({ type: ['null', type], ...more });

const offered = (more: JsonObject = {}): JsonObject => ({
  name: 'tasks',
  json_schema: { type: 'object', properties: { id: { type: 'integer' }, modified: field('string') } },
  supported_sync_modes: ['full_refresh', 'incremental'],
  source_defined_cursor: true,
  default_cursor_field: ['modified'],
  source_defined_primary_key: [['id']],
  ...more,
});

const catalogOf = (...streams: JsonObject[]): ConnectorRun =>
  run('discover', [{ type: 'CATALOG', catalog: { streams } }]);

const withField = (name: string, declared: object, more: JsonObject = {}): ConnectorRun =>
  catalogOf(offered({ json_schema: { properties: { id: {}, modified: {}, [name]: { ...declared } } }, ...more }));

const specOf = (properties: object, more: object = {}, beside: object = {}): object => ({
  type: 'SPEC',
  spec: { connectionSpecification: { type: 'object', properties, ...more }, ...beside },
});

const spec = (...args: Parameters<typeof specOf>): ConnectorRun => run('spec', [specOf(...args)]);

const text = (more: object = {}) => ({ type: 'string', ...more });

const answered = (answer: string) => ({ type: 'CONNECTION_STATUS', connectionStatus: { status: answer } });

const SOUND: Record<string, ConnectorRun> = {
  'a spec': spec(
    {
      api_token: text({ airbyte_secret: true, order: 0, group: 'account', pattern: '^\\s*[!-~]+\\s*$' }),
      start_date: text({ order: 0, group: 'advanced', pattern: '^\\d{4}-\\d{2}-\\d{2}(T.*Z)?$' }),
      credentials: { type: 'object', properties: { login: text({ order: 0 }) } },
    },
    { groups: [{ id: 'account' }, { id: 'advanced' }], additionalProperties: true },
  ),
  'a check that failed': run('check', [log('INFO', 'one moment'), answered('FAILED')]),
  'a check that could not be made': run('check', [error('system_error', 10, {})], { code: 1 }),
  'a catalog': catalogOf(
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
    { ...offered(), name: 'roles' },
  ),
  'a catalog with streams without a key': catalogOf(without(offered(), 'source_defined_primary_key'), {
    ...offered({ source_defined_primary_key: [] }),
    name: 'roles',
  }),
  'a first read': complete([
    estimate('STREAM'),
    state(0),
    record({ id: 1, region: null }),
    status('RUNNING', { reasons: [{ type: 'RATE_LIMITED', rate_limited: { quota_reset: 99 } }] }),
    record({ id: 2, notes: '😀 \\ud800', extra: 1 }),
    state(2),
    log('WARN', 'tasks: the API sent fields that the schema lacks: notes, extra. Airbyte keeps …'),
  ]),
  'an empty read': complete([state(0)]),
  'a read of nothing': read([], { catalog: { streams: [] } }),
  'a read of a stream that failed at once': read([status('STARTED'), error('config_error', 20), INCOMPLETE], {
    code: 1,
  }),
  'a read that failed on its way, from the start': incomplete([record()]),
  'a read that failed on its way, from a state': incomplete([record(), state(1)], { state: stateFile }),
  'a read that failed before it began': read([error('config_error', 10, {})], { code: 1 }),
  'a read that failed as a whole': read([...began, record(), error('system_error', 10, {})], { code: 1 }),
  'a read that was killed in the middle of a line': {
    ...read([...began, record()], { code: null, cutShort: true }),
    stdout: `${textOf([...began, record()])}{"type":"REC`,
  },
};

test.each(Object.entries(SOUND))('%s is accepted', (_, sound) => {
  expect(checkRun(sound)).toEqual([]);
});

/** Outputs that break one rule each. */
const BROKEN: Record<RuleName, Record<string, ConnectorRun>> = {
  'one message a line': {
    'a line of text': complete([state(0), 'Done.']),
    'two messages in a line': complete([
      `${JSON.stringify(log('INFO', 'a'))}${JSON.stringify(log('INFO', 'b'))}`,
      state(0),
    ]),
    'a level that the protocol does not know': complete([log('WARNING', 'tasks'), state(0)]),
    'a member that the protocol does not know': complete([state(0), state(0, { count: 1 })]),
    'emitted_at with a fraction': complete([state(0), record({ id: 1 }, { emitted_at: 10.5 })]),
    'an empty line': complete(['', state(0)]),
    'a last line without an end': { ...complete([state(0)]), stdout: `${complete([state(0)]).stdout}{}` },
  },
  'well-formed texts': {
    'half of a pair': complete([String.raw`{"type":"LOG","log":{"level":"INFO","message":"a\uD800b"}}`, state(0)]),
    'the other half, after a backslash': complete([
      String.raw`{"type":"LOG","log":{"level":"INFO","message":"\\\udc00"}}`,
      state(0),
    ]),
  },
  'escaped line breaks': Object.fromEntries(
    ['\u0085', '\u2028', '\u2029'].map((character) => [
      `U+${character.charCodeAt(0).toString(16)}`,
      complete([record({ id: character }), state(1)]),
    ]),
  ),
  'length of a line': { 'twenty million characters': complete([log('INFO', 'x'.repeat(20_000_000)), state(0)]) },
  'stderr is empty': {
    'a warning of Node': complete([state(0)], { stderr: '(node:1) Warning: something is experimental\n' }),
    'a word of a process that was killed': read([...began], { stderr: 'Terminated\n', code: null, cutShort: true }),
  },
  'messages of the verb': {
    'a catalog in a check': run('check', [
      answered('SUCCEEDED'),
      { type: 'CATALOG', catalog: { streams: [offered()] } },
    ]),
    'an answer in a read': complete([answered('SUCCEEDED'), state(0)]),
  },
  'no change of the config': {
    CONTROL: complete([
      { type: 'CONTROL', control: { type: 'CONNECTOR_CONFIG', emitted_at: 10, connectorConfig: { config: {} } } },
      state(0),
    ]),
  },
  'an error has an exit code': {
    'of a check, which then has no outcome': run('check', [error('system_error', 10, {})]),
    'of a read that counts as a success': complete([state(0), error('system_error', 10, {})]),
  },
  'a failure has an error': {
    'in a discovery': run('discover', [], { code: 1 }),
    'in a read': complete([state(0)], { code: 1 }),
  },
  'an answer is given': { none: run('check', [log('INFO', 'all is well')]) },
  'only one answer': { twice: run('check', [answered('FAILED'), answered('SUCCEEDED')]) },
  'an answer means exit code 0': {
    both: run('check', [answered('SUCCEEDED'), error('system_error', 10, {})], { code: 1 }),
  },
  'a specification of draft 07': {
    'of a later draft': spec({ host: text() }, { $schema: 'https://json-schema.org/draft/2020-12/schema' }),
    'with a misspelt type': spec({ host: { type: 'text' } }),
    'without properties': spec({}),
  },
  'no protocol version': {
    'the package’s': spec({ host: text() }, {}, { protocol_version: '0.18.0' }),
  },
  'secrets are marked': {
    'a token in clear': spec({ api_token: text() }),
    'a password at depth': spec({ login: { type: 'object', properties: { password: text() } } }),
    'a secret that cannot be kept': spec({ all: { type: 'boolean', airbyte_secret: true } }),
  },
  'orders are unique': { 'two of one group': spec({ a: text({ order: 1 }), b: text({ order: 1 }) }) },
  'groups exist': {
    'one that the form lacks': spec({ a: text({ group: 'more' }) }, { groups: [{ id: 'account' }] }),
    'one at depth': spec(
      { a: { type: 'object', properties: { b: text({ group: 'account' }) } } },
      { groups: [{ id: 'account' }] },
    ),
  },
  'supported keywords in the form': {
    'a reference': spec({ a: text({ $ref: '#/definitions/a' }) }),
    'a condition': spec({ a: text() }, { if: {}, else: {} }),
    'a closed form': spec({ a: text() }, { additionalProperties: false }),
  },
  'one type a field': {
    two: spec({ a: { type: ['string', 'integer'] } }),
    none: spec({ a: { title: 'A' } }),
    'an object of nothing': spec({ a: { type: 'object' } }),
  },
  'patterns for JavaScript and Python': {
    'a named group of JavaScript': spec({ a: text({ pattern: '(?<year>\\d{4})' }) }),
    'a property of Unicode': spec({ a: text({ pattern: '^\\p{L}+$' }) }),
    'a pattern that is none': spec({ a: text({ pattern: '[' }) }),
    'an escape that no Unicode pattern has': spec({ a: text({ pattern: 'a\\-b' }) }),
  },
  'a catalog of streams': { 'a name twice': catalogOf(offered(), offered()), nothing: catalogOf() },
  'schemas have properties': {
    'a schema without': catalogOf(
      offered({
        json_schema: { type: 'object' },
        supported_sync_modes: ['full_refresh'],
        source_defined_cursor: false,
      }),
    ),
  },
  'the cursor is a field': {
    'a cursor that the schema lacks': catalogOf(offered({ default_cursor_field: ['changed'] })),
    'a resumable stream without': catalogOf({
      ...without(offered(), 'default_cursor_field', 'source_defined_cursor'),
      supported_sync_modes: ['full_refresh'],
      is_resumable: true,
    }),
  },
  'the key consists of fields': {
    'a key that the schema lacks': catalogOf(offered({ source_defined_primary_key: [['id'], ['region']] })),
    'an object': withField('id', { type: 'object' }),
  },
  'sync modes': {
    none: catalogOf(offered({ supported_sync_modes: [] })),
    'incremental without a cursor': catalogOf(without(offered(), 'default_cursor_field', 'source_defined_cursor')),
  },
  'schemas of draft 07': {
    'a type that is none': withField('day', { type: 'date' }),
    'a later draft': catalogOf(
      offered({
        json_schema: { $schema: 'https://json-schema.org/draft/2020-12/schema', properties: { id: {}, modified: {} } },
      }),
    ),
  },
  'types that destinations support': {
    'a format of a number': withField('a', { type: 'number', format: 'date' }),
    'a format that nobody knows': withField('a', field('string', { format: 'email' })),
    'a time zone of a date': withField(
      'a',
      field('string', { format: 'date', airbyte_type: 'timestamp_with_timezone' }),
    ),
    'at depth': withField('a', { type: 'array', items: field('string', { airbyte_type: 'integer' }) }),
  },
  'keywords that destinations support': {
    'a reference': withField('a', { $ref: '#/definitions/a' }),
    'a combination': withField('a', { allOf: [{ type: 'string' }] }),
    'a closed object': withField('a', { type: 'object', additionalProperties: false }),
  },
  'records of configured streams': {
    'one that nobody selected': complete([state(0), record({ id: 1 }, { stream: 'roles' })]),
  },
  'namespace of the catalog': {
    'of a record': complete([record({ id: 1 }, { namespace: 'float' }), state(1)]),
    'of a status': read([...began, state(0), status('COMPLETE', {}, { ...stream_descriptor, namespace: 'float' })]),
    none: complete([state(0)], { catalog: { streams: [inNamespace(configured('tasks'), 'float')] } }),
  },
  'records are not empty': { 'no members': complete([record({}), record(), state(1)]) },
  'records have a key': {
    'both parts null': complete([record({ id: null, region: null }), state(1)]),
    'both parts missing': complete([record({ region: null }), state(1)]),
    'a list': complete([record({ id: [1] }), state(1)]),
  },
  'dropped fields are logged': {
    'not at all': complete([record({ id: 1, notes: 'n' }), state(1)]),
    'as those of another stream': complete([
      record({ id: 1, notes: 'n' }),
      state(1),
      log('WARN', 'roles: fields that the schema lacks: notes.'),
    ]),
    'as a part of another name': complete([
      record({ id: 1, notes: 'n' }),
      state(1),
      log('WARN', 'tasks: fields that the schema lacks: footnotes, notes_count.'),
    ]),
    'by a level that nobody reads': complete([
      record({ id: 1, notes: 'n' }),
      state(1),
      log('INFO', 'tasks: lacks: notes.'),
    ]),
  },
  'emitted_at never decreases': {
    'an end before its records': read([...began, record({ id: 1 }, { emitted_at: 12 }), state(1), COMPLETE]),
    'a record before another': complete([
      record({ id: 1 }, { emitted_at: 12 }),
      record({ id: 2 }, { emitted_at: 11 }),
      state(2),
    ]),
  },
  'states of type STREAM': {
    'a type that is missing': complete([state(0), state(0, { type: undefined })]),
    LEGACY: complete([state(0), { type: 'STATE', state: { type: 'LEGACY', data: { tasks: {} } } }]),
    'GLOBAL among others': complete([
      state(0),
      { type: 'STATE', state: { type: 'GLOBAL', global: { shared_state: {}, stream_states: [] } } },
    ]),
  },
  'states without an id': { 'an id': complete([state(0, { id: 1 })]) },
  'states are not empty': {
    'an empty object': complete([state(0, {}, {})]),
    null: complete([state(0, { stream: { stream_descriptor, stream_state: null } })]),
  },
  'states of configured streams': {
    'one that nobody selected': complete([
      state(0),
      state(0, { stream: { stream_descriptor: { name: 'roles' }, stream_state: { a: 1 } } }),
    ]),
  },
  'states have record counts': {
    'too few': complete([record(), record(), state(1)]),
    'nothing said': complete([record(), state(0, { sourceStats: undefined })]),
    'from the start instead of the last one': read([...began, record(), state(1), record(), state(0)], {
      code: null,
      cutShort: true,
    }),
  },
  'states after their records': { 'before them': complete([record(), state(2), record(), state(1)]) },
  'a state of each stream': {
    'an empty stream': complete([]),
    'a stream that failed on its way from a state': incomplete([record()], { state: stateFile }),
  },
  'no record after the last state': { 'a last page': complete([record(), state(1), record()]) },
  'exit 0 means complete': {
    'a stream that is running': read([...began, state(0)]),
    'a stream that was left out': complete([state(0)], {
      catalog: { streams: [configured('tasks'), configured('roles')] },
    }),
  },
  'each stream has an end': {
    'one that runs for ever': incomplete([status('STARTED', {}, { name: 'roles' })], {
      catalog: { streams: [configured('tasks'), configured('roles')] },
    }),
  },
  'statuses in order': {
    'complete without a life': read([status('STARTED'), state(0), COMPLETE]),
    'running again after the end': read([...began, state(0), COMPLETE, status('RUNNING'), COMPLETE]),
    'two ends': read([...began, state(0), COMPLETE, COMPLETE]),
    'running before it is started': read([status('RUNNING')], { code: null, cutShort: true }),
  },
  'no data outside of a running stream': {
    'a record before STARTED': read([record(), ...began, state(1), COMPLETE]),
    'a state after the end': read([...began, record(), state(1), COMPLETE, state(0)]),
    'a record after a failure': read(
      [...began, state(0), error('system_error', 20), INCOMPLETE, record({ id: 1 }, { emitted_at: 20 })],
      {
        code: 1,
      },
    ),
  },
  'the final status comes last': {
    'a request that is tried again': complete([state(0)], {
      stdout: textOf([...began, state(0), COMPLETE, log('INFO', 'tasks: connection failed; retrying in 1.0 s.')]),
    }),
    'an error after INCOMPLETE': read([...began, INCOMPLETE, error('system_error', 20)], { code: 1 }),
    'an estimate': read([...began, state(0), COMPLETE, estimate('STREAM')]),
  },
  'statuses of configured streams': { COMPLETE: complete([state(0), status('COMPLETE', {}, { name: 'roles' })]) },
  'one reason for a wait': {
    two: complete([status('RUNNING', { reasons: [limited(1), limited(2)] }), state(0)]),
    'without an end': complete([status('RUNNING', { reasons: [{ type: 'RATE_LIMITED' }] }), state(0)]),
    'of a start': read([status('STARTED', { reasons: [limited(1)] }), status('RUNNING'), state(0), COMPLETE]),
  },
  'one kind of estimate': { both: complete([estimate('STREAM'), estimate('SYNC'), state(0)]) },
  'a failed stream has its error': {
    none: read([...began, INCOMPLETE, error('system_error', 10, { stream_descriptor: { name: 'roles' } })], {
      code: 1,
    }),
    two: incomplete([error('system_error', 10)]),
    'though it is complete': complete([state(0), error('system_error', 10)], { code: 1 }),
  },
  'no config_error first': {
    'a config_error first': ofTwo(error('config_error', 10), error('transient_error', 11, ofRoles())),
    'a config_error printed last, but of an earlier moment': ofTwo(
      error('transient_error', 11),
      error('config_error', 10, ofRoles()),
    ),
    'before one that nobody classified': ofTwo(
      error('config_error', 10),
      error('x', 11, { ...ofRoles(), failure_type: undefined }),
    ),
  },
};

function without(object: JsonObject, ...names: string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

function inNamespace(entry: JsonObject, namespace: string): JsonObject {
  return { ...entry, stream: { ...(entry.stream as JsonObject), namespace } };
}

function limited(quota_reset: number): object {
  return { type: 'RATE_LIMITED', rate_limited: { quota_reset } };
}

function ofRoles(): { stream_descriptor: object } {
  return { stream_descriptor: { name: 'roles' } };
}

/** A read of two streams that fail for these reasons. */
function ofTwo(first: object, second: object): ConnectorRun {
  const roles = { name: 'roles' };
  const catalog = { streams: [configured('tasks'), configured('roles')] };
  const lines = [
    status('STARTED'),
    status('STARTED', {}, roles),
    first,
    INCOMPLETE,
    second,
    status('INCOMPLETE', {}, roles),
  ];
  return read(lines, { code: 1, catalog });
}

describe.each(RULE_NAMES)('the rule “%s” alone catches', (rule) => {
  test.each(Object.entries(BROKEN[rule]))('%s', (_, broken) => {
    expect(checkRun(broken).map((violation) => violation.rule)).toEqual([rule]);
  });
});

describe('a test that breaks rules on purpose', () => {
  const broken = complete([state(0), 'Done.'], { stderr: 'Done.\n' });

  test('names them all, and no others', () => {
    expect(() => assertRules(broken, ['one message a line', 'stderr is empty'])).not.toThrow();
    expect(() => assertRules(broken, ['one message a line'])).toThrow(/stderr is empty.*ERROR in the platform/);
    expect(() => assertRules(broken, ['one message a line', 'stderr is empty', 'states have record counts'])).toThrow(
      /states have record counts.*holds/,
    );
  });
});
