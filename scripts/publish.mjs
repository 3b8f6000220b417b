/**
 * Publishes a release from a checkout of its tag, in GitHub's workflow .github/workflows/release.yml. Each part runs its commands
 * in order and stops at the first failure.
 *
 * Reads from the environment: GITHUB_REPOSITORY (owner/name), GITHUB_REF_NAME (the tag, `v` and the version of package.json); for
 * the image GITHUB_ACTOR and GITHUB_TOKEN, with the permission to write packages.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readCommandLine } from './command-line.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const { GITHUB_REPOSITORY: repository = '', GITHUB_REF_NAME: tag = '', GITHUB_ACTOR: actor = '' } = process.env;
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

const REGISTRY = 'ghcr.io';
// Registries allow only lower case.
const IMAGE = `${REGISTRY}/${repository.toLowerCase()}:${version}`;
const ATTESTATIONS = ['--sbom=true', '--provenance=mode=max'];
const SOURCE = `org.opencontainers.image.source=https://github.com/${repository}`;

/** Part → commands. `input` goes to stdin, so that the token is not on a command line. */
const PARTS = {
  image: [
    {
      command: ['docker', 'login', REGISTRY, '--username', actor, '--password-stdin'],
      input: process.env.GITHUB_TOKEN,
    },
    {
      command: [
        ...['docker', 'buildx', 'build', '--platform', 'linux/amd64,linux/arm64', ...ATTESTATIONS],
        ...['--label', SOURCE, '--tag', IMAGE, '--push', '.'],
      ],
    },
  ],
  package: [
    // npm accepts provenance only if the package declares the same repository.
    {
      command: ['npm', 'pkg', 'set', 'repository.type=git', `repository.url=git+https://github.com/${repository}.git`],
    },
    { command: ['npm', 'publish', '--provenance', '--access', 'public'] },
  ],
  page: [
    { command: ['gh', 'release', 'create', tag, '--verify-tag', '--title', tag, '--notes-file', '-'], input: notes },
  ],
};

const { values, positionals } = readCommandLine({
  usage: 'usage: node scripts/publish.mjs image|package|page [--dry-run]',
  help: `Publishes one part of a release from a checkout of its tag.
  image        builds for amd64 and arm64, with bill of materials and provenance, and pushes to the repository's registry
  package      publishes the npm package with its provenance
  page         creates the release page, with the section of CHANGELOG.md
  --dry-run    prints the commands instead`,
  options: { 'dry-run': { type: 'boolean' } },
  names: Object.keys(PARTS),
});
const problem = problemOf();
if (problem === undefined) process.exitCode = PARTS[positionals[0]].every(run) ? 0 : 1;
else {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 2;
}

function problemOf() {
  if (positionals.length !== 1) return `Name one of ${Object.keys(PARTS).join(', ')}.`;
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) return 'GITHUB_REPOSITORY must be owner/name.';
  if (tag !== `v${version}`) return `GITHUB_REF_NAME is ${tag}, but must be v${version}, the version in package.json.`;
  return undefined;
}

/** The section of CHANGELOG.md for this version. */
function notes() {
  const { stdout, status } = spawnSync(process.execPath, ['scripts/release.mjs', '--notes', version], { cwd: ROOT });
  if (status !== 0) throw new Error(`CHANGELOG.md has no section [${version}].`);
  return stdout;
}

function run({ command: [program, ...args], input = () => '' }) {
  process.stdout.write(`${[program, ...args].join(' ')}\n`);
  if (values['dry-run']) return true;
  const options = { cwd: ROOT, input: input(), stdio: ['pipe', 'inherit', 'inherit'] };
  const { status, error } = spawnSync(program, args, options);
  if (error !== undefined) process.stderr.write(`${error.message}\n`);
  return status === 0;
}
