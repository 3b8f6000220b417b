/**
 * Writes docs/data.md, the data dictionary, from schemas/ and the table of streams.
 * With --check it writes nothing and exits 1 where the file on disk is not what it would write.
 * It is compiled, since the table is, and runs as dist/scripts/generate-docs.js.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { readProjectFile } from '../src/float/project-files.ts';
import { STREAMS } from '../src/float/streams.ts';
import { dictionary, type Schema } from './dictionary.ts';

const FILE = new URL('../../docs/data.md', import.meta.url);

const { values: options } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const schemas = STREAMS.map(async ({ name }) => [name, await readProjectFile<Schema>(`schemas/${name}.json`)] as const);
const text = dictionary(STREAMS, new Map(await Promise.all(schemas)));

if (!options.check) {
  await writeFile(FILE, text);
} else if ((await readFile(FILE, 'utf8')) !== text) {
  process.stderr.write(
    'docs/data.md is not what schemas/ and src/float/streams.ts say. Mend it with: npm run generate\n',
  );
  process.exitCode = 1;
}
