import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A file of the build, by its path from this folder. */
export const built = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export interface Measured {
  wallSeconds: number;
  /** User and system, of the whole process; NaN where it is not a process of Node. */
  cpuSeconds: number;
  peakRssMb: number;
  /** Until the first record. */
  firstSeconds: number;
}

/** Folder for what a run of the bench needs; gone when `use` is done. */
export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'source-float-bench-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Runs a program to its end, reading what it prints; throws where that is fewer lines than `records`. */
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
    // Only a process of Node that loads usage.js writes it.
    const usage: { cpuSeconds?: number; maxRssMb?: number } = JSON.parse(
      await readFile(file, 'utf8').catch(() => '{}'),
    );
    const { cpuSeconds = Number.NaN, maxRssMb: peakRssMb = Number.NaN } = usage;
    return { wallSeconds, firstSeconds, cpuSeconds, peakRssMb };
  });
}

/** The arguments for Node that run a script of this build and write down what it used. */
export function node(script: string, ...args: string[]): string[] {
  return ['--import', built('usage.js'), script, ...args];
}

/** A server of this folder in a process of its own; prints one line of JSON when it listens. */
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
