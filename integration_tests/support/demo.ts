import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach } from '@jest/globals';

const DEMO = fileURLToPath(new URL('../../dist/demo/main.js', import.meta.url));

/** Milliseconds. The demo takes 8 s where nothing else runs. */
export const PATIENCE = 120_000;

const running = new Set<ChildProcess>();

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});

export interface DemoOptions {
  args?: readonly string[];
  env?: Record<string, string>;
  /** Hears all of stdout so far. */
  onOutput?: (text: string, child: ChildProcess) => void;
}

/** The built demo without a terminal, in a process group of its own. */
export async function demo(cwd: string, { args = [], env = {}, onOutput = () => {} }: DemoOptions = {}) {
  const { NODE_OPTIONS: _options, JEST_WORKER_ID: _worker, NODE_ENV: _environment, ...own } = process.env;
  const { FLOAT_API_TOKEN: _token, FLOAT_BASE_URL: _url, ...rest } = own;
  const child = spawn(process.execPath, [DEMO, ...args], {
    cwd,
    env: { ...rest, ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
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
  return { ...run, text: run.stdout.replaceAll(/\s+/g, ' '), code };
}

export const isAlive = (group: number): boolean => {
  try {
    return process.kill(-group, 0);
  } catch {
    return false;
  }
};

/** Rows by table, of the tables that are streams. */
export async function tableSizes(file: string): Promise<Map<string, number>> {
  const instance = await DuckDBInstance.create(file, { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  const tables = await connection.runAndReadAll("SELECT table_name FROM duckdb_tables() WHERE table_name <> '_syncs'");
  const names = tables.getRowsJS().map(([name]) => String(name));
  const counts = names.map((name) => `SELECT '${name}', count(*) FROM "${name}"`);
  const reader = await connection.runAndReadAll(counts.join(' UNION ALL '));
  const sizes = new Map(reader.getRowsJS().map(([name, size]) => [String(name), Number(size)]));
  connection.closeSync();
  instance.closeSync();
  return sizes;
}
