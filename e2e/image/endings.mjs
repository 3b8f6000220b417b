import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { check } from '../support/checks.mjs';
import { startMock } from '../support/processes.mjs';
import { completeStreams, messages, parse, reading } from './container.mjs';

/** A stopped connector must exit soon, because every further request uses the company's quota. */
const SOON_MS = 5_000;

/** Tests how the connector ends: by itself, stopped, or without a reader. */
export async function testEndings(containers, mock) {
  await containers.putConfig('config.json', mock);

  await check('exit 0: every stream is complete', async () => {
    assert.deepEqual(
      completeStreams(messages(await containers.connector(...reading('config.json')))),
      containers.streams,
    );
  });

  await check('exit 1: one stream failed, the others are complete', async () => {
    const other = await startMock('--no-limits', '--no-time-tracking');
    try {
      await containers.putConfig('no-time-tracking.json', other);
      const { code, stdout, stderr } = await containers.connector(...reading('no-time-tracking.json'));
      assert.deepEqual({ code, stderr }, { code: 1, stderr: '' });
      const others = containers.streams.filter((name) => name !== 'logged_time');
      assert.deepEqual(completeStreams(parse(stdout)), others);
    } finally {
      other.stop();
    }
  });

  await check('exit 2: wrong usage, reported only on stderr', async () => {
    const { code, stdout, stderr } = await containers.connector('frobnicate');
    assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
    assert.match(stderr, /usage: source-float/);
  });

  // A sync of several minutes.
  const slow = await startMock('--no-limits', '--latency-ms', '300', '--rows', 'logged-time=200000');
  try {
    await containers.putConfig('slow.json', slow);
    await testStopping(containers);
  } finally {
    slow.stop();
  }
}

async function testStopping(containers) {
  // The first process of a container has no default action for signals. `docker run` passes them on.
  for (const [how, init, signal, code] of [
    ['SIGTERM ends it, as docker stop and PyAirbyte send it', [], 'SIGTERM', 143],
    ['SIGINT ends it, as Ctrl-C sends it', [], 'SIGINT', 130],
    ['SIGTERM ends it below an init', ['--init'], 'SIGTERM', 143],
  ]) {
    await check(how, async () => {
      const docker = spawn('docker', [...containers.command(...init), ...reading('slow.json')], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = once(docker, 'close');
      await untilFirstRecord(docker.stdout);
      const began = performance.now();
      docker.kill(signal);
      docker.stdout.resume();
      const outcome = await Promise.race([ended, sleep(SOON_MS, ['still running'])]);
      if (outcome[0] === 'still running') docker.kill('SIGKILL');
      assert.equal(outcome[0], code);
      return `${Math.round(performance.now() - began)} ms after the signal`;
    });
  }

  await check('SIGTERM ends it if it is not the first process, as PyAirbyte expects', async () => {
    const { stdout } = await containers.shell(
      `node --eval '
         const [node, ...options] = process.env.AIRBYTE_ENTRYPOINT.split(" ");
         const connector = require("node:child_process").spawn(node, [...options, ...process.argv.slice(1)]);
         connector.stdout.once("data", () => connector.kill("SIGTERM"));
         connector.on("close", (code, signal) => console.log(code, signal));
       ' -- ${reading('slow.json').join(' ')}`,
    );
    assert.equal(stdout, 'null SIGTERM\n');
  });

  await check('it ends silently when its reader exits', async () => {
    // As the platform cancels: it closes its end of the pipe.
    const script = `{ eval "$AIRBYTE_ENTRYPOINT ${reading('slow.json').join(' ')}"; echo $? >/source/code; } | head -n 50 >/dev/null
       cat /source/code`;
    const began = performance.now();
    const { stdout, stderr } = await containers.shell(script);
    assert.deepEqual({ stdout, stderr }, { stdout: '1\n', stderr: '' });
    assert.ok(performance.now() - began < 4 * SOON_MS);
  });
}

async function untilFirstRecord(stdout) {
  const lines = createInterface(stdout);
  for await (const line of lines) if (line.startsWith('{"type":"RECORD"')) break;
  lines.close();
}
