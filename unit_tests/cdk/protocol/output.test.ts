import { PassThrough } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../../src/cdk/index.ts';
import { Output, ReaderGone } from '../../../src/cdk/protocol/output.ts';
import { MemoryStdout } from '../../../src/cdk/testing/index.ts';
import { seedOf } from '../../support/random.ts';

/** Writes the rows as records and as states, and the text in every message that contains free text. */
async function written(secrets: string[], rows: JsonObject[], text = ''): Promise<MemoryStdout> {
  const stdout = new MemoryStdout();
  const output = new Output(stdout);
  output.hide(secrets);
  await output.records('people', rows, JSON.stringify, 1);
  await output.log('INFO', text);
  await output.message({ type: 'CONNECTION_STATUS', connectionStatus: { status: 'FAILED', message: text } });
  const error = { message: text, internal_message: text, stack_trace: text, failure_type: 'system_error' as const };
  await output.message({ type: 'TRACE', trace: { type: 'ERROR', emitted_at: 1, error } });
  for (const row of rows) {
    const stream = { stream_descriptor: { name: 'people' }, stream_state: row };
    await output.message({ type: 'STATE', state: { type: 'STREAM', stream, sourceStats: { recordCount: 1 } } });
  }
  return stdout;
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => [key, ...stringsIn(member)]);
}

const char = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom('"', '\\', '\n', '%', ' ', '/', '\u0085', '\u2028', '\u2029', 'é', '\u{1F600}'),
  },
  { weight: 1, arbitrary: fc.constantFrom('\ud800', '\udfff') },
);
const text = fc.string({ unit: char });
// Masking can create a secret that contains the mask. No token contains asterisks.
const secret = fc
  .oneof(fc.string({ unit: 'binary', minLength: 8 }), fc.stringMatching(/^[!-)+-~]{8,40}$/))
  .filter((value) => !value.includes('*'));

function rowsOf(part: fc.Arbitrary<string>): fc.Arbitrary<JsonObject[]> {
  const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      part,
      fc.oneof(fc.integer(), fc.boolean(), fc.constant(null)),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(part, tie('value'), { maxKeys: 3 }),
    ),
  }));
  return fc.array(fc.dictionary(part, value, { maxKeys: 4 }), { maxLength: 3 });
}

describe('all output', () => {
  test('contains no secret, in any form or place', async () => {
    const withSecret = secret.chain((secret) => {
      const forms = [secret, encodeURIComponent(secret), encodeURI(secret), `${secret}${secret}`];
      const part = fc.array(fc.oneof(text, fc.constantFrom(...forms)), { maxLength: 4 }).map((all) => all.join(''));
      return fc.record({ secret: fc.constant(secret), rows: rowsOf(part), part });
    });
    await fc.assert(
      fc.asyncProperty(withSecret, async ({ secret, rows, part }) => {
        const { messages } = await written([secret], rows, part);
        const forms = [secret, encodeURIComponent(secret), encodeURI(secret)];
        expect(stringsIn(messages).filter((string) => forms.some((form) => string.includes(form)))).toEqual([]);
      }),
      { seed: seedOf(1) },
    );
  });

  test('has one JSON message on each line, with unchanged data except for invalid characters', async () => {
    await fc.assert(
      fc.asyncProperty(rowsOf(text), text, async (rows, words) => {
        const stdout = await written(['no such secret'], rows, words);
        expect(stdout.text).not.toMatch(/[\u0085\u2028\u2029]/);
        expect(stdout.text.replace(/\\\\/g, '')).not.toMatch(/\\ud[89a-f]/i);
        const { messages } = stdout;
        expect(messages).toHaveLength(2 * rows.length + 3);
        const wellFormed = JSON.stringify(rows).replace(/(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g, '$1\ufffd');
        const data = messages.flatMap((message) => (message.type === 'RECORD' ? [message.record.data] : []));
        const states = messages.flatMap((message) =>
          message.type === 'STATE' ? [message.state.stream.stream_state] : [],
        );
        expect(JSON.stringify(data)).toBe(JSON.stringify(JSON.parse(wellFormed)));
        expect(states).toEqual(data);
      }),
      { seed: seedOf(1) },
    );
  });
});

test.each<[string, secrets: string[], name: string, shown: string, text: string]>([
  ['a short secret stays in data', ['abc'], 'abc', 'abc', 'token ****'],
  ['of two, the longer', ['abcdefgh', 'abcdefghij'], 'abcdefghij', '****', 'token ****'],
  ['a blank masks no spaces', [' '], 'a b', 'a b', 'token a b'],
])('masking: %s', async (_, secrets, name, shown, text) => {
  const stdout = await written(secrets, [{ name }], `token ${name}`);
  expect(stdout.messages[0]).toMatchObject({ record: { data: { name: shown } } });
  expect(stdout.messages[1]).toMatchObject({ log: { message: text } });
});

test('a stdout that keeps its chunks gets each page complete', async () => {
  const stdout = new PassThrough();
  const output = new Output(stdout);
  const pages = [0, 1, 2, 3];
  for (const id of pages) {
    await output.records('a', [{ id }], JSON.stringify, 1);
    await nextTurn();
  }
  stdout.end();
  expect((await textOf(stdout)).match(/"id":./g)).toEqual(pages.map((id) => `"id":${id}`));
});

describe('a slow reader', () => {
  const page = (writer: number, number: number): JsonObject[] =>
    Array.from({ length: 20 }, (_, row) => ({ writer, at: number * 20 + row, filling: 'x'.repeat(1_000) }));

  test('slows the writers down, so little is buffered; each keeps its order', async () => {
    const stdout = new MemoryStdout((done) => setImmediate(done));
    const output = new Output(stdout);
    const writers = [0, 1, 2, 3];
    const write = async (writer: number): Promise<void> => {
      for (let number = 0; number < 20; number += 1)
        await output.records(`s${writer}`, page(writer, number), JSON.stringify, 1);
    };
    await Promise.all(writers.map(write));
    await output.flush();
    expect(stdout.mostWaiting).toBeLessThan(6 * (stdout.text.length / 80));
    for (const writer of writers) {
      const places = stdout.messages.flatMap((message) =>
        message.type === 'RECORD' && message.record.data.writer === writer ? [message.record.data.at] : [],
      );
      expect(places).toEqual(Array.from({ length: 400 }, (_, index) => index));
    }
  });

  test.each([
    ['EPIPE', true],
    ['ENOSPC', false],
  ])('that fails with %s ends all current and later writes', async (code, closed) => {
    const failure = Object.assign(new Error(code), { code });
    let fail = (): void => {};
    const stdout = new MemoryStdout((done) => {
      fail = () => done(failure);
    });
    const heard: ReaderGone[] = [];
    const output = new Output(stdout, { onGone: (reason) => heard.push(reason) });
    const waiting = ['a', 'b'].map((name) => output.records(name, page(0, 0), JSON.stringify, 1));
    const outcomes = Promise.allSettled(waiting);
    await nextTurn();
    fail();
    for (const outcome of await outcomes) expect(outcome).toMatchObject({ reason: expect.any(ReaderGone) });
    await expect(output.log('INFO', 'more')).rejects.toMatchObject({ name: 'ReaderGone', closed });
    expect(heard).toMatchObject([{ closed, cause: failure }]);
    await output.flush();
  });
});
