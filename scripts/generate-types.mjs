/**
 * Generates src/float/types/ from schemas/: <stream>.ts with the interface of each stream, and index.ts with a map of all.
 * With --check it writes nothing and exits with 1 if a file differs.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { compile } from 'json-schema-to-typescript';
import { readCommandLine } from './command-line.mjs';

const SCHEMAS = new URL('../schemas/', import.meta.url);
const TYPES = new URL('../src/float/types/', import.meta.url);
const SCHEMAS_NAME = 'schemas';
const TYPES_NAME = 'src/float/types';
const COMMAND = 'npm run generate';

const { values: options } = readCommandLine({
  usage: 'usage: npm run generate, or npm run check:generated',
  help: `Generates ${TYPES_NAME}/ from ${SCHEMAS_NAME}/. --check only lists files that differ.`,
  options: { check: { type: 'boolean', default: false } },
});
const generated = await generateAll();
const onDisk = await readAll(TYPES);
const differing = [...new Set([...generated.keys(), ...onDisk.keys()])]
  .filter((name) => generated.get(name) !== onDisk.get(name))
  .sort();

if (!options.check) {
  await writeAll();
  const paths = differing.map((name) => `${TYPES_NAME}/${name}`);
  process.stdout.write(paths.length > 0 ? `Written: ${paths.join(', ')}.\n` : `${TYPES_NAME}/ is up to date.\n`);
} else if (differing.length > 0) {
  const lines = differing.map((name) => `  ${TYPES_NAME}/${name}: ${difference(name)}\n`);
  process.stderr.write(`These files do not match ${SCHEMAS_NAME}/:\n${lines.join('')}Update them with: ${COMMAND}\n`);
  process.exitCode = 1;
}

/** @returns {Promise<Map<string, string>>} file name → text, of what should be there */
async function generateAll() {
  const schemas = await readAll(SCHEMAS);
  const names = [...schemas.keys()].filter((file) => file.endsWith('.json')).sort();
  const streams = names.map((name) => name.slice(0, -'.json'.length));
  const files = new Map([['index.ts', generateIndex(streams)]]);
  for (const [index, name] of names.entries()) {
    const stream = streams[index];
    files.set(`${stream}.ts`, await generate(stream, parse(name, schemas.get(name))));
  }
  return files;
}

function generateIndex(streams) {
  return [
    `/* Generated from ${SCHEMAS_NAME}/ by ${COMMAND}; not edited by hand. */`,
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

function parse(name, text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${SCHEMAS_NAME}/${name} is not valid JSON`, { cause: error });
  }
}

async function generate(stream, schema) {
  const name = interfaceName(stream);
  // json-schema-to-typescript names the interface after the title.
  return compile({ ...close(schema), title: name }, name, {
    additionalProperties: false,
    bannerComment: `/* Generated from ${SCHEMAS_NAME}/${stream}.json by ${COMMAND}; not edited by hand. */`,
    style: { bracketSpacing: true, printWidth: 120, singleQuote: true, trailingComma: 'all' },
  });
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

/** @returns {Promise<Map<string, string>>} file name → text, of what is there */
async function readAll(folder) {
  const names = await readdir(folder).catch((error) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(new URL(name, folder), 'utf8')])));
}

async function writeAll() {
  await mkdir(TYPES, { recursive: true });
  for (const name of differing) {
    const text = generated.get(name);
    if (text === undefined) await rm(new URL(name, TYPES));
    else await writeFile(new URL(name, TYPES), text);
  }
}

function difference(name) {
  if (!generated.has(name)) return 'has no schema';
  return onDisk.has(name) ? 'differs' : 'is missing';
}
