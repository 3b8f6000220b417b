import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../../src/cdk/index.ts';
import { parseState } from '../../../src/cdk/protocol/state.ts';
import { seedOf } from '../../support/random.ts';

const STATE = { modified: '2026-01-01T00:00:00Z' };
const entry = (name: string, state: JsonValue = STATE): JsonObject => ({
  stream_descriptor: { name, namespace: null },
  stream_state: state,
});
const stream = (name: string, state: JsonValue = STATE): JsonObject => ({ type: 'STREAM', stream: entry(name, state) });

/** The configured streams. */
const NAMES = new Set(['a', 'b', 'c', 'type', 'broken', '__proto__', 'constructor']);

describe('a state file with', () => {
  test.each<[string, JsonValue | undefined, string[]]>([
    ['nothing', undefined, []],
    ['null', null, []],
    ['an empty array', [], []],
    ['null members', [null, { type: 'STREAM', stream: entry('a'), global: null, data: null }], ['a']],
    ['stream messages', [stream('a'), stream('b')], ['a', 'b']],
    ['one stream message alone', stream('a'), ['a']],
    ['messages without a type', [{ stream: entry('a') }], ['a']],
    ['messages as a source prints them', [{ type: 'STATE', state: stream('a') }], ['a']],
    [
      'one global message',
      [{ type: 'GLOBAL', global: { shared_state: {}, stream_states: [entry('a'), entry('b')] } }],
      ['a', 'b'],
    ],
    ['a global message alone', { type: 'GLOBAL', global: { shared_state: null, stream_states: [entry('a')] } }, ['a']],
    ['a global message without streams', [{ type: 'GLOBAL', global: { stream_states: null } }], []],
    ['a legacy message', [{ type: 'LEGACY', data: { a: STATE, b: STATE } }], ['a', 'b']],
    ['the legacy form', { a: STATE, b: STATE }, ['a', 'b']],
    ['a stream called type', { type: STATE }, ['type']],
    [
      'streams without a state',
      [stream('a', null), stream('b', {}), { stream: { stream_descriptor: { name: 'c' } } }],
      [],
    ],
    ['a stream without a cursor', [stream('a', { __ab_no_cursor_state_message: true }), stream('b')], ['b']],
    ['streams with names of members', [stream('__proto__'), stream('constructor')], ['__proto__', 'constructor']],
  ])('%s', (_, content, names) => {
    const { streams, warnings } = parseState(content, NAMES);
    expect(Object.fromEntries(streams)).toEqual(Object.fromEntries(names.map((name) => [name, STATE])));
    expect(warnings).toEqual([]);
  });

  test('the sentinel of a complete full refresh is kept: a later attempt has nothing to do', () => {
    const done = { __ab_full_refresh_sync_complete: true };
    expect(parseState([stream('a', done)], NAMES).streams.get('a')).toEqual(done);
  });
});

describe('states of streams that are not in the catalog are ignored without a warning', () => {
  test.each<[string, JsonValue]>([
    ['the legacy form', { cdc: false, type: 'incremental', a: STATE }],
    ['a legacy message', [{ type: 'LEGACY', data: { cdc: [1], shared: 7, a: STATE } }]],
    ['stream messages', [{ type: 'STATE', state: stream('cdc', 'x') }, stream('a')]],
    ['a global message', { type: 'GLOBAL', global: { shared_state: 1, stream_states: [entry('cdc', 1), entry('a')] } }],
  ])('%s', (_, content) => {
    const { streams, warnings } = parseState(content, new Set(['a']));
    expect([[...streams.keys()], warnings]).toEqual([['a'], []]);
  });
});

test.each<[string, JsonValue]>([
  ['the legacy form', { a: false }],
  ['a global message', { type: 'GLOBAL', global: { stream_states: [entry('a', [1])] } }],
])('a state that is not an object is reported: %s', (_, content) => {
  const { warnings } = parseState(content, new Set(['a']));
  expect(warnings).toEqual(['The state of the stream a is not an object, so the stream is read from the start.']);
});

const GARBAGE: JsonValue[] = [
  7,
  'x',
  [],
  {},
  { type: 'STREAM' },
  { type: 'STREAM', stream: null },
  { type: 'STREAM', stream: {} },
  { stream: { stream_descriptor: { name: 7 }, stream_state: {} } },
  { stream: { stream_descriptor: 'a', stream_state: {} } },
  { global: 'x', data: 'x' },
  stream('broken', 'x'),
];

test.each(GARBAGE)('%j is reported', (garbage) => {
  expect(parseState([garbage], NAMES).warnings).toHaveLength(1);
});

test('no valid entry is lost between invalid ones, in any format', () => {
  const valid: JsonValue[] = [
    stream('a'),
    { stream: entry('b') },
    { type: 'STATE', state: stream('c') },
    { type: 'GLOBAL', global: { stream_states: [null, entry('type'), { x: 1 }] } },
    { type: 'LEGACY', data: { constructor: STATE, broken: 7 } },
  ];
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(...GARBAGE), fc.jsonValue())), fc.nat(5), (garbage, position) => {
      const content = [...valid.slice(0, position), ...(garbage as JsonValue[]), ...valid.slice(position)];
      const { streams } = parseState(content, NAMES);
      expect([...streams.keys()]).toEqual(expect.arrayContaining(['a', 'b', 'c', 'type', 'constructor']));
    }),
    { seed: seedOf(1) },
  );
});

test.each([7, 'x', true])('%j is refused', (content) => {
  expect(() => parseState(content, NAMES)).toThrow(/neither an array nor an object/);
});
