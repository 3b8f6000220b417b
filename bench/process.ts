import { type ChildProcess, spawn } from 'node:child_process';
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
export async function measure(
  command: string,
  args: readonly string[],
  { env = {}, records = 0 }: { env?: Record<string, string>; records?: number } = {},
): Promise<Measured> {
  return inFolder(async (folder) => {
    const file = join(folder, 'usage.json');
    const began = performance.now();
    const child = spawn(command, args, {
      env: { ...process.env, ...env, USAGE_FILE: file },
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
    if (lines < records) throw new Error(`${command} ${args.join(' ')} printed ${lines} lines of ${records}.`);
    // Only Node processes that load usage.js write this file.
    const usage: { cpuSeconds?: number; maxRssMb?: number } = JSON.parse(
      await readFile(file, 'utf8').catch(() => '{}'),
    );
    const { cpuSeconds = Number.NaN, maxRssMb: peakRssMb = Number.NaN } = usage;
    return { wallSeconds, firstSeconds, cpuSeconds, peakRssMb };
  });
}

/** Node arguments that run a script of this build and record its resource usage. */
export function node(script: string, ...args: string[]): string[] {
  return ['--import', built('usage.js'), script, ...args];
}

/** Starts a server of this folder in a separate process. It prints one line of JSON when it is listening. */
export async function serve<T>(
  script: string,
  args: readonly (string | number)[],
  use: (told: { url: string }, child: ChildProcess) => Promise<T>,
): Promise<T> {
  const child = spawn(process.execPath, [built(script), ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  try {
    if (child.stdout === null) throw new Error(`${script} prints nothing.`);
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    return await use(JSON.parse(line), child);
  } finally {
    child.kill();
  }
}
