import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { check } from '../support/checks.mjs';
import { startMock } from '../support/processes.mjs';
import { completeStreams, parse, reading } from './container.mjs';

/** A stopped connector must exit soon, because every further request uses the company's quota. */
const SOON_MS = 5_000;

/** Tests how the connector ends as the first process of a container. Outside the image, integration_tests/ tests it. */
export async function testEndings(containers) {
  await check('if one stream failed, the container exits with 1, and the other streams are complete', () =>
    withMock(['--no-time-tracking'], async (mock) => {
      containers.putConfig('no-time-tracking.json', mock);
      const { code, stdout, stderr } = await containers.connector(...reading('no-time-tracking.json'));
      assert.deepEqual({ code, stderr }, { code: 1, stderr: '' });
      const others = containers.streams.filter((name) => name !== 'logged_time');
      assert.deepEqual(completeStreams(parse(stdout)), others);
    }),
  );

  // The first process of a container has no default action for signals. `docker run` passes them on.
  for (const [how, signal, code] of [
    ['SIGTERM ends it, as docker stop and PyAirbyte send it', 'SIGTERM', 143],
    ['SIGINT ends it, as Ctrl-C sends it', 'SIGINT', 130],
  ]) {
    await check(how, () =>
      // A sync of several minutes.
      withMock(['--latency-ms', '300', '--rows', 'logged-time=200000'], async (mock) => {
        containers.putConfig('slow.json', mock);
        const docker = spawn('docker', [...containers.command(), ...reading('slow.json')], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        const ended = once(docker, 'close');
        await untilFirstRecord(docker.stdout);
        const began = performance.now();
        docker.kill(signal);
        docker.stdout.resume();
        const [outcome] = await Promise.race([ended, sleep(SOON_MS, ['still running'])]);
        if (outcome === 'still running') docker.kill('SIGKILL');
        assert.equal(outcome, code);
        return `${Math.round(performance.now() - began)} ms after the signal`;
      }),
    );
  }
}

async function withMock(options, use) {
  const mock = await startMock('--no-limits', ...options);
  try {
    return await use(mock);
  } finally {
    mock.stop();
  }
}

async function untilFirstRecord(stdout) {
  const lines = createInterface(stdout);
  for await (const line of lines) if (line.startsWith('{"type":"RECORD"')) break;
  lines.close();
}
