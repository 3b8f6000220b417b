import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from '@swc/core';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A file's path from the root → the files of the project that it imports, in any way, types included. */
export type Imports = ReadonlyMap<string, readonly string[]>;

/** The imports of all program files in these folders of the project. A folder that does not exist has none. */
export function importsIn(folders: readonly string[]): Imports {
  const files = folders.flatMap(programFilesIn);
  return new Map(files.map((file) => [file, resolved(file, specifiersIn(textOf(file)))]));
}

/** Paths from the root. */
export function programFilesIn(folder: string): string[] {
  const path = join(ROOT, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[cm]?[jt]s$/.test(name))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .sort();
}

export function textOf(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** Packages are left out. A compiled file counts as the source that it is made from. */
function resolved(file: string, specifiers: readonly string[]): string[] {
  const paths = specifiers
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => posix.join(posix.dirname(file), specifier))
    .map((path) => path.replace(/^dist\/(.*)\.js$/, '$1.ts'));
  return [...new Set(paths)];
}

/**
 * What a program imports: `import`, `import type`, `import x = require()`, `export … from`, `import()`, `require()` and the
 * type `import('…')`. The parser is that of the test runner. Throws for an `import()` whose target is computed.
 */
export function specifiersIn(program: string): string[] {
  const specifiers: string[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) {
      node.forEach(visit);
    } else if (isNode(node)) {
      if (isImport(node)) specifiers.push(specifierOf(node));
      Object.values(node).forEach(visit);
    }
  };
  visit(parseSync(program, { syntax: 'typescript', target: 'es2023' }).body);
  return specifiers;
}

type Node = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** The parser's name of each statement or expression that imports → the member that holds what it imports. */
const TARGETS: Readonly<Record<string, string>> = {
  ImportDeclaration: 'source',
  ExportNamedDeclaration: 'source',
  ExportAllDeclaration: 'source',
  TsExternalModuleReference: 'expression',
  TsImportType: 'argument',
  CallExpression: 'arguments',
};

function isImport(node: Node): boolean {
  if (node.type !== 'CallExpression') return isNode(node[TARGETS[String(node.type)] ?? '']);
  const { callee } = node;
  return isNode(callee) && (callee.type === 'Import' || (callee.type === 'Identifier' && callee.value === 'require'));
}

function specifierOf(node: Node): string {
  const target = node[TARGETS[String(node.type)] ?? ''];
  const literal = Array.isArray(target) ? target[0]?.expression : target;
  if (isNode(literal) && literal.type === 'StringLiteral' && typeof literal.value === 'string') return literal.value;
  throw new Error('An import() has a computed target, so that nobody can say what it loads.');
}

/** A circle of imports, each file followed by one that it imports and the last by the first; undefined if there is none. */
export function circleIn(imports: Imports): string[] | undefined {
  const finished = new Set<string>();
  const search = (file: string, way: readonly string[]): string[] | undefined => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (finished.has(file)) return undefined;
    for (const imported of imports.get(file) ?? []) {
      const circle = search(imported, [...way, file]);
      if (circle !== undefined) return circle;
    }
    finished.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const circle = search(file, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}
