/** The requirements of the parts. Each one is looked up, and installed or built if possible, once. */
import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** A requirement that this machine does not have and that cannot be installed or built here. */
export class Unavailable extends Error {}

/** A running Docker engine. As root, starts one from Debian's package docker.io if needed, and stops it with this process. */
export const docker = once(() => {
  if (answers()) return;
  if (!succeeds('dockerd', ['--version'])) installPackages('docker.io');
  // Kept, so that the next run can reuse its layers.
  const folder = cacheFolder('docker');
  mkdirSync(folder, { recursive: true });
  process.env.DOCKER_HOST = `unix://${join(folder, 'docker.sock')}`;
  const log = openSync(join(folder, 'log'), 'w');
  const own = ['--data-root', '--exec-root', '--pidfile'].flatMap((option) => [option, join(folder, option.slice(2))]);
  const engine = spawn('dockerd', ['--host', process.env.DOCKER_HOST, ...own], { stdio: ['ignore', log, log] });
  engine.unref();
  process.on('exit', () => engine.kill());
  for (let tries = 0; tries < 60; tries += 1) {
    if (answers()) return;
    spawnSync('sleep', ['0.5']);
  }
  const last = readFileSync(join(folder, 'log'), 'utf8').trimEnd().split('\n').at(-1);
  unavailable(`no Docker engine answers, and the one that was started does not: ${last}`);
});

/** A folder that later runs reuse. */
export function cacheFolder(name) {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'source-float', name);
}

const answers = () => succeeds('docker', ['version']);

/** The name of the image, built from this checkout. */
export const image = once(() => {
  docker();
  const name = 'source-float:dev';
  buildImage(name);
  return name;
});

/** The command of Docker Compose. */
export const compose = once(() => {
  docker();
  if (succeeds('docker', ['compose', 'version'])) return ['docker', 'compose'];
  if (!succeeds('docker-compose', ['version'])) installPackages('docker-compose');
  return ['docker-compose'];
});

/** Builds the image from a checkout. Returns what Docker printed. */
export function buildImage(tag, folder = ROOT) {
  const build = (...options) => mustRun('docker', ['build', '--network', 'host', '--tag', tag, ...options, folder]);
  const text = readFileSync(join(folder, 'Dockerfile'), 'utf8');
  const [, name, digest] = /^FROM (\S+)(@sha256:[0-9a-f]{64}) /m.exec(text);
  const isPresent = succeeds('docker', ['image', 'inspect', `${name}${digest}`]);
  if (isPresent || succeeds('docker', ['pull', '--quiet', `${name}${digest}`])) return build();
  // Without a registry, use a local base image with that name.
  const own = mkdtempSync(join(tmpdir(), 'image-base-'));
  try {
    writeFileSync(join(own, 'Dockerfile'), text.replace(digest, ''));
    return build('--file', join(own, 'Dockerfile'));
  } finally {
    rmSync(own, { recursive: true });
  }
}

/** A Python that the packages support (e2e/python/pyproject.toml, e2e/qa/pyproject.toml), with venv. */
export const python = once(() => {
  const found = findPython();
  if (found !== undefined) return found;
  installPackages('python3', 'python3-venv');
  return findPython() ?? unavailable('no Python 3.11 or 3.12 with venv, nor in the Debian package python3');
});

function findPython() {
  const probe = 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 13))';
  return ['python3', 'python3.12', 'python3.11'].find((name) => succeeds(name, ['-c', probe]));
}

/** The folder of PostgreSQL's programs. */
export const postgres = once(() => {
  const found = findPostgres();
  if (found !== undefined) return found;
  installPackages('postgresql');
  return findPostgres() ?? unavailable('no PostgreSQL, nor in the Debian package postgresql');
});

function findPostgres() {
  const versions = '/usr/lib/postgresql';
  const folders = existsSync(versions) ? readdirSync(versions).map((version) => join(versions, version, 'bin')) : [];
  return folders.find((folder) => existsSync(join(folder, 'initdb')));
}

function installPackages(...names) {
  if (!succeeds('apt-get', ['--version']))
    unavailable(`${names.join(' and ')} not found, and no apt-get to install it`);
  if (process.getuid() !== 0) unavailable(`${names.join(' and ')} not found, and only root can install it`);
  mustRun('apt-get', ['update', '--quiet=2']);
  mustRun('apt-get', ['install', '--quiet=2', '--yes', '--no-install-recommends', ...names]);
}

function unavailable(reason) {
  throw new Unavailable(reason);
}

function succeeds(command, args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

function mustRun(command, args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', BUILDKIT_PROGRESS: 'plain' };
  const { status, error, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', env, maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed\n${error?.message ?? `${stdout}${stderr}`}`);
  return `${stdout}${stderr}`;
}

function once(find) {
  let outcome;
  return () => {
    outcome ??= attempt(find);
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  };
}

function attempt(find) {
  try {
    return { value: find() };
  } catch (error) {
    return { error };
  }
}
