/**
 * Prepares a release: writes the version to package.json and all other files that contain it, renames the section [Unreleased] of
 * CHANGELOG.md to the version with today's date (UTC), and adds a line to docs/float.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCommandLine } from './command-line.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const USAGE = 'usage: node scripts/release.mjs VERSION SUBJECT | node scripts/release.mjs --notes VERSION';

/** Shown without a stack trace. */
class CannotRelease extends Error {}

/** File → texts with the version as X.Y.Z. Each occurs at least once in its file. */
const PLACES = {
  'package.json': ['"version": "X.Y.Z"'],
  'package-lock.json': ['\n  ', '\n      '].map((indent) => `"name": "source-float",${indent}"version": "X.Y.Z"`),
  Dockerfile: ['ARG VERSION=X.Y.Z'],
  'metadata.yaml': ['dockerImageTag: X.Y.Z'],
  'README.md': ['source-float:X.Y.Z', '| `X.Y.Z`'],
  'docs/command-line.md': ['source-float:X.Y.Z'],
  'docs/deploy.md': ['source-float:X.Y.Z', '| `X.Y.Z`'],
  'docs/runners.md': ['source-float:X.Y.Z'],
  'examples/cron/Dockerfile': ['FROM source-float:X.Y.Z'],
  'examples/cron/README.md': ['source-float:X.Y.Z'],
};

const { values, positionals } = readCommandLine({
  usage: USAGE,
  help: `Prepares a release: writes its version everywhere, dates CHANGELOG.md, and adds a line to docs/float.md.
  SUBJECT            text of the line in docs/float.md, such as "Key comparison"
  --notes VERSION    only prints the section of CHANGELOG.md`,
  options: { notes: { type: 'string' } },
  names: 'any',
});
try {
  if (positionals.length !== (values.notes === undefined ? 2 : 0)) throw new CannotRelease(USAGE);
  if (values.notes === undefined) release(...positionals);
  else process.stdout.write(`${sectionOf(read('CHANGELOG.md'), values.notes)}\n`);
} catch (error) {
  if (!(error instanceof CannotRelease)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.message === USAGE ? 2 : 1;
}

function release(version, subject) {
  const old = JSON.parse(read('package.json')).version;
  requireNewer(version, old);
  const date = new Date().toISOString().slice(0, 10);
  const changed = Object.entries(PLACES).map(([path, texts]) => [path, renamed(path, texts, old, version)]);
  changed.push(['CHANGELOG.md', dated(version, date)]);
  changed.push(['docs/float.md', listed(version, date, subject)]);
  // All problems are thrown before this point, so either all files are written or none.
  for (const [path, text] of changed) writeFileSync(join(ROOT, path), text);
  process.stdout.write(`${changed.map(([path]) => path).join('\n')}\n`);
}

function requireNewer(version, old) {
  if (!/^\d+\.\d+\.\d+$/.test(version)) throw new CannotRelease(`${version} is not a version such as 1.2.3.`);
  if (version.localeCompare(old, 'en', { numeric: true }) <= 0) {
    throw new CannotRelease(`${version} is not newer than ${old}, the version in package.json.`);
  }
}

function renamed(path, texts, old, version) {
  return texts.reduce((content, text) => {
    const found = text.replace('X.Y.Z', old);
    if (!content.includes(found)) throw new CannotRelease(`${path} does not contain ${found}.`);
    return content.replaceAll(found, text.replace('X.Y.Z', version));
  }, read(path));
}

/** The changelog with [Unreleased] renamed to this version, below a new, empty [Unreleased]. */
function dated(version, date) {
  const changelog = read('CHANGELOG.md');
  if (!/^- /m.test(sectionOf(changelog, 'Unreleased'))) {
    throw new CannotRelease('CHANGELOG.md has nothing under [Unreleased]. Describe the changes for users.');
  }
  return changelog.replace('## [Unreleased]\n', `## [Unreleased]\n\n## [${version}] - ${date}\n`);
}

/** The section of a version in the changelog, without its heading. */
function sectionOf(changelog, version) {
  const section = changelog.split(/^## /m).find((text) => text.startsWith(`[${version}]`));
  if (section === undefined) throw new CannotRelease(`CHANGELOG.md has no section [${version}].`);
  return section.replace(/^.*\n/, '').trim();
}

/** The page with a new first row in its changelog. `npm run format` aligns the table. */
function listed(version, date, subject) {
  const page = read('docs/float.md');
  const head = /^\| Version +\|.*\n\| -+ .*\n/m.exec(page)?.[0];
  if (head === undefined) throw new CannotRelease('docs/float.md has no table of versions.');
  return page.replace(head, () => `${head}| ${version} | ${date} | ${subject} |\n`);
}

function read(path) {
  return readFileSync(join(ROOT, path), 'utf8');
}
