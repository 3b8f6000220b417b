import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DOCUMENTS = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
const FILES = [
  ...[
    'package.json',
    'package-lock.json',
    'Dockerfile',
    'metadata.yaml',
    'README.md',
    'CHANGELOG.md',
    'examples/cron/Dockerfile',
    'examples/cron/README.md',
  ],
  ...DOCUMENTS.map((name) => `docs/${name}`),
];
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const NEXT = '99.8.7';

let copy = '';
beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), 'release-test-'));
  for (const path of [...FILES, 'scripts/release.mjs', 'scripts/command-line.mjs']) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(join(ROOT, path), join(copy, path));
  }
  const changelog = read('CHANGELOG.md').replace(
    /## \[Unreleased\][\s\S]*?(?=\n## )/,
    '## [Unreleased]\n\n### Added\n\n- A gain.\n',
  );
  writeFileSync(join(copy, 'CHANGELOG.md'), changelog);
});
afterEach(() => rmSync(copy, { recursive: true }));

const read = (path: string): string => readFileSync(join(copy, path), 'utf8');
const release = (...args: string[]) =>
  spawnSync(process.execPath, [join(copy, 'scripts/release.mjs'), ...args], { encoding: 'utf8' });

test('a release writes its version everywhere, and the changelog keeps the older ones', () => {
  expect(release(NEXT, 'A subject')).toMatchObject({ status: 0, stderr: '' });
  const [today] = new Date().toISOString().split('T');
  for (const path of FILES.filter((name) => !['CHANGELOG.md', 'docs/float.md'].includes(name))) {
    // A version of this project, as in `source-float:0.1.0` or `VERSION=0.1.0`. Sentences may name older ones.
    const left = read(path).match(new RegExp(`(source-float:|VERSION=|Tag: )${version.replaceAll('.', '\\.')}`, 'g'));
    expect([path, left]).toEqual([path, null]);
  }
  expect(JSON.parse(read('package.json')).version).toBe(NEXT);
  const lock = JSON.parse(read('package-lock.json'));
  expect([lock.version, lock.packages[''].version]).toEqual([NEXT, NEXT]);
  expect(read('CHANGELOG.md')).toContain(`## [Unreleased]\n\n## [${NEXT}] - ${today}\n\n### Added\n\n- A gain.\n`);
  expect(read('CHANGELOG.md')).toContain(`## [${version}]`);
  expect(read('docs/float.md')).toMatch(new RegExp(`\\| ${NEXT} +\\| ${today} \\| A subject`));
  expect(release('--notes', NEXT).stdout).toBe('### Added\n\n- A gain.\n');
});

test.each([
  ['not a version', ['1.2', 'A subject'], 'is not a version'],
  ['not newer', [version, 'A subject'], 'is not newer than'],
  ['older', ['0.0.9', 'A subject'], 'is not newer than'],
  ['without a subject', [NEXT], 'usage:'],
  ['too many words', [NEXT, 'A', 'subject'], 'usage:'],
  ['notes of a version that is not there', ['--notes', NEXT], 'has no section'],
])('it refuses arguments that are %s, and changes nothing', (_, args, reason) => {
  const before = FILES.map(read);
  const { status, stderr } = release(...args);
  expect(status).not.toBe(0);
  expect(stderr).toContain(reason);
  expect(FILES.map(read)).toEqual(before);
});

test('it refuses a changelog without news, and changes nothing', () => {
  writeFileSync(
    join(copy, 'CHANGELOG.md'),
    `# Changelog\n\n## [Unreleased]\n\n## [${version}] - 2026-01-01\n\n- Old.\n`,
  );
  const before = FILES.map(read);
  expect(release(NEXT, 'A subject')).toMatchObject({ status: 1, stderr: expect.stringContaining('[Unreleased]') });
  expect(FILES.map(read)).toEqual(before);
});
