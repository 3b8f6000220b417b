import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { circleIn, importsIn, programFilesIn, specifiersIn, textOf } from './support/imports.ts';
import { seedOf } from './support/random.ts';

const PROGRAMS = ['src', 'mock-api', 'demo', 'bench', 'probe', 'examples', 'scripts'];
const TESTS = ['unit_tests', 'integration_tests', 'e2e'];

const imports = importsIn([...PROGRAMS, ...TESTS]);

test('there are no circular imports, including type imports', () => {
  expect(circleIn(imports)).toBeUndefined();
});

test('every import is resolved to a file that exists', () => {
  const missing = [...imports].flatMap(([file, imported]) =>
    imported.filter((path) => !imports.has(path)).map((path) => `${file} → ${path}`),
  );
  expect(imports.size).toBeGreaterThan(200);
  expect(missing).toEqual([]);
});

/**
 * Part of the project → the other parts that it may import. The kit's files import each other directly, never through
 * `src/cdk/index.ts`, which is for those who use the kit.
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
  // What they need of the kit they import from `source-float/cdk`, as other packages do.
  'examples/': [],
  'mock-api/': [],
};

test.each(Object.entries(MAY_IMPORT))('%s imports only what it may', (part, others) => {
  const allowed = [part, ...others];
  const mayImport = (path: string): boolean =>
    // What helps in testing is for tests and examples alone.
    (part === 'src/cdk/testing/' || !path.startsWith('src/cdk/testing/')) &&
    allowed.some((start) => path.startsWith(start));
  const wrong = [...imports]
    .filter(([file]) => file.startsWith(part))
    .flatMap(([file, imported]) => imported.filter((path) => !mayImport(path)).map((path) => `${file} → ${path}`));
  expect(wrong).toEqual([]);
});

test('every file of src belongs to a part with import rules', () => {
  const outside = [...imports.keys()].filter(
    (file) => file.startsWith('src/') && !Object.keys(MAY_IMPORT).some((part) => file.startsWith(part)),
  );
  expect(outside).toEqual([]);
});

test('the kit does not mention the API that it is used for', () => {
  const naming = programFilesIn('src/cdk').filter((file) => /float/i.test(textOf(file).replaceAll('parseFloat', '')));
  expect(naming).toEqual([]);
});

test.each([
  ["import { a } from './x.ts';"],
  ["import type { A } from './x.ts';"],
  ["import { type A, b } from './x.ts';"],
  ["import './x.ts';"],
  ["import * as x from './x.ts';"],
  ["import data from './x.ts' with { type: 'json' };"],
  ["import x = require('./x.ts');"],
  ["const x = require('./x.ts');"],
  ["export * from './x.ts';"],
  ["export * as x from './x.ts';"],
  ["export type * from './x.ts';"],
  ["export { a } from './x.ts';"],
  ["export type { A } from './x.ts';"],
  ["const x = await import('./x.ts');"],
  ["const load = (): Promise<unknown> => Promise.all([import('./x.ts')]);"],
  ["type X = typeof import('./x.ts');"],
  ["let x: import('./x.ts').X[];"],
  ["import /* './y.ts' */ {\n  a, // from './y.ts';\n} from './x.ts';"],
  [`const text = \`\${(await import('./x.ts')).a} // import('./y.ts')\`;`],
  ["const quote = /['\"`]/; export { a } from './x.ts'; const url = 'import(\"./y.ts\")';"],
])('an import is found in %j, and nothing else', (program) => {
  expect(specifiersIn(program)).toEqual(['./x.ts']);
});

test('an import of a computed target is refused', () => {
  expect(() => specifiersIn("await import('./' + name);")).toThrow('computed target');
});

test('a circular import is found if there is one', () => {
  const graph = fc.array(fc.array(fc.nat(7), { maxLength: 3 }), { minLength: 8, maxLength: 8 });
  fc.assert(
    fc.property(graph, (edges) => {
      const imports = new Map(edges.map((targets, file) => [`${file}`, targets.map(String)]));
      const circle = circleIn(imports);
      expect(circle === undefined).toBe(canBeOrdered(imports));
      if (circle === undefined) return;
      expect(circle[0]).toBe(circle.at(-1));
      for (const [index, file] of circle.slice(1).entries()) expect(imports.get(circle[index] ?? '')).toContain(file);
    }),
    { seed: seedOf(13), numRuns: 500 },
  );
});

/** Can all files be taken away, one after another, each when it imports none of those that are left? */
function canBeOrdered(imports: ReadonlyMap<string, readonly string[]>): boolean {
  const left = new Map(imports);
  const isFree = ([, imported]: [string, readonly string[]]): boolean => !imported.some((file) => left.has(file));
  for (let free = [...left].find(isFree); free !== undefined; free = [...left].find(isFree)) left.delete(free[0]);
  return left.size === 0;
}
