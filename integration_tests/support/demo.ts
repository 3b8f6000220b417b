import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach } from '@jest/globals';
import { STREAMS } from '../../src/float/streams.ts';
import { TOKEN } from './api.ts';
import { temporaryFolder } from './inputs.ts';

const DEMO = fileURLToPath(new URL('../../dist/demo/main.js', import.meta.url));

/** A company without optional streams: reports (30 requests a minute) would take most of the time. */
export const SMALL = {
  company: { people: 10, projects: 3, weeks: 2 },
  absent: STREAMS.filter(({ isOptional }) => isOptional).map(({ path }) => path),
};

const running = new Set<ChildProcess>();

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});

/** A folder in which the demo runs, with a token file. It also has the temporary files of the demo and the connector. */
export class Home {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(): Promise<Home> {
    const folder = await mkdtemp(join(await temporaryFolder(), 'home-'));
    await mkdir(join(folder, 'tmp'));
    await writeFile(join(folder, 'token.txt'), `${TOKEN}\n`, { mode: 0o600 });
    return new Home(folder);
  }

  path(...names: string[]): string {
    return join(this.folder, ...names);
  }

  /** Runs the built demo without a terminal, in its own process group. `onOutput` gets all of stdout so far. */
  async demo(
    args: readonly string[],
    own: Record<string, string> = {},
    onOutput: (stdout: string, child: ChildProcess) => void = () => {},
  ) {
    const { NODE_OPTIONS: _options, FLOAT_API_TOKEN: _token, FLOAT_BASE_URL: _url, ...rest } = process.env;
    const child = spawn(process.execPath, [DEMO, ...args], {
      cwd: this.folder,
      env: { ...rest, TMPDIR: this.path('tmp'), ...own },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    let [stdout, stderr] = ['', ''];
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      onOutput(stdout, child);
    });
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject).once('close', resolve);
    });
    running.delete(child);
    return { code, stdout, stderr, text: stdout.replaceAll(/[\s│]+/g, ' '), isAlive: isAlive(child.pid ?? 0) };
  }

  /** Syncs the account of a mock into `out`. */
  sync(api: { url: string }, onOutput?: (stdout: string, child: ChildProcess) => void) {
    return this.demo(['--base-url', api.url, '--token-file', 'token.txt', 'out'], {}, onOutput);
  }

  page(): Promise<string> {
    return readFile(this.path('out', 'float.html'), 'utf8');
  }

  /** Files that must not exist: temporary files, and files with the token except the user's token file. */
  async leaks(): Promise<string[]> {
    const entries = await readdir(this.folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    const contents = await Promise.all(files.map((file) => readFile(file)));
    return files.filter((file, index) => {
      const isOwn = file === this.path('token.txt');
      return file.startsWith(this.path('tmp')) || (contents[index]?.includes(TOKEN) && !isOwn);
    });
  }
}

function isAlive(group: number): boolean {
  try {
    return process.kill(-group, 0);
  } catch {
    return false;
  }
}
