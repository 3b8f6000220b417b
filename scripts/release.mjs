/**
 * Prepares a release: writes the version to package.json and all other files that contain it, renames the section [Unreleased] of
 * CHANGELOG.md to the version with today's date (UTC), and adds a line to docs/float.md. Then commit the changes, and tag the
 * commit `vVERSION`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCommandLine } from './command-line.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const VERSION = /^(\d+)\.(\d+)\.(\d+)$/;
const USAGE = 'usage: node scripts/release.mjs VERSION SUBJECT | node scripts/release.mjs --notes VERSION';

/** Shown without a stack trace. */
class CannotRelease extends Error {}

/** The files that contain the version. Each text occurs at least once in its file. */
const PLACES = {
  'package.json': (version) => [`"version": "${version}"`],
  'package-lock.json': (version) =>
    ['\n  ', '\n      '].map((indent) => `"name": "source-float",${indent}"version": "${version}"`),
  Dockerfile: (version) => [`ARG VERSION=${version}`],
  'metadata.yaml': (version) => [`dockerImageTag: ${version}`],
  'README.md': (version) => [`source-float:${version}`, `| \`${version}\``],
  'docs/command-line.md': (version) => [`source-float:${version}`],
  'docs/deploy.md': (version) => [`source-float:${version}`, `| \`${version}\``],
  'docs/runners.md': (version) => [`source-float:${version}`],
  'examples/cron/Dockerfile': (version) => [`FROM source-float:${version}`],
  'examples/cron/README.md': (version) => [`source-float:${version}`],
};

const { values, positionals } = readCommandLine({
  usage: USAGE,
  help: `Prepares a release: writes its version everywhere, dates CHANGELOG.md, and adds a line to docs/float.md.
  SUBJECT            that line, such as "Key comparison"
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
  const changed = Object.entries(PLACES).map(([path, texts]) => [path, renamed(path, texts(old), texts(version))]);
  changed.push(['CHANGELOG.md', dated(read('CHANGELOG.md'), version, date)]);
  changed.push(['docs/float.md', listed(read('docs/float.md'), version, date, subject)]);
  // All problems are thrown before this point, so either all files are written or none.
  for (const [path, text] of changed) writeFileSync(join(ROOT, path), text);
  process.stdout.write(`${changed.map(([path]) => path).join('\n')}\n`);
}

function requireNewer(version, old) {
  if (!VERSION.test(version)) throw new CannotRelease(`${version} is not a version such as 1.2.3.`);
  const [parts, oldParts] = [version, old].map((text) => VERSION.exec(text).slice(1).map(Number));
  const first = parts.findIndex((part, index) => part !== oldParts[index]);
  if (first === -1 || parts[first] < oldParts[first]) {
    throw new CannotRelease(`${version} is not newer than ${old}, the version in package.json.`);
  }
}

function renamed(path, old, texts) {
  return old.reduce((content, found, index) => {
    if (!content.includes(found)) throw new CannotRelease(`${path} does not contain ${found}.`);
    return content.replaceAll(found, texts[index]);
  }, read(path));
}

/** The changelog with [Unreleased] renamed to this version, below a new, empty [Unreleased]. */
function dated(changelog, version, date) {
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

/** The page with a new first row in its changelog. */
function listed(page, version, date, subject) {
  const table = /^\| Version +\|.*\n\| -+ .*\n(?:\|.*\n)*/m.exec(page)?.[0];
  if (table === undefined) throw new CannotRelease('docs/float.md has no table of versions.');
  const [head, , ...older] = table.trimEnd().split('\n').map(cellsOf);
  return page.replace(table, aligned([head, [version, date, subject], ...older]));
}

function cellsOf(line) {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

/** A Markdown table as the formatter writes it. */
function aligned([head, ...rows]) {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((cells) => cells[column].length)));
  const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |\n`;
  return [head, widths.map((width) => '-'.repeat(width)), ...rows].map(line).join('');
}

function read(path) {
  return readFileSync(join(ROOT, path), 'utf8');
}
