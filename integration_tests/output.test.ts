/** What a run writes, whatever comes from the server, from the system, or from a faulty source. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import type { Fault } from '../mock-api/faults.ts';
import { type JsonObject, run, type Source, type StreamEvent } from '../src/cdk/index.ts';
import {
  configureAll,
  fakeTransport,
  InstantClock,
  MemoryStdout,
  runSource,
  settled,
  type VerbInput,
} from '../src/cdk/testing/index.ts';
import { createFloatSource } from '../src/float/source.ts';
import { startApi, TOKEN } from './support/api.ts';
import { connector } from './support/connector.ts';
import { catalogOf, jsonFile, temporaryFolder } from './support/inputs.ts';
import { assertRules } from './support/platform-rules.ts';
import { quickly } from './support/process.ts';
import { Run } from './support/run.ts';

const body = (content: unknown): Fault => ({ kind: 'body', body: JSON.stringify(content) });

test('a token that the server echoes is masked, also in the debug log', async () => {
  // Its characters are written differently in URLs, in JSON, or in patterns.
  const token = String.raw`flt/Tok+en=47%&a"quote\and$&.*(tok)[en]$1`;
  const api = await startApi({ token });
  const echo = `Bearer ${token} or ?key=${encodeURIComponent(token)}&more`;
  api.script('/clients', body([{ client_id: 1, name: echo, [token]: { deep: [echo] } }]));
  api.script('/departments', { kind: 'answer', status: 400, body: JSON.stringify({ message: echo }) });
  api.script('/people', { kind: 'reset' }, { kind: 'answer', status: 401, body: echo });
  api.script('/status', body({ [token]: 1 }));
  api.script('/phases', { kind: 'redirect', to: `https://example.com/?token=${encodeURIComponent(token)}` });
  const streams = ['clients', 'departments', 'people', 'status', 'phases'];
  const run = await api.read(streams, {}, { env: { LOG_LEVEL: 'debug' }, clock: quickly() });
  const name = 'Bearer **** or ?key=****&more';
  expect(run.records('clients')).toEqual([
    { client_id: 1, name, additional_fields: { '****': { deep: [name] } }, id: 1 },
  ]);
  expect(run.failure('departments').message).toContain('****');
  expect(run.logs('DEBUG').length).toBeGreaterThan(1);
});

test('a record of several megabytes arrives complete, in a file as the platform uses it for check and discover', async () => {
  const api = await startApi();
  const notes = 'é'.repeat(1_500_000);
  api.script('/people', body([{ people_id: 1, notes }]));
  const stdout = join(await temporaryFolder(), 'output.jsonl');
  const run = await api.read(['people'], {}, { stdout });
  expect(run.records('people').map((record) => record.notes === notes)).toEqual([true]);
});

test('a full disk is reported on stderr, because stdout cannot be written', async () => {
  if (!existsSync('/dev/full')) return;
  const api = await startApi();
  const breaks = ['stderr is empty', 'a failure has an error', 'each stream has an end'] as const;
  const run = await api.read(['departments'], {}, { stdout: '/dev/full', breaks });
  expect(run.code).toBe(1);
  expect(run.stderr).toMatch(/^source-float: stdout cannot be written: .*ENOSPC.*\n$/);
});

test('a reader that stops reading stops the requests', async () => {
  let requests = 0;
  const headers = { 'x-pagination-total-count': '6000', 'x-pagination-page-count': '30' };
  const source = createFloatSource(
    fakeTransport(({ searchParams }) => {
      requests += 1;
      const newest = 6_000 - (Number(searchParams.get('page')) - 1) * 200;
      const rows = Array.from({ length: 200 }, (_, n) => ({ task_id: newest - n, notes: 'x'.repeat(100) }));
      return { status: 200, headers, body: JSON.stringify(rows) };
    }),
  );
  const stdout = new MemoryStdout(() => undefined);
  const config = await jsonFile({ api_token: TOKEN, concurrency: 4 });
  const argv = ['read', '--config', config, '--catalog', await jsonFile(catalogOf(['tasks']))];
  const reading = run(source, { argv, stdout, stderr: new MemoryStdout(), env: {}, clock: new InstantClock() });
  while (requests === 0) await settled();
  for (let turn = 0; turn < 200; turn += 1) await settled();
  // Stdout holds one page, one waits for it, and `concurrency` pages are read ahead.
  expect(requests).toBeLessThanOrEqual(6);
  stdout.destroy(Object.assign(new Error('the test ends'), { code: 'EPIPE' }));
  expect(await reading).toBe(1);
});

describe('a programming error in a source', () => {
  const CONFIG = { password: 'pass/word+of=another%' };

  type Events = () => AsyncIterable<unknown>;

  const streamOf = (name: string, read: Events) => ({
    name,
    primaryKey: ['id'],
    jsonSchema: { type: 'object', properties: { id: { type: 'integer' } } },
    read: read as () => AsyncIterable<StreamEvent>,
  });

  async function* steady() {
    yield { rows: [{ id: 1 }] };
  }

  /** A source with the stream `steady`, and with faulty members. */
  const sourceOf = (connection: object = {}, source: object = {}): Source<JsonObject> => ({
    name: 'source-faulty',
    version: '1.0.0',
    specification: async () => ({
      connectionSpecification: {
        type: 'object',
        properties: { password: { type: 'string', airbyte_secret: true } },
      },
    }),
    configure: async (config) => config,
    open: async () => ({
      streams: [streamOf('steady', steady)],
      check: async () => {},
      maxConcurrentStreams: 2,
      close: () => {},
      ...connection,
    }),
    ...source,
  });

  async function runFaulty(source: Source<JsonObject>, verb: VerbInput['verb'], names = ['steady']): Promise<Run> {
    const streams = names.map((name) => ({
      name,
      json_schema: streamOf(name, steady).jsonSchema,
      supported_sync_modes: ['full_refresh' as const],
    }));
    const catalog = configureAll(streams, 'full_refresh');
    const run = await runSource(source, { verb, config: CONFIG, ...(verb === 'read' ? { catalog } : {}) });
    assertRules(run);
    expect(run.stdout + run.stderr).not.toContain(CONFIG.password);
    return new Run({ ...run, signal: null });
  }

  const oops = (what = 'oops'): never => {
    throw new RangeError(`${what}: the secret is ${CONFIG.password}`, { cause: new Error('the cause') });
  };

  const FAULTY: Record<string, { fault: () => unknown; reported?: RegExp }> = {
    throws: { fault: oops, reported: /^RangeError: oops[\s\S]*caused by: Error: the cause/ },
    throws_undefined: {
      fault: () => {
        throw undefined;
      },
      reported: /undefined/,
    },
    // An event that is none would lose rows.
    yields_a_misspelt_event: { fault: () => ({ row: [{ id: 2 }] }) },
    yields_an_empty_event: { fault: () => ({}) },
    yields_null: { fault: () => null },
    yields_rows_that_are_no_list: { fault: () => ({ rows: { id: 2 } }) },
  };

  test('in a stream fails only that stream, and keeps the records before it', async () => {
    const faulty = Object.entries(FAULTY).map(([name, { fault }]) =>
      streamOf(name, async function* () {
        yield* steady();
        yield fault();
        yield { rows: [{ id: 3 }] };
      }),
    );
    const streams = [streamOf('steady', steady), ...faulty];
    const run = await runFaulty(sourceOf({ streams }), 'read', ['steady', ...Object.keys(FAULTY)]);
    for (const [name, { reported = /./ }] of Object.entries(FAULTY)) {
      const { failure_type, internal_message, stack_trace } = run.failure(name);
      expect({ name, failure_type }).toEqual({ name, failure_type: 'system_error' });
      expect(`${internal_message} ${stack_trace}`).toMatch(reported);
      expect(run.records(name)).toEqual([{ id: 1 }]);
    }
    expect(run.statuses('steady').at(-1)).toBe('COMPLETE');
  });

  test.each([
    ['check', sourceOf({ check: async () => oops() })],
    ['discover', sourceOf({ absentStreams: async () => oops() })],
    ['read', sourceOf({}, { open: async () => oops() })],
  ] as const)('in %s is an error message, and no answer', async (verb, source) => {
    const run = await runFaulty(source, verb);
    expect(run).toMatchObject({ code: 1, stderr: '' });
    expect(run.messages).toHaveLength(1);
    expect(run.errors[0]).toMatchObject({
      failure_type: 'system_error',
      internal_message: expect.stringContaining('oops: the secret is ****'),
    });
  });

  const twice = sourceOf({ streams: [streamOf('steady', steady), streamOf('steady', steady)] });

  test.each([
    ['read', sourceOf({ maxConcurrentStreams: undefined }), 'its maxConcurrentStreams is undefined (undefined)'],
    ['read', sourceOf({ streams: undefined }), 'streams'],
    ['read', sourceOf({}, { specification: async () => ({}) }), 'it has no connectionSpecification'],
    ['read', twice, 'it has two streams with the name steady'],
    ['discover', twice, 'it has two streams with the name steady'],
  ] as const)('that would end a %s without its work is refused (%#)', async (verb, source, reason) => {
    const run = await runFaulty(source, verb);
    expect(run).toMatchObject({ code: 1, stderr: '', signal: null });
    const [{ failure_type, message, internal_message } = { message: 'no error' }] = run.errors;
    expect(failure_type).toBe('system_error');
    expect(`${message} ${internal_message}`).toContain(reason);
  });

  test.each(['throws in a timer', 'rejects without a handler', 'waits for nothing'])(
    'that no stream can catch ends the process with an error: %s',
    async (fault) => {
      const args = ['--config', await jsonFile(CONFIG), '--catalog', await jsonFile(catalogOf(['steady']))];
      const script = fileURLToPath(new URL('support/faulty-source.mjs', import.meta.url));
      const run = await connector(['read', ...args], { script, secrets: [CONFIG.password], env: { FAULT: fault } });
      expect(run).toMatchObject({ code: 1, stderr: '', signal: null });
      expect(run.errors).toEqual([expect.objectContaining({ failure_type: 'system_error' })]);
      expect(JSON.stringify(run.errors)).toMatch(fault.startsWith('waits') ? /it waits for/ : RegExp(fault));
      expect(run.records('steady')).toEqual([{ id: 1 }]);
    },
  );
});
