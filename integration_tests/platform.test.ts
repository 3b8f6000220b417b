/** How the platform and PyAirbyte end a run. `npm run test:e2e` also tests this with the image and PyAirbyte. */
import type { ChildProcess } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { startApi } from './support/api.ts';
import { jsonFile } from './support/inputs.ts';
import { command } from './support/process.ts';

test('a platform that cancels closes its end of the pipe: the connector ends at once, without output on stderr', async () => {
  const api = await startApi({ latencyMs: 30, company: { counts: { tasks: 20_000 } } });
  const started = ({ stdout }: ChildProcess) => void stdout?.once('data', () => stdout.destroy());
  const run = await api.read(['tasks'], {}, { started, killed: true });
  expect(run).toMatchObject({ code: 1, signal: null, stderr: '' });
  // The list has a hundred pages. Only those that were requested already are read.
  expect(api.requests.length).toBeLessThan(50);
});

test('SIGTERM, with which PyAirbyte ends a process, ends it silently', async () => {
  const api = await startApi();
  api.script('/departments', { kind: 'hang' });
  const run = await command(['check', '--config', await jsonFile(api.config)], {
    started: (child) => {
      api.before('/departments', 1, () => void child.kill('SIGTERM'));
    },
  });
  expect(run).toMatchObject({ code: null, signal: 'SIGTERM', stdout: '', stderr: '' });
});
