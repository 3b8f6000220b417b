/** A source with one stream, which has the fault that FAULT names after its first row. No handler of the stream can catch it. */
import { launch } from '../../dist/src/cdk/index.js';

const { FAULT } = process.env;

const oops = (config) => new Error(`${FAULT}: the secret is ${config.password}`);

const FAULTS = {
  'throws in a timer': (config) => {
    setTimeout(() => {
      throw oops(config);
    });
    return new Promise((resolve) => setTimeout(resolve, 60_000));
  },
  'rejects without a handler': (config) => {
    Promise.reject(oops(config));
    return new Promise((resolve) => setTimeout(resolve, 60_000));
  },
  'waits for nothing': () => new Promise(() => {}),
};

await launch({
  name: 'source-faulty',
  version: '1.0.0',
  specification: async () => ({
    connectionSpecification: { type: 'object', properties: { password: { type: 'string', airbyte_secret: true } } },
  }),
  configure: async (config) => config,
  open: async (config) => ({
    streams: [
      {
        name: 'steady',
        primaryKey: ['id'],
        jsonSchema: { type: 'object', properties: { id: { type: 'integer' } } },
        async *read() {
          yield { rows: [{ id: 1 }] };
          await FAULTS[FAULT](config);
        },
      },
    ],
    check: async () => {},
    maxConcurrentStreams: 1,
    close: () => {},
  }),
});
