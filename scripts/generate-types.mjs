/**
 * Generates src/float/types/ from schemas/: <stream>.ts with the interface of each stream, and index.ts with a map of all.
 * With --check it writes nothing and exits with 1 if a file differs.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { compile } from 'json-schema-to-typescript';
import { readCommandLine } from './command-line.mjs';

const SCHEMAS = new URL('../schemas/', import.meta.url);
const TYPES = new URL('../src/float/types/', import.meta.url);
const BY = 'by npm run generate; not edited by hand.';

const { values: options } = readCommandLine({
  usage: 'usage: npm run generate, or npm run check:generated',
  help: 'Generates src/float/types/ from schemas/. --check only lists files that differ.',
  options: { check: { type: 'boolean', default: false } },
});
await mkdir(TYPES, { recursive: true });
const generated = await generateAll();
const onDisk = await readAll(TYPES);
const differing = [...new Set([...generated.keys(), ...onDisk.keys()])]
  .filter((name) => generated.get(name) !== onDisk.get(name))
  .sort();
const list = differing.map((name) => `src/float/types/${name}`).join(', ');

if (!options.check) {
  for (const name of differing) {
    const text = generated.get(name);
    await (text === undefined ? rm(new URL(name, TYPES)) : writeFile(new URL(name, TYPES), text));
  }
  process.stdout.write(differing.length > 0 ? `Written: ${list}.\n` : 'src/float/types/ is up to date.\n');
} else if (differing.length > 0) {
  process.stderr.write(`These files do not match schemas/: ${list}. Update them with: npm run generate\n`);
  process.exitCode = 1;
}

/** @returns {Promise<Map<string, string>>} file name → text */
async function generateAll() {
  const schemas = await readAll(SCHEMAS);
  const files = new Map();
  for (const [file, text] of schemas) {
    const stream = file.replace('.json', '');
    const name = interfaceName(stream);
    // json-schema-to-typescript names the interface after the title.
    const code = await compile({ ...close(JSON.parse(text)), title: name }, name, {
      additionalProperties: false,
      bannerComment: `/* Generated from schemas/${file} ${BY} */`,
      style: { bracketSpacing: true, printWidth: 120, singleQuote: true, trailingComma: 'all' },
    });
    files.set(`${stream}.ts`, code);
  }
  return files.set('index.ts', generateIndex([...schemas.keys()].map((file) => file.replace('.json', ''))));
}

function generateIndex(streams) {
  return [
    `/* Generated from schemas/ ${BY} */`,
    '',
    ...streams.map((stream) => `import type { ${interfaceName(stream)} } from './${stream}.ts';`),
    '',
    "/** Each stream's name with the type of its records. */",
    'export interface Records {',
    ...streams.map((stream) => `  ${stream}: ${interfaceName(stream)};`),
    '}',
    '',
  ].join('\n');
}

/** timeoff_types → TimeoffTypes */
function interfaceName(stream) {
  return stream.replace(/(?:^|[_-])(\w)/g, (_, letter) => letter.toUpperCase());
}

/**
 * Closes the types, so that `keyof` is the union of the declared fields. The schemas are open, because Float may add fields at any
 * time. An object without declared fields stays open.
 */
function close(schema) {
  const { additionalProperties, properties, items, ...rest } = schema;
  if (items !== undefined) rest.items = close(items);
  if (properties === undefined) return additionalProperties === undefined ? rest : { ...rest, additionalProperties };
  rest.properties = Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, close(property)]));
  return rest;
}

/** @returns {Promise<Map<string, string>>} file name → text, sorted by name */
async function readAll(folder) {
  const names = (await readdir(folder)).sort();
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(new URL(name, folder), 'utf8')])));
}
