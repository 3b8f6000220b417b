import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, describe, expect, test } from '@jest/globals';
import {
  type AirbyteMessage,
  configError,
  type JsonObject,
  type JsonValue,
  type ReadRequest,
  run,
  type Source,
  type SourceContext,
  type StreamDefinition,
  type StreamEvent,
} from '../../../src/cdk/index.ts';
import { FakeClock, MemoryStdout } from '../../../src/cdk/testing/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'source-float-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface TestStream extends Partial<StreamDefinition> {
  events: (request: ReadRequest, context: SourceContext) => Iterable<StreamEvent> | AsyncIterable<StreamEvent>;
}

const rows = (...ids: JsonValue[]): StreamEvent => ({ rows: ids.map((id) => ({ id })) });
const state = (at: number): StreamEvent => ({ state: { at } });

/** A source of these streams. */
function source(streams: Record<string, TestStream>, maxConcurrentStreams: number): Source<JsonObject> {
  return {
    name: 'source-test',
    version: '1.0.0',
    specification: async () => ({ connectionSpecification: { type: 'object', properties: {} } }),
    configure: async (raw) => raw,
    open: async (_, context, names = []) => ({
      check: async () => {},
      maxConcurrentStreams,
      close: () => {},
      streams: Object.entries(streams)
        .filter(([name]) => names.includes(name))
        .map(([name, { events, ...definition }]) => ({
          name,
          jsonSchema: { properties: { id: { type: 'integer' }, at: { type: 'integer' } } },
          primaryKey: ['id'],
          ...definition,
          read: async function* (request: ReadRequest) {
            yield* events(request, context);
          },
        })),
    }),
  };
}

interface Reading {
  /** Stream → sync mode. */
  modes?: Record<string, string>;
  incoming?: JsonValue;
  maxConcurrentStreams?: number;
  stdout?: MemoryStdout;
}

function files(contents: Record<string, JsonValue>): string[] {
  return Object.entries(contents).flatMap(([option, content]) => {
    const path = join(folder, `${option}-${Math.random()}.json`);
    writeFileSync(path, JSON.stringify(content));
    return [`--${option}`, path];
  });
}

async function read(streams: Record<string, TestStream>, reading: Reading = {}) {
  const { incoming = [], maxConcurrentStreams = 1, stdout = new MemoryStdout() } = reading;
  const modes = reading.modes ?? Object.fromEntries(Object.keys(streams).map((name) => [name, 'full_refresh']));
  const catalog = { streams: Object.entries(modes).map(([name, mode]) => ({ stream: { name }, sync_mode: mode })) };
  const argv = ['read', ...files({ config: {}, catalog, state: incoming })];
  const stderr = new MemoryStdout();
  const clock = new FakeClock();
  const exitCode = await run(source(streams, maxConcurrentStreams), { argv, stdout, stderr, env: {}, clock });
  const messages = stdout.text.endsWith('\n') ? stdout.messages : [];
  return { exitCode, messages, briefs: messages.map(brief), stderr: stderr.text };
}

/** A short form of a message. */
function brief(message: AirbyteMessage): string {
  switch (message.type) {
    case 'RECORD':
      return `${message.record.stream} ${message.record.data.id}`;
    case 'STATE': {
      const { stream, sourceStats } = message.state;
      return `${stream.stream_descriptor.name} ${JSON.stringify(stream.stream_state)} of ${sourceStats.recordCount}`;
    }
    case 'LOG':
      return `${message.log.level}`;
    case 'TRACE': {
      const { trace } = message;
      if (trace.type === 'ERROR') return `${trace.error.stream_descriptor?.name} ${trace.error.failure_type}`;
      if (trace.type === 'ESTIMATE') return `${trace.estimate.name} about ${trace.estimate.row_estimate}`;
      if (trace.type === 'ANALYTICS') return trace.analytics.type;
      return `${trace.stream_status.stream_descriptor.name} ${trace.stream_status.status}`;
    }
    default:
      return message.type;
  }
}

const NO_CURSOR = '{"__ab_no_cursor_state_message":true}';
const DONE = '{"__ab_full_refresh_sync_complete":true}';
const boom = (): never => {
  throw new Error('boom');
};
const old = [{ type: 'STREAM', stream: { stream_descriptor: { name: 'a' }, stream_state: { at: 7 } } }];
const done = [{ type: 'STREAM', stream: { stream_descriptor: { name: 'a' }, stream_state: JSON.parse(DONE) } }];
/** The request that a stream gets, as estimates. */
const echo = ({ incremental, state }: ReadRequest): StreamEvent[] => [
  { estimate: incremental ? 1 : 0 },
  { estimate: Number(state?.at ?? -1) },
];
const echoed = (incremental: number, at: number) => [`a about ${incremental}`, `a about ${at}`];

describe('a stream', () => {
  const began = ['a STARTED', 'a RUNNING'];
  const complete = ['INFO', 'a COMPLETE'];
  const failed = ['INFO', 'a system_error', 'a INCOMPLETE'];

  const incremental = (events: TestStream['events']) => ({ mode: 'incremental', cursorField: 'at', events });
  const full = (events: TestStream['events'], more: Partial<TestStream> = {}) => ({
    mode: 'full_refresh',
    events,
    ...more,
  });

  test.each<[string, TestStream & { mode: string }, JsonValue, string[]]>([
    ['empty', full(() => []), [], [...began, `a ${NO_CURSOR} of 0`, ...complete]],
    [
      'without any state to continue from',
      incremental(() => [rows(1), { state: {} }]),
      [],
      [...began, 'a 1', `a ${NO_CURSOR} of 1`, ...complete],
    ],
    [
      'read in full, ignoring its old state',
      full((request) => [...echo(request), rows(1, 2), rows(3)], { cursorField: 'at' }),
      old,
      [...began, ...echoed(0, -1), 'a 1', 'a 2', 'a 3', `a ${NO_CURSOR} of 3`, ...complete],
    ],
    [
      'that cannot be incremental, configured so',
      { mode: 'incremental', events: (request) => [...echo(request), rows(1)] },
      old,
      [...began, ...echoed(0, -1), 'a 1', `a ${NO_CURSOR} of 1`, ...complete],
    ],
    [
      'read incrementally: each state has the number of records since the previous one',
      incremental((request) => [...echo(request), rows(1, 2), state(8), rows(3), state(9)]),
      old,
      [...began, ...echoed(1, 7), 'a 1', 'a 2', 'a {"at":8} of 2', 'a 3', 'a {"at":9} of 1', ...complete],
    ],
    [
      'with records after its last state',
      incremental(() => [rows(1), state(8), rows(2)]),
      [],
      [...began, 'a 1', 'a {"at":8} of 1', 'a 2', 'a {"at":8} of 1', ...complete],
    ],
    [
      'that changes from full refresh to incremental starts over',
      incremental((request) => [...echo(request), state(8)]),
      done,
      [...began, ...echoed(1, -1), 'a {"at":8} of 0', ...complete],
    ],
    [
      'resumed in full',
      full((request) => [...echo(request), rows(1)], { resumable: true }),
      old,
      [...began, ...echoed(0, 7), 'a 1', `a ${DONE} of 1`, ...complete],
    ],
    [
      'resumed after a complete full refresh',
      full(boom, { resumable: true }),
      done,
      [...began, `a ${DONE} of 0`, ...complete],
    ],
    ['that fails in full', full(boom), old, [...began, ...failed]],
    ['that fails at once', incremental(boom), old, [...began, 'a {"at":7} of 0', ...failed]],
    [
      'that fails midway: the last state is repeated',
      incremental(function* () {
        yield* [rows(1), state(8), rows(2, 3)];
        boom();
      }),
      old,
      [...began, 'a 1', 'a {"at":8} of 1', 'a 2', 'a 3', 'a {"at":8} of 2', ...failed],
    ],
    [
      'with a row without a key: no row of its page is emitted',
      incremental(() => [rows(1), state(8), rows(2, null), state(9)]),
      old,
      [...began, 'a 1', 'a {"at":8} of 1', 'a {"at":8} of 0', ...failed],
    ],
    [
      'without a primary key: every row is emitted, even identical ones',
      full(() => [rows(1, 1, null)], { primaryKey: [], nativeKey: 'a_id' }),
      [],
      [...began, 'a 1', 'a 1', 'a null', `a ${NO_CURSOR} of 3`, ...complete],
    ],
    ['in an unknown mode', { mode: 'x', events: boom }, [], ['a STARTED', 'ERROR', 'a config_error', 'a INCOMPLETE']],
    [
      'with undeclared fields: logged once',
      full(() => [{ rows: [{ id: 1, x: 1 }] }, { rows: [{ id: 2, x: 1 }] }]),
      [],
      [...began, 'a 1', 'a 2', `a ${NO_CURSOR} of 2`, 'WARN', ...complete],
    ],
  ])('%s', async (_, { mode, ...stream }, incoming, expected) => {
    const { briefs, exitCode, stderr } = await read({ a: stream }, { modes: { a: mode }, incoming });
    expect(briefs).toEqual(expected);
    expect(exitCode).toBe(expected.includes('a COMPLETE') ? 0 : 1);
    expect(stderr).toBe('');
  });

  test('with many new values: some of them are logged once, as INFO', async () => {
    const jsonSchema = { properties: { id: {}, status: { type: 'integer', known_values: [1, 2] } } };
    const events = () => Array.from({ length: 30 }, (_, id) => ({ rows: [{ id, status: id }] }));
    const { messages } = await read({ a: { jsonSchema, events } });
    const logs = messages.flatMap((message) => (message.type === 'LOG' ? [message.log] : []));
    const message = expect.stringMatching(
      /^a: values that this version .*: status 0, status 3, .*, status 11 and perhaps more\.$/,
    );
    expect(logs.slice(0, -1)).toEqual([{ level: 'INFO', message }]);
  });

  test('that does not exist fails alone, and its message says what to do', async () => {
    const { briefs, messages, exitCode } = await read(
      { a: { events: () => [rows(1)] } },
      { modes: { missing: 'full_refresh', a: 'full_refresh' } },
    );
    expect(briefs.filter((line) => /missing|COMPLETE/.test(line))).toEqual([
      'missing STARTED',
      'a COMPLETE',
      'missing config_error',
      'missing INCOMPLETE',
    ]);
    expect(JSON.stringify(messages)).toContain('deselect the stream');
    expect(exitCode).toBe(1);
  });
});

describe('several streams', () => {
  const three = (name: string): TestStream => ({
    events: async function* () {
      for (const id of [1, 2, 3]) {
        yield rows(id);
        await nextTurn();
        if (name === 'b' && id === 2) throw configError('no');
      }
    },
  });
  const streams = { a: three('a'), b: three('b'), c: three('c') };
  const lines = (briefs: string[], name: string) => briefs.filter((line) => line.startsWith(`${name} `));

  test.each([1, 4])(
    '%d at once: each is complete, and a failed one does not stop the others',
    async (maxConcurrentStreams) => {
      const { briefs, exitCode } = await read(streams, { maxConcurrentStreams });
      const whole = (name: string) =>
        ['STARTED', 'RUNNING', '1', '2', '3', `${NO_CURSOR} of 3`, 'COMPLETE'].map((line) => `${name} ${line}`);
      expect(lines(briefs, 'a')).toEqual(whole('a'));
      expect(lines(briefs, 'c')).toEqual(whole('c'));
      expect(lines(briefs, 'b')).toEqual(['b STARTED', 'b RUNNING', 'b 1', 'b 2', 'b config_error', 'b INCOMPLETE']);
      expect(briefs.indexOf('b STARTED') < briefs.indexOf('a COMPLETE')).toBe(maxConcurrentStreams > 1);
      expect(exitCode).toBe(1);
    },
  );

  test('a config_error never comes before an error that a platform would retry', async () => {
    const { briefs, messages } = await read({
      a: {
        events: () => {
          throw configError('switch it on');
        },
      },
      b: { events: boom },
      c: { events: () => [rows(1)] },
    });
    const errors = briefs.filter((line) => line.endsWith('_error'));
    expect(errors).toEqual(['b system_error', 'a config_error']);
    expect(briefs.indexOf('c COMPLETE')).toBeLessThan(briefs.indexOf('a config_error'));
    // The status is the last message of a stream.
    expect(briefs.slice(-2)).toEqual(['a config_error', 'a INCOMPLETE']);
    // The log contains the error at once.
    expect(briefs.indexOf('ERROR')).toBeLessThan(briefs.indexOf('b STARTED'));
    expect(messages).toContainEqual({ type: 'LOG', log: { level: 'ERROR', message: 'a: switch it on' } });
  });
});

test('a reader that exits while nothing is being written ends the run', async () => {
  const stdout = new MemoryStdout();
  const gone = Object.assign(new Error('EPIPE'), { code: 'EPIPE' });
  const waiting: TestStream = {
    events: async function* (_, { clock, signal }) {
      yield rows(1);
      setImmediate(() => stdout.destroy(gone));
      await clock.sleep(3_600_000, signal);
    },
  };
  const { exitCode, stderr } = await read({ a: waiting }, { stdout });
  expect([exitCode, stderr]).toEqual([1, '']);
});
