/**
 * Publishes a release from a checkout of its tag, in GitHub's workflow .github/workflows/release.yml. Each part runs its commands
 * in order and stops at the first failure. `--dry-run` only prints them, and needs no permissions.
 *
 * image     builds for amd64 and arm64, with bill of materials and provenance, and pushes it to the repository's registry
 * package   publishes the npm package with its provenance
 * page      creates the release page, with the section of CHANGELOG.md
 *
 * Read from the environment: GITHUB_REPOSITORY (owner/name), GITHUB_REF_NAME (the tag, which must be that of package.json);
 * for the image GITHUB_ACTOR and GITHUB_TOKEN, which may write packages.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCommandLine } from './command-line.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const { GITHUB_REPOSITORY: repository = '', GITHUB_REF_NAME: tag = '', GITHUB_ACTOR: actor = '' } = process.env;
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

const REGISTRY = 'ghcr.io';

const PARTS = {
  image: () => {
    // Registries allow only lower case.
    const image = `${REGISTRY}/${repository.toLowerCase()}`;
    const built = ['--platform', 'linux/amd64,linux/arm64', '--sbom=true', '--provenance=mode=max'];
    const labels = ['--label', `org.opencontainers.image.source=https://github.com/${repository}`];
    return [
      ['docker', 'login', REGISTRY, '--username', actor, '--password-stdin'],
      ['docker', 'buildx', 'build', ...built, ...labels, '--tag', `${image}:${version}`, '--push', '.'],
    ];
  },
  package: () => [
    // npm accepts provenance only if the package declares the same repository.
    ['npm', 'pkg', 'set', 'repository.type=git', `repository.url=git+https://github.com/${repository}.git`],
    ['npm', 'publish', '--provenance', '--access', 'public'],
  ],
  page: () => [['gh', 'release', 'create', tag, '--verify-tag', '--title', tag, '--notes-file', notes()]],
};

const { values, positionals } = readCommandLine({
  usage: 'usage: node scripts/publish.mjs image|package|page [--dry-run]',
  help: `Publishes one part of a release from a checkout of its tag.
  --dry-run    prints the commands instead`,
  options: { 'dry-run': { type: 'boolean' } },
  names: Object.keys(PARTS),
});
const [part] = positionals;
const { 'dry-run': dryRun } = values;

const folder = mkdtempSync(join(tmpdir(), 'release-'));
try {
  const problem = problemOf();
  if (problem === undefined) process.exitCode = PARTS[part]().every(run) ? 0 : 1;
  else {
    process.stderr.write(`${problem}\n`);
    process.exitCode = 2;
  }
} finally {
  rmSync(folder, { recursive: true });
}

function problemOf() {
  if (positionals.length !== 1) return `Name one of ${Object.keys(PARTS).join(', ')}.`;
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) return 'GITHUB_REPOSITORY must be owner/name.';
  if (tag !== `v${version}`)
    return `The tag is ${tag}, but package.json has the version ${version}. The tag must be v${version}.`;
  return undefined;
}

/** A file with the section of CHANGELOG.md for this version. */
function notes() {
  const { stdout, status } = spawnSync(process.execPath, ['scripts/release.mjs', '--notes', version], { cwd: ROOT });
  if (status !== 0) throw new Error(`CHANGELOG.md has no section [${version}].`);
  const file = join(folder, 'notes.md');
  writeFileSync(file, stdout);
  return file;
}

function run([command, ...args]) {
  process.stdout.write(`${[command, ...args].join(' ')}\n`);
  if (dryRun) return true;
  // Passed on stdin, so that the token is not on a command line.
  const input = args.includes('--password-stdin') ? process.env.GITHUB_TOKEN : '';
  const options = { cwd: ROOT, input, stdio: ['pipe', 'inherit', 'inherit'] };
  const { status, error } = spawnSync(command, args, options);
  if (error !== undefined) process.stderr.write(`${error.message}\n`);
  return status === 0;
}
