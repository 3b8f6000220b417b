import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { expect, test } from '@jest/globals';
import { specifiersIn } from './support/imports.ts';

const ROOT = new URL('..', import.meta.url);
const textOf = (file: string): string => readFileSync(new URL(file, ROOT), 'utf8');

/** The files that have import rules, as paths from the root. `npm run lint` finds circular imports. */
const FILES = ['src', 'examples', 'mock-api'].flatMap((folder) =>
  readdirSync(new URL(folder, ROOT), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name}`),
);

/**
 * Part of the project → the other parts that it may import. The kit's files import each other directly, never through
 * `src/cdk/index.ts`, which is for sources that use the kit.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'src/main.ts': ['src/float/', 'src/cdk/protocol/cli.ts'],
  'src/float/': ['src/cdk/'],
  'src/cdk/index.ts': ['src/cdk/'],
  'src/cdk/protocol/': ['src/cdk/records/'],
  'src/cdk/records/': ['src/cdk/protocol/'],
  'src/cdk/config/': ['src/cdk/protocol/', 'src/cdk/records/'],
  'src/cdk/http/': ['src/cdk/protocol/', 'src/cdk/records/'],
  'src/cdk/lists/': ['src/cdk/protocol/', 'src/cdk/records/', 'src/cdk/http/'],
  'src/cdk/changes/': ['src/cdk/protocol/', 'src/cdk/records/', 'src/cdk/http/', 'src/cdk/lists/'],
  'src/cdk/streams/': ['src/cdk/protocol/', 'src/cdk/records/', 'src/cdk/http/', 'src/cdk/lists/', 'src/cdk/changes/'],
  'src/cdk/testing/': ['src/cdk/protocol/', 'src/cdk/records/', 'src/cdk/http/', 'src/cdk/lists/', 'src/cdk/changes/'],
  // They import what they need from the package `source-float/cdk`, as other packages do.
  'examples/': [],
  'mock-api/': [],
};

test('each part imports only the parts that it may', () => {
  const parts = Object.entries(MAY_IMPORT);
  const wrong = FILES.flatMap((file) => {
    const [part, others] = parts.find(([start]) => file.startsWith(start)) ?? ['', []];
    const mayImport = (path: string): boolean =>
      [part, ...others].some((start) => path.startsWith(start)) &&
      // Testing tools are for tests and examples only.
      (part === 'src/cdk/testing/' || !path.startsWith('src/cdk/testing/'));
    return specifiersIn(textOf(file))
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => posix.join(posix.dirname(file), specifier))
      .filter((path) => !mayImport(path))
      .map((path) => `${file} → ${path}`);
  });
  expect(wrong).toEqual([]);
  expect(FILES.filter((file) => !parts.some(([start]) => file.startsWith(start)))).toEqual([]);
});

test('the kit does not mention the API that it is used for', () => {
  const kit = FILES.filter((file) => file.startsWith('src/cdk/'));
  expect(kit.filter((file) => /float/i.test(textOf(file).replaceAll('parseFloat', '')))).toEqual([]);
});
