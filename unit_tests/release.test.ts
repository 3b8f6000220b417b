import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const NEXT = '99.8.7';
const TODAY = new Date().toISOString().slice(0, 10);

const copy = mkdtempSync(join(tmpdir(), 'release-test-'));
afterAll(() => rmSync(copy, { recursive: true }));
const COPIED = ['scripts', 'docs', 'examples/cron', 'package.json', 'package-lock.json', 'Dockerfile', 'metadata.yaml'];
for (const path of [...COPIED, 'README.md', 'CHANGELOG.md'])
  cpSync(join(ROOT, path), join(copy, path), { recursive: true });

const read = (path: string): string => readFileSync(join(copy, path), 'utf8');
const release = (...args: string[]) =>
  spawnSync(process.execPath, [join(copy, 'scripts/release.mjs'), ...args], { encoding: 'utf8' });
const setNews = (news: string): void =>
  writeFileSync(
    join(copy, 'CHANGELOG.md'),
    read('CHANGELOG.md').replace(/## \[Unreleased\][\s\S]*?(?=\n## )/, `## [Unreleased]\n${news}`),
  );
const { version } = JSON.parse(read('package.json'));

test.each([
  ['is not a version', ['1.2', 'A subject'], '- A gain.'],
  ['is not newer than', ['0.0.9', 'A subject'], '- A gain.'],
  ['is not newer than', [version, 'A subject'], '- A gain.'],
  ['has nothing under [Unreleased]', [NEXT, 'A subject'], ''],
])('an error that %s changes nothing: %j', (reason, args, news) => {
  setNews(news);
  const before = ['package.json', 'CHANGELOG.md', 'README.md'].map(read);
  const { status, stderr } = release(...args);
  expect({ status, stderr }).toEqual({ status: expect.any(Number), stderr: expect.stringContaining(reason) });
  expect(status).not.toBe(0);
  expect(['package.json', 'CHANGELOG.md', 'README.md'].map(read)).toEqual(before);
});

test('a release writes its version everywhere, and the changelog keeps the older ones', () => {
  setNews('\n### Added\n\n- A gain.\n');
  const { status, stdout } = release(NEXT, 'A subject');
  expect(status).toBe(0);
  const lock = JSON.parse(read('package-lock.json'));
  const versions = [JSON.parse(read('package.json')).version, lock.version, lock.packages[''].version];
  expect(versions).toEqual([NEXT, NEXT, NEXT]);
  for (const path of stdout.trim().split('\n')) {
    // A version of the image, as in `source-float:0.1.0` or `VERSION=0.1.0`. Sentences may name older ones.
    const tags = [...read(path).matchAll(/(?:source-float:|VERSION=|ImageTag: |image tag +\| `)(\d+\.\d+\.\d+)/g)];
    expect([path, tags.filter(([, tag]) => tag !== NEXT)]).toEqual([path, []]);
  }
  expect(read('CHANGELOG.md')).toContain(`## [Unreleased]\n\n## [${NEXT}] - ${TODAY}\n\n### Added\n\n- A gain.\n`);
  expect(read('CHANGELOG.md')).toContain(`## [${version}]`);
  expect(read('docs/float.md')).toMatch(new RegExp(`\\| ${NEXT} +\\| ${TODAY} \\| A subject`));
  expect(release('--notes', NEXT).stdout).toBe('### Added\n\n- A gain.\n');
});
