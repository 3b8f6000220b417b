import { mkdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { expect, test } from '@jest/globals';
import { startApi } from './support/api.ts';
import { connector } from './support/connector.ts';
import { catalogOf, fileOf, jsonFile, temporaryFolder } from './support/inputs.ts';
import { command } from './support/process.ts';

test.each([['--help'], ['-h'], ['read', '--help']])('%s %s prints help on stdout and exits with 0', async (...args) => {
  const run = await command(args);
  expect(run).toMatchObject({ code: 0, stderr: '' });
  for (const word of [
    'spec',
    'check',
    'discover',
    'read',
    '--config',
    '--catalog',
    '--state',
    '--version',
    '--debug',
  ]) {
    expect(run.stdout).toContain(word);
  }
});

test('--version prints name and version', async () => {
  const run = await command(['--version']);
  expect(run).toMatchObject({ code: 0, stderr: '' });
  expect(run.stdout).toMatch(/^source-float \d+\.\d+\.\d+\n$/);
});

test.each([
  { args: [], problem: 'verb' },
  { args: ['sync'], problem: 'sync' },
  { args: ['spec', 'check'], problem: 'check' },
  { args: ['check', '--confg', 'x'], problem: '--confg' },
  { args: ['check', '-c', 'x'], problem: '-c' },
  { args: ['check'], problem: '--config' },
  { args: ['check', '--config'], problem: '--config' },
  { args: ['check', '--config='], problem: '--config' },
  { args: ['discover', '--config', 'x', '--catalog', 'y'], problem: '--catalog' },
  { args: ['read', '--config', 'x'], problem: '--catalog' },
  { args: ['read', '--config', 'x', '--catalog', 'y', '--state'], problem: '--state' },
  { args: ['read', '--config', 'x', '--catalog', '--state', 'z'], problem: '--catalog' },
])('wrong usage ($args) exits with 2, a usage line on stderr and nothing on stdout', async ({ args, problem }) => {
  const run = await command(args);
  expect(run).toMatchObject({ code: 2, stdout: '' });
  expect(run.stderr.split('\n')[0]).toContain(problem);
  expect(run.stderr).toMatch(/^usage: source-float /m);
});

test.each([
  {
    how: 'option and value apart',
    form: (option: string, path: string) => [option, path],
    path: (path: string) => path,
  },
  { how: 'joined by =', form: (option: string, path: string) => [`${option}=${path}`], path: (path: string) => path },
  { how: 'a relative path', form: (option: string, path: string) => [option, path], path: relative },
])('files are found from any folder and with any name: $how', async ({ form, path }) => {
  const api = await startApi();
  const cwd = join(await temporaryFolder(), 'elsewhere');
  await mkdir(cwd, { recursive: true });
  const given = (option: string, file: string) => form(option, path === relative ? relative(cwd, file) : file);
  // PyAirbyte's suffixes; a byte order mark as some editors leave it.
  const config = await fileOf(`\uFEFF${JSON.stringify(api.config)}\n`, '');
  const catalog = await fileOf(JSON.stringify(catalogOf(['departments'])), '.yaml');
  const state = await fileOf('[]', '.txt');
  const args = [...given('--state', state), 'read', ...given('--catalog', catalog), ...given('--config', config)];
  const run = await connector(args, { cwd, secrets: [api.token] });
  expect(run.records('departments')).toHaveLength(api.company.rows('departments').length);
});

test('spec, help and version need no file, no network and no environment', async () => {
  const run = await connector(['spec'], { cwd: '/', env: { PATH: undefined, HOME: undefined, LANG: undefined } });
  expect(run).toMatchObject({ code: 0, stderr: '' });
  expect(run.only('SPEC').spec.connectionSpecification).toHaveProperty('properties.api_token.airbyte_secret', true);
});

test.each([
  { how: 'LOG_LEVEL=debug', args: [], env: { LOG_LEVEL: 'debug' }, logged: true },
  { how: 'nothing', args: [], env: {}, logged: false },
])('debug messages with $how: $logged', async ({ args, env, logged }) => {
  const api = await startApi();
  api.script('/departments', { kind: 'answer', status: 400, body: '{}' });
  const input = ['--config', await jsonFile(api.config), '--catalog', await jsonFile(catalogOf(['departments']))];
  const run = await connector(['read', ...args, ...input], { env, secrets: [api.token] });
  expect(run.logs('DEBUG').length > 0).toBe(logged);
});
