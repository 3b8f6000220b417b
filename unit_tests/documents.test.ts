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

/** Created by commands, so not every clone has them. */
const GENERATED = ['node_modules', 'dist', 'coverage', 'secrets', 'demo-output'];

const folders = FOLDERS.filter((name) => !GENERATED.includes(name)).join('|');

/** Paths from the root, in code and in sentences, but not parts of longer paths such as `dist/src/`. */
const PATH = new RegExp(`(?<![\\w./-])(?:${folders})/[\\w./-]*[\\w/]`, 'g');

const LINK = /\]\((?!https?:)([^)#\s]+)/g;

test.each(documents)('%s names files that exist', (document) => {
  const text = readFileSync(join(ROOT, document), 'utf8');
  const paths = [...text.matchAll(PATH)].map(([path]) => path);
  const links = [...text.matchAll(LINK)].map(([, link = '']) => join(dirname(document), link));
  expect([...paths, ...links].filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

/** `six streams`, `the last seven lists`, `twenty-one lists`. */
const COUNT =
  /\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty(?:-\w+)?|thirty(?:-\w+)?|\d+)(?: (?:more|other|newer|last|core|of the))? (?:streams|lists)\b/gi;

test('no document says how many streams there are, because the next stream would make it wrong', () => {
  const counts = documents
    .filter((document) => document !== 'CHANGELOG.md')
    .flatMap((document) => readFileSync(join(ROOT, document), 'utf8').match(COUNT) ?? []);
  expect(counts).toEqual([]);
});

const linesOf = (...paths: string[]): number =>
  paths
    .map((path) => readFileSync(join(ROOT, path), 'utf8'))
    .join('')
    .split('\n').length - 1;

test('the README stays short enough to read at once: at most 200 lines', () => {
  expect(linesOf('README.md')).toBeLessThanOrEqual(200);
});

test('the example stays a small source: fewer than 200 lines of code, without its table of resources', () => {
  const files = readdirSync(join(ROOT, 'examples/rest-table')).filter((name) => /^(?!table).*\.ts$/.test(name));
  expect(files.length).toBeGreaterThan(1);
  expect(linesOf(...files.map((name) => `examples/rest-table/${name}`))).toBeLessThan(200);
});
