/**
 * Adds a new stream: its row in the table, its schema with the key, and its list in the mock API. Writes nothing if the arguments
 * are invalid or the stream exists.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { readCommandLine } from './command-line.mjs';

const root = new URL('../', import.meta.url);
const TABLE = 'src/float/streams.ts';
const MOCK = 'mock-api/simple-lists.ts';
/** New entries go before these lines. */
const CLOSES = { [TABLE]: '} satisfies Table;', [MOCK]: '} as const satisfies Record<string, SimpleList>;' };

const USAGE = 'usage: npm run new-stream -- NAME /path key';
const { positionals } = readCommandLine({
  usage: USAGE,
  help: `Adds a new stream: writes its schema, its entry in ${TABLE} and its list in the mock API, and prints the remaining steps.

  NAME    of the stream, such as project_stages
  /path   of Float's list, such as /project-stages
  key     Float's own name of the key, such as project_stage_id, or id`,
  names: 'any',
});

const problem = problemOf(positionals);
if (problem === undefined) {
  begin(...positionals);
} else {
  process.stderr.write(`${problem}\n${USAGE}\n`);
  process.exitCode = 2;
}

function problemOf([name = '', path = '', key = '', ...more]) {
  if (key === '' || more.length > 0) return 'Three arguments are required: a name, a path and a key.';
  if (!/^[a-z][a-z0-9_]*$/.test(name)) return 'NAME must consist of a-z, 0-9 and _, and begin with a letter.';
  if (!/^\/[a-z][a-z0-9-]*$/.test(path)) return '/path must be / and then a-z, 0-9 and -, as Float writes its lists.';
  if (!/^[a-z][a-z0-9_]*$/.test(key)) return 'key must consist of a-z, 0-9 and _, and begin with a letter.';
  if (existsSync(new URL(`schemas/${name}.json`, root)))
    return `The stream ${name} already exists: schemas/${name}.json.`;
  if (read(TABLE).includes(`'${path}'`)) return `Another stream already reads ${path}.`;
  return undefined;
}

function begin(name, path, key) {
  const list = path.slice(1);
  write(`schemas/${name}.json`, `${JSON.stringify(schemaOf(name, key), null, 2)}\n`);
  add(TABLE, `  ${name}: { path: '${path}', nativeKey: '${key}', ...NEWER },`);
  add(MOCK, `  '${list}': { key: '${key}', firstKey: 1_001, count: () => 3, row: () => ({}) },`);
  process.stdout.write(`Written: schemas/${name}.json, an entry in ${TABLE}, and a list in ${MOCK}.
What remains to do:
  1. In schemas/${name}.json, describe what a row is, and declare its fields. Every field except the key may be null.
  2. Add these fields to the mock's rows in ${MOCK}, as Float documents them.
  3. Check the entry in ${TABLE}: add a cursor if the list supports modified_since; remove NEWER if every account has it.
  4. npm run format && npm run generate
  5. UPDATE_GOLDEN=1 npm run jest -- integration_tests/golden
  6. Run npm test, and add a line to CHANGELOG.md.
`);
}

function schemaOf(name, key) {
  const thing = name.replaceAll('_', ' ').replace(/s$/, '');
  const copy = key === 'id' ? `Float's own id of the ${thing}.` : `a copy of ${key}.`;
  const description = `Float's own id of the ${thing}: the same value as id, or null if the server sends only id.`;
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: `${thing[0].toUpperCase()}${thing.slice(1)}`,
    description: `One row is one ${thing}.`,
    type: 'object',
    additionalProperties: true,
    required: ['id'],
    properties: {
      id: { type: 'integer', description: `Key of the row: ${copy}` },
      ...(key === 'id' ? {} : { [key]: { type: ['null', 'integer'], description } }),
      additional_fields: JSON.parse(read('schemas/departments.json')).properties.additional_fields,
    },
  };
}

function add(file, line) {
  const text = read(file);
  const close = text.lastIndexOf(CLOSES[file]);
  if (close < 0) throw new Error(`${file} has no line ${CLOSES[file]}. Update scripts/new-stream.mjs.`);
  write(file, `${text.slice(0, close)}${line}\n${text.slice(close)}`);
}

function read(file) {
  return readFileSync(new URL(file, root), 'utf8');
}

function write(file, text) {
  writeFileSync(new URL(file, root), text);
}
