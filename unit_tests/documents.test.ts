import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const documents = ['', 'docs', 'examples/cron'].flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
);

const FOLDERS = readdirSync(ROOT).filter((name) => /^\w/.test(name) && statSync(join(ROOT, name)).isDirectory());

/** Made by commands, and so not in every clone. */
const GENERATED = ['node_modules', 'dist', 'coverage', 'secrets', 'demo-output'];

const folders = FOLDERS.filter((name) => !GENERATED.includes(name)).join('|');

/** Paths from the root, in code as in sentences. A part of a longer path, such as `dist/src/`, is none. */
const PATH = new RegExp(`(?<![\\w./-])(?:${folders})/[\\w./-]*[\\w/]`, 'g');

const LINK = /\]\((?!https?:)([^)#\s]+)/g;

test.each(documents)('%s names files that exist', (document) => {
  const text = readFileSync(join(ROOT, document), 'utf8');
  const paths = [...text.matchAll(PATH)].map(([path]) => path);
  const links = [...text.matchAll(LINK)].map(([, link = '']) => join(dirname(document), link));
  expect([...paths, ...links].filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test('the documents name files of the sources and of the tests, and link to each other', () => {
  const all = documents.map((document) => readFileSync(join(ROOT, document), 'utf8')).join('\n');
  const paths = new Set([...all.matchAll(PATH)].map(([path]) => path.split('/', 1)[0]));
  expect([...paths]).toEqual(expect.arrayContaining(['src', 'docs', 'unit_tests', 'mock-api', 'scripts']));
  expect([...all.matchAll(LINK)].length).toBeGreaterThan(10);
});

/** `six streams`, `the last seven lists`, `twenty-one lists`. A number from two on, since one stream is always one. */
const COUNT =
  /\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty(?:-\w+)?|thirty(?:-\w+)?|\d+)(?: (?:more|other|newer|last|core|of the))? (?:streams|lists)\b/gi;

/** The history says how many there were; a rule that is broken on purpose may have two. */
const MAY_COUNT = ['CHANGELOG.md'];

test('no document says how many streams there are: the number would be wrong after the next one', () => {
  const counts = documents
    .filter((document) => !MAY_COUNT.includes(document))
    .flatMap((document) => readFileSync(join(ROOT, document), 'utf8').match(COUNT) ?? []);
  expect(counts).toEqual([]);
});

test('no test has a number of streams in its name', () => {
  const tests = ['unit_tests', 'integration_tests'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => readFileSync(join(ROOT, folder, name), 'utf8')),
  );
  const names = tests.flatMap((text) => text.match(/^ *(?:test|describe)\b.*$|^ *'.*',$/gm) ?? []);
  expect(names.length).toBeGreaterThan(500);
  expect(names.flatMap((name) => name.match(COUNT) ?? [])).toEqual([]);
});
