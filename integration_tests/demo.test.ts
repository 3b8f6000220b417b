import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, expect, test } from '@jest/globals';
import { COMPANY, SHOWN } from '../demo/company.ts';
import { createCompany } from '../mock-api/company.ts';
import { endpointNames } from '../mock-api/endpoints.ts';
import { STREAMS } from '../src/float/streams.ts';
import { temporaryFolder } from './support/inputs.ts';

const DEMO = fileURLToPath(new URL('../dist/demo/main.js', import.meta.url));

/** Milliseconds. The demo takes 8 s where nothing else runs. */
const PATIENCE = 60_000;

const running = new Set<ChildProcess>();

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});

/** The built demo without a terminal, in a process group of its own. `onOutput` hears all of stdout so far. */
async function demo(cwd: string, onOutput: (text: string, child: ChildProcess) => void = () => {}) {
  const { NODE_OPTIONS: _options, JEST_WORKER_ID: _worker, NODE_ENV: _environment, ...env } = process.env;
  const child = spawn(process.execPath, [DEMO], { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  const run = { stdout: '', stderr: '', group: child.pid ?? 0 };
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    run.stderr += text;
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    run.stdout += text;
    onOutput(run.stdout, child);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  running.delete(child);
  return { ...run, code };
}

const isAlive = (group: number): boolean => {
  try {
    return process.kill(-group, 0);
  } catch {
    return false;
  }
};

async function tableSizes(file: string): Promise<Map<string, number>> {
  const instance = await DuckDBInstance.create(file, { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  const tables = await connection.runAndReadAll('SELECT table_name FROM duckdb_tables()');
  const names = tables.getRowsJS().map(([name]) => String(name));
  const counts = names.map((name) => `SELECT '${name}', count(*) FROM "${name}"`);
  const reader = await connection.runAndReadAll(counts.join(' UNION ALL '));
  const sizes = new Map(reader.getRowsJS().map(([name, size]) => [String(name), Number(size)]));
  connection.closeSync();
  instance.closeSync();
  return sizes;
}

/** The company before the demo changes it. */
function companySizes(): Map<string, number> {
  const company = createCompany(COMPANY);
  return new Map(
    STREAMS.flatMap(({ name, path }) => {
      const endpoint = endpointNames.find((one) => `/${one}` === path);
      return endpoint === undefined || !SHOWN.has(name) ? [] : [[name, company.rows(endpoint).length] as const];
    }),
  );
}

test(
  'the demo brings the whole company into DuckDB, then only its changes, and says so',
  async () => {
    const folder = await temporaryFolder();
    const { code, stdout, stderr, group } = await demo(folder);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(isAlive(group)).toBe(false);
    // Nothing for a terminal only.
    expect(stdout).not.toContain('\x1b');

    const [, added, deleted] = /, (\d) added, (\d) deleted/.exec(stdout.replaceAll(/\s+/g, ' ')) ?? [];
    const expected = companySizes();
    expected.set('logged_time', (expected.get('logged_time') ?? 0) + Number(added) - Number(deleted));
    const sizes = await tableSizes(join(folder, 'demo-output', 'float.duckdb'));
    expect(Object.fromEntries([...sizes].filter(([name]) => expected.has(name)))).toEqual(Object.fromEntries(expected));

    const text = stdout.replaceAll(/\s+/g, ' ');
    expect(text).toContain('none was refused for the quota');
    expect(text).toMatch(/ \d{1,2} records came, in \d requests?: 3 corrected, 2 added, 1 deleted/);
    expect(text).toContain('DuckDB holds exactly the rows of the server');

    const state: unknown = JSON.parse(await readFile(join(folder, 'demo-output', 'state.json'), 'utf8'));
    expect(state).toHaveLength(sizes.size);
  },
  PATIENCE,
);

test(
  'stopped in the middle of a sync, the demo leaves nothing running',
  async () => {
    let asked = false;
    const { code, stderr, group } = await demo(await temporaryFolder(), (stdout, child) => {
      if (asked || !stdout.includes('departments:')) return;
      asked = true;
      child.kill('SIGTERM');
    });
    expect({ code, stderr }).toEqual({ code: 143, stderr: '' });
    expect(isAlive(group)).toBe(false);
  },
  PATIENCE,
);
