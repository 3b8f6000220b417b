/**
 * Prepares a fresh clone: installs the packages of package-lock.json and compiles to dist/, if that is not done yet. Prints only to
 * stderr, because stdout belongs to the command that runs afterwards.
 * Needs only Node and npm. Also starts on old versions of Node, to report that they are too old.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(ROOT, 'dist');
/** Written after each compilation: its start time and its sources. */
const STAMP = join('dist', '.compiled');
const TYPESCRIPT = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');

/** Shown without a stack trace. */
class SetupFailed extends Error {}

try {
  requireNode(readJson('package.json').engines.node);
  const { readCommandLine } = await import('./command-line.mjs');
  readCommandLine({
    usage: 'usage: node scripts/setup.mjs',
    help: 'Installs the packages of package-lock.json if needed, and compiles to dist/.',
  });
  install();
  compile();
} catch (error) {
  if (!(error instanceof SetupFailed)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

/** @param {string} range as in package.json: `>=20.19` */
function requireNode(range) {
  const wanted = range.replace('>=', '');
  const [major, minor] = wanted.split('.').map(Number);
  const [ownMajor, ownMinor] = process.versions.node.split('.').map(Number);
  if (ownMajor > major || (ownMajor === major && ownMinor >= minor)) return;
  throw new SetupFailed(
    `This is Node ${process.versions.node}, but Node ${wanted} or newer is required. Get it from https://nodejs.org.`,
  );
}

function install() {
  if (isInstalled()) return;
  say('Installing the packages (npm ci) …');
  // Include development packages even if NODE_ENV is production, because the compiler is one.
  const args = ['ci', '--include=dev'];
  try {
    // The lock file has the hash of each package, so what npm has in its cache cannot be outdated.
    npm(...args, '--prefer-offline');
  } catch {
    npm(...args);
  }
}

/** Whether npm's record of installed packages, which it writes last, matches the lock file. */
function isInstalled() {
  const note = join('node_modules', '.package-lock.json');
  if (!existsSync(join(ROOT, note))) return false;
  const present = readJson(note).packages;
  return Object.entries(readJson('package-lock.json').packages).every(([path, wanted]) => {
    if (path === '') return true;
    const found = present[path];
    if (found !== undefined) return found.version === wanted.version && found.integrity === wanted.integrity;
    return (wanted.optional === true || wanted.devOptional === true) && !isForThisMachine(wanted);
  });
}

/** Native packages are optional dependencies, one for each platform. The folder may come from another machine. */
function isForThisMachine({ os, cpu, libc }) {
  if (os === undefined || !os.includes(process.platform)) return false;
  if (cpu === undefined || !cpu.includes(process.arch)) return false;
  if (libc === undefined) return true;
  const glibc = process.report.getReport().header.glibcVersionRuntime;
  return libc.includes(glibc === undefined ? 'musl' : 'glibc');
}

function npm(...args) {
  // On Windows, npm is a script, which needs a shell.
  run('npm', args, `npm ${args[0]}`, { shell: process.platform === 'win32' });
}

function compile() {
  const sources = sourcesOfDist();
  if (isCompiled(sources)) return;
  say('Compiling …');
  const startedAt = Date.now();
  // Compiled files of deleted sources must not stay.
  rmSync(DIST, { recursive: true, force: true });
  run(process.execPath, [TYPESCRIPT, '-p', 'tsconfig.build.json'], 'The compiler');
  writeFileSync(join(ROOT, STAMP), JSON.stringify({ startedAt, sources }));
}

/** Whether the sources are the same and unchanged since the last compilation. */
function isCompiled(sources) {
  if (!existsSync(join(ROOT, STAMP))) return false;
  const last = readJson(STAMP);
  const isUnchanged = (path) => statSync(join(ROOT, path)).mtimeMs < last.startedAt;
  const inputs = [...sources, 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];
  const outputs = sources.map((path) => join(DIST, path.replace(/\.ts$/, '.js')));
  return String(last.sources) === String(sources) && inputs.every(isUnchanged) && outputs.every(existsSync);
}

function sourcesOfDist() {
  return readJson('tsconfig.build.json').include.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => join(folder, path)),
  );
}

function run(command, args, name, options = {}) {
  const { error, status, signal, stdout, stderr } = spawnSync(command, args, {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
    ...options,
  });
  if (error !== undefined) throw new SetupFailed(`${name} could not be started: ${error.message}`);
  if (status !== 0) throw new SetupFailed(`${stdout}${stderr}\n${name} failed (${signal ?? `exit ${status}`}).`);
}

function readJson(path) {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
}

function say(line) {
  process.stderr.write(`${line}\n`);
}
