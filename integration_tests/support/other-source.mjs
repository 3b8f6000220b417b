/**
 * Another source on the same kit, whose code is faulty in the way that FAULT names: what the kit makes of mistakes.
 * Beside the stream `steady` it has the stream `faulty`; where FAULT names several (a|b|c), one for each: `faulty_0` and so on.
 * Its secret stands in every message.
 */
import { run, systemClock } from '../../dist/src/cdk/index.js';

const [fault, ...more] = (process.env.FAULT ?? '').split('|');
const message = (fault) => `${fault}: the secret is ${secret}`;
let secret = '';

const never = () => new Promise((resolve) => setTimeout(resolve, 60_000));

const FAULTS = {
  'throws in a timer': async () => {
    setTimeout(() => {
      throw new Error(message(fault));
    }, 20);
    await never();
  },
  'rejects where nobody waits': async () => {
    setTimeout(() => Promise.reject(new TypeError(message(fault))), 20);
    await never();
  },
  'throws between pages': async (fault) => {
    throw new RangeError(message(fault), { cause: new Error(`cause of ${message(fault)}`) });
  },
  'throws a text': async (fault) => {
    throw message(fault);
  },
  'throws nothing': async () => {
    throw undefined;
  },
  'waits for nothing': () => new Promise(() => {}),
};

/** What `open` gives beside or instead of a sound connection. */
const CONNECTIONS = {
  'no maxConcurrentStreams': { maxConcurrentStreams: undefined },
  'no streams': { streams: undefined },
};

/** What a stream yields instead of rows, states and estimates. */
const EVENTS = {
  'yields a misspelt event': { row: [{ id: 2 }] },
  'yields nothing named': {},
  'yields null': null,
  'yields rows that are no list': { rows: { id: 2 } },
};

const failIf = (where) => {
  if (fault === where) throw new Error(message(fault));
};

const definition = (name) => ({
  name,
  primaryKey: ['id'],
  jsonSchema: { type: 'object', properties: { id: { type: 'integer' }, name: { type: ['null', 'string'] } } },
});

const source = {
  name: 'source-other',
  version: '1.2.3',
  async specification() {
    if (fault === 'no specification') return {};
    const password = { type: 'string', airbyte_secret: true };
    return {
      connectionSpecification: { type: 'object', properties: { login: { type: 'object', properties: { password } } } },
    };
  },
  async configure(raw) {
    secret = raw.login.password;
    return {};
  },
  async open() {
    failIf('throws in open');
    const steady = {
      ...definition('steady'),
      async *read() {
        yield { rows: [{ id: 1 }] };
      },
    };
    const faulty = (fault, name) => ({
      ...definition(name),
      async *read() {
        yield { rows: [{ id: 1, name: 'before' }] };
        await FAULTS[fault]?.(fault);
        if (fault in EVENTS) yield EVENTS[fault];
        yield { rows: [{ id: 2 }] };
      },
    });
    const several = [fault, ...more].map((one, index) => faulty(one, `faulty_${index}`));
    const streams = [steady, ...(more.length > 0 ? several : [faulty(fault, 'faulty')])];
    if (fault === 'a stream twice') streams.push(steady);
    const check = async () => failIf('throws in check');
    const absentStreams = async () => {
      failIf('throws in discover');
      return new Set();
    };
    return { streams, check, absentStreams, maxConcurrentStreams: 2, close: () => undefined, ...CONNECTIONS[fault] };
  },
};

const { argv, stdout, stderr, env } = process;
process.exitCode = await run(source, { argv: argv.slice(2), stdout, stderr, env, clock: systemClock });
// A stream that hangs for ever holds no process that has said its last word.
setTimeout(() => process.exit(), 200).unref();
if (process.exitCode === 1) process.exit();
