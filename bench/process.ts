import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A file of the build. The path is relative to this folder. */
export const built = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export interface Measured {
  wallSeconds: number;
  /** User and system time of the whole process; NaN if it is not a Node process. */
  cpuSeconds: number;
  peakRssMb: number;
  /** Time to the first record. */
  firstSeconds: number;
}

/** A temporary folder, deleted when `use` is done. */
export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'source-float-bench-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Runs a program to its end and counts its lines. Throws if there are fewer lines than `records`. */
export async function measure(command: string, args: readonly string[], records = 0): Promise<Measured> {
  return inFolder(async (folder) => {
    const file = join(folder, 'usage.json');
    const began = performance.now();
    const child = spawn(command, args, {
      env: { ...process.env, USAGE_FILE: file },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let [lines, firstSeconds] = [0, Number.NaN];
    child.stdout.on('data', (chunk: Buffer) => {
      if (Number.isNaN(firstSeconds) && chunk.includes('"RECORD"')) firstSeconds = (performance.now() - began) / 1000;
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines += 1;
    });
    const [code] = await once(child, 'close');
    const wallSeconds = (performance.now() - began) / 1000;
    if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}.`);
    if (lines < records)
      throw new Error(`${command} ${args.join(' ')} printed ${lines} lines instead of at least ${records}.`);
    // Only Node processes that load usage.js write this file.
    const usage = JSON.parse(await readFile(file, 'utf8').catch(() => '{}'));
    return { cpuSeconds: Number.NaN, peakRssMb: Number.NaN, ...usage, wallSeconds, firstSeconds };
  });
}

/** Node arguments that run a script of this build and record its resource usage. */
export function node(script: string, ...args: string[]): string[] {
  return ['--import', built('usage.js'), script, ...args];
}

/** Starts server.js, which prints one line of JSON when it is listening. */
export async function serve<T>(rows: number, use: (told: { url: string }) => Promise<T>): Promise<T> {
  const child = spawn(process.execPath, [built('server.js'), String(rows)], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    return await use(JSON.parse(line));
  } finally {
    child.kill();
  }
}

/** Runs all ways in turn, so that other load on the machine affects each of them. Returns what they measured. */
export async function inTurn<T>(times: number, ways: Record<string, () => Promise<T>>): Promise<Map<string, T[]>> {
  const measured = new Map(Object.keys(ways).map((name) => [name, [] as T[]]));
  for (let run = 0; run < times; run += 1) {
    for (const [name, way] of Object.entries(ways)) measured.get(name)?.push(await way());
  }
  return measured;
}
