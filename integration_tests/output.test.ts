import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import type { Fault } from '../mock-api/faults.ts';
import { type Api, startApi, TOKEN } from './support/api.ts';
import { connector } from './support/connector.ts';
import { catalogOf, jsonFile, temporaryFolder } from './support/inputs.ts';
import { command, quickly } from './support/process.ts';
import type { Run } from './support/run.ts';

const body = (text: string): Fault => ({ kind: 'body', body: text });

const readArguments = async (api: Api, streams: string[]): Promise<string[]> => [
  'read',
  '--config',
  await jsonFile(api.config),
  '--catalog',
  await jsonFile(catalogOf(streams)),
];

describe('the token', () => {
  test.each([
    { what: 'with signs that URLs write differently', token: TOKEN },
    { what: 'with signs that JSON writes differently', token: 'a"quote\\and/a\\"slash' },
    { what: 'with signs that patterns write differently', token: '$&.*(tok)[en]$1' },
  ])('$what is masked if a server echoes it', async ({ token }) => {
    const api = await startApi({ token });
    const echo = `Bearer ${token} or ?key=${encodeURIComponent(token)}&more`;
    api.script('/clients', body(JSON.stringify([{ client_id: 1, name: echo, [token]: { deep: [echo] } }])));
    api.script('/departments', { kind: 'answer', status: 400, body: JSON.stringify({ message: echo }) });
    api.script('/people', { kind: 'answer', status: 401, body: echo });
    api.script('/status', body(JSON.stringify({ [token]: 1 })));
    api.script('/phases', { kind: 'redirect', to: `https://example.com/?token=${encodeURIComponent(token)}` });
    const streams = ['clients', 'departments', 'people', 'status', 'phases'];
    const run = await api.read(streams);
    const name = 'Bearer **** or ?key=****&more';
    expect(run.records('clients')).toEqual([
      { client_id: 1, name, additional_fields: { '****': { deep: [name] } }, id: 1 },
    ]);
    expect(run.failure('departments').message).toContain('****');
  });

  test('is not in the debug log either', async () => {
    const api = await startApi();
    api.script('/people', { kind: 'reset' }, { kind: 'answer', status: 400, body: TOKEN });
    const args = await readArguments(api, ['people']);
    const run = await connector([...args, '--debug'], { secrets: [TOKEN], clock: quickly() });
    expect(run.logs('DEBUG').length).toBeGreaterThan(1);
  });
});

test('characters that other programs cannot read are escaped or replaced', async () => {
  const api = await startApi();
  const names = {
    lone: String.raw`a\ud800b`,
    lower: String.raw`\udfff`,
    pair: String.raw`\ud83d\ude00`,
    emoji: '😀',
    spelled: String.raw`\\ud800 spelled out`,
    separators: 'line\u2028paragraph\u2029next\u0085line',
    controls: String.raw`\u0000\u001f\r\n`,
    key: 'x',
  };
  const rows = Object.values(names).map(
    (name, index) => `{"client_id":${99 - index},"name":"${name}","k\u2028ey":"\u2029"}`,
  );
  api.script('/clients', body(`[${rows.join(',')}]`));
  const run = await api.read(['clients']);
  expect(run.records('clients').map(({ name }) => name)).toEqual([
    'a\ufffdb',
    '\ufffd',
    '😀',
    '😀',
    '\\ud800 spelled out',
    'line\u2028paragraph\u2029next\u0085line',
    '\ufffd\u001f\r\n',
    'x',
  ]);
  expect(run.stdout).not.toMatch(/[\u2028\u2029\u0085]/);
  expect(run.stdout.replaceAll('\\\\', '')).not.toMatch(/\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])/);
});

test('names of built-in object members are ordinary fields', async () => {
  const api = await startApi();
  api.script('/clients', body('[{"client_id":1,"__proto__":{"id":7},"constructor":"c","toString":"s"}]'));
  const run = await api.read(['clients']);
  expect(run.stdout).toContain('"__proto__":{"id":7},"constructor":"c","toString":"s"');
  expect(run.records('clients').map(({ id }) => id)).toEqual([1]);
});

test.each(['a pipe', 'a file'])('a record of several megabytes arrives complete, in %s', async (target) => {
  const api = await startApi();
  const notes = 'é'.repeat(1_500_000);
  api.script(
    '/people',
    body(
      JSON.stringify([
        { people_id: 2, notes },
        { people_id: 1, notes },
      ]),
    ),
  );
  const stdout = join(await temporaryFolder(), 'output.jsonl');
  const args = await readArguments(api, ['people']);
  const run = await connector(args, target === 'a file' ? { stdout } : {});
  expect(run.records('people').map((record) => record.notes === notes)).toEqual([true, true]);
});

test('a full disk is reported on stderr, because stdout cannot be written', async () => {
  if (!existsSync('/dev/full')) return;
  const api = await startApi();
  const run = await connector(await readArguments(api, ['departments']), {
    stdout: '/dev/full',
    breaks: ['stderr is empty', 'a failure has an error', 'each stream has an end'],
  });
  expect(run.code).toBe(1);
  expect(run.stderr).toMatch(/^source-float: stdout cannot be written: .*ENOSPC.*\n$/);
});

test('a slow reader slows the requests, and no page is lost', async () => {
  const api = await startApi({ company: { counts: { tasks: 6_000 } } });
  let stdout: ChildProcess['stdout'] | undefined;
  const reading = connector(await readArguments(api, ['tasks']), {
    started: (child) => {
      stdout = child.stdout?.pause();
    },
  });
  while (api.requests.length === 0) await pause(20);
  let before = -1;
  while (before !== api.requests.length) {
    before = api.requests.length;
    await pause(400);
  }
  // A pipe and its buffers hold a page or two, and `concurrency` pages wait.
  expect(before).toBeLessThanOrEqual(6 + 4);
  stdout?.resume();
  const run = await reading;
  expect({ records: run.records('tasks').length, code: run.code }).toEqual({ records: 6_000, code: 0 });
});

test.each(['incremental', 'full_refresh'])(
  'lists of more than one page have an estimate and progress lines (%s)',
  async (mode) => {
    const api = await startApi({ company: { counts: { tasks: 10_300, clients: 250, departments: 5 } } });
    const run = await api.read(['tasks', 'clients', 'departments'], { mode });
    const estimates = run.messages.flatMap((message) =>
      message.type === 'TRACE' && message.trace.type === 'ESTIMATE' ? [message.trace.estimate] : [],
    );
    expect(estimates).toHaveLength(2);
    expect(estimates).toEqual(
      expect.arrayContaining([
        { name: 'tasks', type: 'STREAM', row_estimate: 10_300 },
        { name: 'clients', type: 'STREAM', row_estimate: 250 },
      ]),
    );
    expect(run.logs('INFO')).toContainEqual(expect.stringMatching(/^tasks: 10000 of 10300 records so far/));
  },
);

describe('a programming error in a source', () => {
  const script = fileURLToPath(new URL('support/other-source.mjs', import.meta.url));
  const password = 'pass/word+of=another%';

  const runOther = async (verb: string, fault: string, streams = ['steady', 'faulty']): Promise<Run> => {
    const args = [verb, '--config', await jsonFile({ login: { password } })];
    if (verb === 'read') args.push('--catalog', await jsonFile(catalogOf(streams)));
    return connector(args, { script, secrets: [password], env: { FAULT: fault } });
  };

  /** `told`: what those read who must fix it. An event that is none would lose rows. */
  const IN_A_STREAM = [
    { fault: 'throws between pages', told: /^RangeError[\s\S]*caused by: Error: cause of/ },
    { fault: 'throws a text', told: /throws a text/ },
    { fault: 'throws nothing', told: /undefined/ },
    { fault: 'yields a misspelt event', told: /./ },
    { fault: 'yields nothing named', told: /./ },
    { fault: 'yields null', told: /./ },
    { fault: 'yields rows that are no list', told: /./ },
  ].map((one, index) => ({ ...one, name: `faulty_${index}` }));

  test('in a stream fails that stream', async () => {
    const faults = IN_A_STREAM.map(({ fault }) => fault).join('|');
    const run = await runOther('read', faults, ['steady', ...IN_A_STREAM.map(({ name }) => name)]);
    for (const { fault, told, name } of IN_A_STREAM) {
      const { failure_type, internal_message, stack_trace } = run.failure(name);
      expect({ fault, failure_type }).toEqual({ fault, failure_type: 'system_error' });
      expect(`${internal_message} ${stack_trace}`).toMatch(told);
      expect({ fault, end: run.statuses(name).at(-1) }).toEqual({ fault, end: 'INCOMPLETE' });
      expect(run.records(name)).toEqual([{ id: 1, name: 'before' }]);
    }
    expect(run.statuses('steady').at(-1)).toBe('COMPLETE');
  });

  test.each(['throws in a timer', 'rejects where nobody waits'])(
    'that is not caught ends the sync: %s',
    async (fault) => {
      const run = await runOther('read', fault);
      expect(run).toMatchObject({ code: 1, stderr: '', signal: null });
      expect(run.errors).toEqual([
        expect.objectContaining({ failure_type: 'system_error', internal_message: expect.stringContaining(fault) }),
      ]);
      // What was said before still stands.
      expect(run.records('faulty')).toEqual([{ id: 1, name: 'before' }]);
    },
  );

  test.each([
    { verb: 'check', fault: 'throws in check' },
    { verb: 'discover', fault: 'throws in discover' },
    { verb: 'read', fault: 'throws in open' },
  ])('in $verb is a TRACE, not an answer', async ({ verb, fault }) => {
    const run = await runOther(verb, fault);
    expect(run).toMatchObject({ code: 1, stderr: '' });
    expect(run.messages).toHaveLength(1);
    expect(run.errors[0]).toMatchObject({
      failure_type: 'system_error',
      internal_message: expect.stringContaining(fault),
    });
  });

  test.each([
    ['no maxConcurrentStreams', 'its maxConcurrentStreams is undefined (undefined), but must be a whole number from 1'],
    ['a stream twice', 'it has two streams with the name steady'],
    ['waits for nothing', 'it waits for a promise that can never settle'],
    ['no specification', 'it has no connectionSpecification'],
  ])('that would end a read without reading is refused: %s', async (fault, sentence) => {
    const run = await runOther('read', fault);
    expect(run).toMatchObject({ code: 1, stderr: '', signal: null });
    expect(run.errors).toEqual([
      expect.objectContaining({
        failure_type: 'system_error',
        message: `The connector has a programming error: ${sentence}. Please report it to its maintainers.`,
      }),
    ]);
  });

  test('that returns no streams is not a success', async () => {
    const run = await runOther('read', 'no streams');
    expect([run.code, run.errors.map(({ failure_type }) => failure_type)]).toEqual([1, ['system_error']]);
  });

  test('that offers a stream twice is refused by discover', async () => {
    const run = await runOther('discover', 'a stream twice');
    expect(run.code).toBe(1);
    expect(run.errors[0]?.message).toMatch(/two streams with the name steady/);
  });

  test('none: a second source works with the kit', async () => {
    const run = await runOther('read', '');
    expect(run.code).toBe(0);
    expect((await runOther('check', '')).connectionStatus).toEqual({ status: 'SUCCEEDED' });
    expect((await command(['--version'], { script })).stdout).toBe('source-other 1.2.3\n');
  });
});
