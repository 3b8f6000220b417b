import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { check } from '../support/checks.mjs';
import { startMock } from '../support/processes.mjs';
import { MEMORY_MB, reading } from './container.mjs';

const ROWS = 1_000_000;
const SECONDS = 120;
/** Exit code of timeout(1). */
const STOPPED = 124;
/** The limit in docs/performance.md, well below the container's memory. */
const PEAK_AT_MOST_MB = 120;
/** For cgroups version 2 and 1. */
const PEAK = 'cat /sys/fs/cgroup/memory.peak 2>/dev/null || cat /sys/fs/cgroup/memory/memory.max_usage_in_bytes';

/** A long read in a small container. */
export async function testMemory(containers) {
  const mock = await startMock('--no-limits', '--rows', `logged-time=${ROWS}`);
  try {
    await containers.putConfig('large.json', mock);
    await check(`${ROWS} rows, or as many as come in ${SECONDS} s, are read in ${MEMORY_MB} MB`, async () => {
      const { records, code, peak, seconds } = await readLarge(containers);
      if (code === STOPPED) assert.ok(records > ROWS / 10, `${records} records in ${SECONDS} s`);
      else assert.deepEqual({ code, all: records > ROWS }, { code: 0, all: true }, `${records} records`);
      assert.ok(peak < PEAK_AT_MOST_MB, `a peak of ${peak} MB`);
      return `${records} records, ${Math.round(records / seconds)} a second, a peak of ${peak} MB`;
    });
  } finally {
    mock.stop();
  }
}

async function readLarge(containers) {
  const script = `timeout ${SECONDS} $AIRBYTE_ENTRYPOINT ${reading('large.json').join(' ')}; code=$?; { ${PEAK}; } >&2; exit $code`;
  const began = performance.now();
  // Otherwise Docker stores the container's output in a log.
  const docker = spawn('docker', [...containers.command('--log-driver', 'none', '--entrypoint', 'sh'), '-c', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(docker, 'close');
  let records = 0;
  createInterface(docker.stdout).on('line', (line) => {
    if (line.startsWith('{"type":"RECORD"')) records += 1;
  });
  let stderr = '';
  docker.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const [code] = await ended;
  assert.match(stderr, /^\d+\n$/);
  return { records, code, peak: Math.round(Number(stderr) / 2 ** 20), seconds: (performance.now() - began) / 1000 };
}
