import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const ROOT = new URL('../../', import.meta.url);
const textOf = (file: string): string => readFileSync(new URL(file, ROOT), 'utf8');
const REFERENCE = textOf('docs/cdk.md');

/** Names that an index exports, types included. */
function exportsOf(index: string): string[] {
  const text = textOf(index);
  const named = [...text.matchAll(/^export (?:type )?\{([^}]*)\} from/gms)].flatMap(([, names = '']) =>
    names.split(','),
  );
  const wholeFiles = [...text.matchAll(/^export type \* from '\.\/(.*)';$/gm)].flatMap(([, path]) =>
    [...textOf(index.replace(/[^/]+$/, path ?? '')).matchAll(/^export (?:interface|type) (\w+)/gm)].map(
      ([, name = '']) => name,
    ),
  );
  // The last word of `type Name` and of `name as otherName`.
  return [...named, ...wholeFiles].map((name) => name.trim().split(' ').at(-1) ?? '').filter((name) => name !== '');
}

/** The names in the headings of the reference, and the names in the first cells of the table of messages. */
const headings = [...REFERENCE.matchAll(/^### (`.*)$/gm)].flatMap(([, heading = '']) =>
  [...heading.matchAll(/`(\w+)/g)].map(([, name = '']) => name),
);
const messages = REFERENCE.split('\n## Messages of the protocol\n')[1]?.split('\n## ')[0] ?? '';
const cells = [...messages.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell = '']) =>
  [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
);

test('docs/cdk.md documents every export of both entries once, and nothing else', () => {
  const exported = ['src/cdk/index.ts', 'src/cdk/testing/index.ts'].flatMap(exportsOf);
  expect(exported.length).toBeGreaterThan(90);
  expect([...headings, ...cells].sort()).toEqual(exported.sort());
});
