/** Input files that are wrong. Forms of files, catalogs and states are unit tests (unit_tests/cdk/protocol/). */
import { expect, test } from '@jest/globals';
import { startApi, TOKEN } from './support/api.ts';
import { connector } from './support/connector.ts';
import { catalogOf, fileOf, jsonFile } from './support/inputs.ts';

/** A valid config. Nothing may be sent to its address. */
const CONFIG = { api_token: TOKEN, base_url: 'http://127.0.0.1:1/v3' };

type Files = Record<'config' | 'catalog' | 'state', string>;

async function readWith(file: Partial<Files>) {
  const files: Files = {
    config: await jsonFile(CONFIG),
    catalog: await jsonFile(catalogOf(['people'])),
    state: await jsonFile([]),
    ...file,
  };
  const args = Object.entries(files).flatMap(([name, path]) => [`--${name}`, path]);
  return connector(['read', ...args], { secrets: [TOKEN] });
}

test.each<{ file: keyof Files; what: string; content: string | Buffer; says: RegExp }>([
  { file: 'config', what: 'cut', content: `{"api_token": "${TOKEN}`, says: /config.*not valid JSON/ },
  { file: 'config', what: 'a list', content: `["${TOKEN}"]`, says: /config.*JSON object/ },
  { file: 'catalog', what: 'in UTF-16', content: Buffer.from('{}', 'utf16le'), says: /catalog.*Save it as UTF-8/ },
  { file: 'catalog', what: 'without a list', content: '{"streams": {}}', says: /catalog.*no list of streams/ },
  { file: 'state', what: 'a number', content: '42', says: /state.*neither an array nor an object/ },
])(
  'a $file file that is $what ends the read with one message, which does not quote it',
  async ({ file, content, says }) => {
    const run = await readWith({ [file]: await fileOf(content) });
    expect(run).toMatchObject({ code: 1, stderr: '' });
    expect(run.errors).toEqual([expect.objectContaining({ failure_type: 'config_error' })]);
    expect(run.errors[0]?.message).toMatch(says);
    // No status was written, whose end a platform would expect.
    expect(run.messages).toHaveLength(1);
  },
);

test('an invalid config fails discover and read with the message of check', async () => {
  const config = await jsonFile({ ...CONFIG, concurrency: 99 });
  const check = await connector(['check', '--config', config]);
  const discover = await connector(['discover', '--config', config]);
  const { message = 'none' } = check.connectionStatus;
  expect(message).toMatch(/concurrency: /);
  for (const run of [discover, await readWith({ config })]) {
    expect(run).toMatchObject({ code: 1, stderr: '' });
    expect(run.errors).toEqual([expect.objectContaining({ failure_type: 'config_error', message })]);
  }
});

test('a catalog without streams is complete at once', async () => {
  const api = await startApi();
  expect((await api.read([])).code).toBe(0);
  expect(api.requests).toEqual([]);
});

const MODIFIED = '2026-03-01T08:00:00.500Z';

const entry = (name: string, stream_state: unknown) => ({
  type: 'STREAM',
  stream: { stream_descriptor: { name, namespace: null }, stream_state },
});

test('a state as PyAirbyte writes it, with every null and among unknown entries, is used without a warning', async () => {
  const api = await startApi({ dialect: 'neutral', company: { counts: { people: 2 } } });
  const nulls = { global: null, data: null, sourceStats: null };
  const state = [entry('invoices', { page: 7 }), { ...entry('people', { modified: MODIFIED }), ...nulls }, null];
  const run = await api.read(['people'], { mode: 'incremental', state });
  expect(api.requestsTo('/people').map(({ query }) => query.modified_since)).toEqual(['2026-03-01T08:00:00Z']);
  expect(run.logs('WARN')).toEqual([]);
});
