/**
 * Generates all files that repeat the table of streams or schemas/: the data dictionary, the tables of streams, and the catalogs,
 * states and lists for tests. With --check it writes nothing and exits with 1 if a file differs.
 * It imports the table, so it must be compiled: run dist/scripts/generate-files.js.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { readCommandLine } from '#command-line';
import { define } from '../src/float/connect.ts';
import { readProjectFile } from '../src/float/project-files.ts';
import { STREAMS } from '../src/float/streams.ts';
import { configuredCatalog, discovered, requestedLists, statesAt } from './airbyte-files.ts';
import { dictionary, type Schema } from './dictionary.ts';
import { floatTable, readmeTable, withTable } from './stream-tables.ts';

const { values: options } = readCommandLine({
  usage: 'usage: npm run generate, or npm run check:generated',
  help: 'Generates the files that list streams or their fields. --check only lists files that differ.',
  options: { check: { type: 'boolean', default: false } },
});

const definitions = await Promise.all(STREAMS.map(define));
const described = await Promise.all(
  STREAMS.map(async (row) => ({ ...row, schema: await readProjectFile<Schema>(`schemas/${row.name}.json`) })),
);

/** File → new text. Files that are partly edited by hand are read from disk first. */
const FILES: Readonly<Record<string, (onDisk: string) => string>> = {
  'docs/data.md': () => dictionary(described),
  'README.md': (text) => withTable(text, readmeTable(described)),
  'docs/float.md': (text) => withTable(text, floatTable(described)),
  'integration_tests/golden/discover.golden': () => discovered(definitions),
  'integration_tests/configured_catalog.json': () => configuredCatalog(definitions),
  'integration_tests/sample_state.json': () => statesAt('2026-01-05T08:30:00.000Z', definitions),
  'integration_tests/abnormal_state.json': () => statesAt('2999-12-31T23:59:59.000Z', definitions),
  'e2e/streams.json': () => requestedLists(STREAMS, new Date()),
};

const differing: string[] = [];
for (const [path, write] of Object.entries(FILES)) {
  const file = new URL(`../../${path}`, import.meta.url);
  const onDisk = await readFile(file, 'utf8').catch(() => '');
  const text = write(onDisk);
  if (text === onDisk) continue;
  differing.push(path);
  if (!options.check) await writeFile(file, text);
}
if (!options.check) {
  process.stdout.write(
    differing.length > 0 ? `Written: ${differing.join(', ')}.\n` : 'The other generated files are up to date.\n',
  );
} else if (differing.length > 0) {
  process.stderr.write(
    `These files do not match schemas/ and src/float/streams.ts: ${differing.join(', ')}. Update them with: npm run generate\n`,
  );
  process.exitCode = 1;
}
