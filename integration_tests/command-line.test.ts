import { mkdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { expect, test } from '@jest/globals';
import { startApi } from './support/api.ts';
import { connector } from './support/connector.ts';
import { catalogOf, fileOf, temporaryFolder } from './support/inputs.ts';
import { command } from './support/process.ts';

test('--help and --version answer on stdout, wrong usage on stderr', async () => {
  const help = await command(['read', '--help']);
  expect(help).toMatchObject({ code: 0, stderr: '' });
  const words = ['spec', 'check', 'discover', 'read', '--config', '--catalog', '--state', '--version', '--debug'];
  for (const word of words) expect(help.stdout).toContain(word);
  const version = { code: 0, stdout: expect.stringMatching(/^source-float \d+\.\d+\.\d+\n$/), stderr: '' };
  expect(await command(['--version'])).toMatchObject(version);
  const wrong = { code: 2, stdout: '', stderr: expect.stringMatching(/--confg.*\nusage: source-float /) };
  expect(await command(['check', '--confg', 'x'])).toMatchObject(wrong);
});

test('files are found from any folder and with any suffix, and LOG_LEVEL=debug logs the requests', async () => {
  const api = await startApi();
  const cwd = join(await temporaryFolder(), 'elsewhere');
  await mkdir(cwd);
  // PyAirbyte's suffixes; a byte order mark as some editors leave it.
  const config = await fileOf(`\uFEFF${JSON.stringify(api.config)}\n`, '');
  const catalog = await fileOf(JSON.stringify(catalogOf(['departments'])), '.yaml');
  const state = await fileOf('[]', '.txt');
  const args = ['--state', state, 'read', `--catalog=${catalog}`, '--config', relative(cwd, config)];
  const run = await connector(args, { cwd, env: { LOG_LEVEL: 'debug' }, secrets: [api.token] });
  expect(run.records('departments')).toHaveLength(api.company.rows('departments').length);
  expect(run.logs('DEBUG').length).toBeGreaterThan(0);
});

test('spec needs no file, no network and no environment', async () => {
  const run = await connector(['spec'], { cwd: '/', env: { PATH: undefined, HOME: undefined, LANG: undefined } });
  expect(run).toMatchObject({ code: 0, stderr: '' });
  expect(run.only('SPEC').spec.connectionSpecification).toHaveProperty('properties.api_token.airbyte_secret', true);
});
