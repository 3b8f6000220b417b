/** The requirements of the parts. Each one is looked up once, and installed or built if possible. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
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
import { ROOT } from './support/processes.mjs';

/** A requirement that this machine does not have and that cannot be installed or built here. */
export class Unavailable extends Error {}

/** A folder that later runs reuse. */
const cacheFolder = (name) => join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'source-float', name);

/** A running Docker engine. As root, starts one from Debian's package docker.io if needed, and stops it with this process. */
export const docker = once(() => {
  const responds = () => succeeds('docker', ['version']);
  if (responds()) return;
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
    if (responds()) return;
    spawnSync('sleep', ['0.5']);
  }
  const last = readFileSync(join(folder, 'log'), 'utf8').trimEnd().split('\n').at(-1);
  throw new Unavailable(`no Docker engine responds, not even the one that was started here: ${last}`);
});

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

/** Builds the image from a checkout. */
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

/**
 * The Python interpreter of an environment with exactly the packages of the folder's requirements.txt. Environments are kept in the
 * cache folder, and recreated when the lock file or Python changes.
 */
export const pythonFor = (folder) => () => {
  const python = systemPython();
  const lock = join(ROOT, folder, 'requirements.txt');
  const version = mustRun(python, ['-VV']);
  const key = createHash('sha256').update(readFileSync(lock)).update(version).digest('hex').slice(0, 16);
  const environment = cacheFolder(`python-${key}`);
  const interpreter = join(environment, 'bin', 'python');
  const finished = join(environment, 'finished');
  if (!existsSync(finished)) {
    process.stdout.write(`Installing ${lock} into ${environment} …\n`);
    mustRun(python, ['-m', 'venv', '--clear', environment]);
    mustRun(interpreter, ['-m', 'pip', 'install', '--quiet', '--no-deps', '--require-hashes', '--requirement', lock]);
    writeFileSync(finished, version);
  }
  return interpreter;
};

/** A Python that the packages support (see e2e/python/pyproject.toml and e2e/qa/pyproject.toml), with venv. */
const systemPython = once(() => {
  const probe = 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 13))';
  const find = () => ['python3', 'python3.12', 'python3.11'].find((name) => succeeds(name, ['-c', probe]));
  return find() ?? installed(find, 'python3', 'python3-venv');
});

/** The folder of PostgreSQL's programs. */
export const postgres = once(() => {
  const versions = '/usr/lib/postgresql';
  const find = () =>
    (existsSync(versions) ? readdirSync(versions) : [])
      .map((version) => join(versions, version, 'bin'))
      .find((folder) => existsSync(join(folder, 'initdb')));
  return find() ?? installed(find, 'postgresql');
});

/** What `find` returns after these Debian packages are installed. */
function installed(find, ...names) {
  installPackages(...names);
  const found = find();
  if (found === undefined) throw new Unavailable(`the Debian package ${names[0]} has no version that fits`);
  return found;
}

function installPackages(...names) {
  const missing = `${names.join(' and ')} not found`;
  if (!succeeds('apt-get', ['--version'])) throw new Unavailable(`${missing}, and no apt-get to install it`);
  if (process.getuid() !== 0) throw new Unavailable(`${missing}, and only root can install it`);
  mustRun('apt-get', ['update', '--quiet=2']);
  mustRun('apt-get', ['install', '--quiet=2', '--yes', '--no-install-recommends', ...names]);
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

/** The same outcome for each call, even if it is an error. */
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
