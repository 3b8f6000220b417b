import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../support/processes.mjs';

export const MEMORY_MB = 256;
/** The reports keep their own quota of 30 requests a minute. From half a year ago, both together need 20. */
const WITHOUT_WAITING = { requests_per_minute: 1_000_000, requests_per_second: 1_000_000, start_date: halfAYearAgo() };

/**
 * Runs containers of an image under the platform's conditions: no capabilities, a read-only root file system and config, little
 * memory. `folder` on this machine is mounted as /secrets.
 */
export class Containers {
  folder = mkdtempSync(join(tmpdir(), 'image-test-'));

  constructor(image, catalog) {
    this.image = image;
    this.streams = catalog.streams.map(({ stream }) => stream.name).sort();
    // Users in the container have other ids.
    chmodSync(this.folder, 0o755);
    this.put('catalog.json', catalog);
  }

  put(file, content) {
    writeFileSync(join(this.folder, file), JSON.stringify(content), { mode: 0o644 });
  }

  /** A config for the mock API. */
  putConfig(file, { url, token }) {
    this.put(file, { api_token: token, base_url: url, ...WITHOUT_WAITING });
  }

  /** The arguments of `docker run`, up to those of the connector. */
  command(...more) {
    return [
      ...['run', '--rm', '--network', 'host', '--memory', `${MEMORY_MB}m`, '--read-only', '--cap-drop', 'ALL'],
      ...['--security-opt', 'no-new-privileges', '--volume', `${this.folder}:/secrets:ro`],
      ...['--tmpfs', '/config', '--tmpfs', '/source', ...more, this.image],
    ];
  }

  /** Runs the connector as `docker run` does. */
  connector(...args) {
    return run('docker', [...this.command(), ...args]);
  }

  /** Runs a script in a container instead of the connector. */
  shell(script, ...more) {
    return run('docker', [...this.command('--entrypoint', 'sh', ...more), '-c', script]);
  }

  close() {
    rmSync(this.folder, { recursive: true });
  }
}

/** The arguments of a read. The files are in the folder; `state` is optional. */
export const reading = (config, state) => [
  ...['read', '--config', `/secrets/${config}`, '--catalog', '/secrets/catalog.json'],
  ...(state === undefined ? [] : ['--state', `/secrets/${state}`]),
];

/** The messages of a successful run. It may print nothing else. */
export function messages({ code, stdout, stderr }) {
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' }, stdout.slice(-2000));
  return parse(stdout);
}

export function parse(stdout) {
  const lines = stdout.trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line));
}

export function completeStreams(all) {
  const statuses = all.flatMap(({ trace }) => trace?.stream_status ?? []);
  const complete = statuses.filter(({ status }) => status === 'COMPLETE');
  return complete.map((status) => status.stream_descriptor.name).sort();
}

/** `stream {…}`, sorted, because streams are read concurrently in no fixed order. */
export function recordsOf(all) {
  return all.flatMap(({ record }) => (record ? `${record.stream} ${JSON.stringify(record.data)}` : [])).sort();
}

function halfAYearAgo() {
  const day = new Date();
  day.setUTCMonth(day.getUTCMonth() - 6, 1);
  return day.toISOString().slice(0, 10);
}
