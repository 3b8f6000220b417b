import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';

interface Stream {
  name: string;
}

const text = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const json = (path: string) => JSON.parse(text(path));

const metadata = parse(text('metadata.yaml')).data;
const spec = json('spec.json');
// The golden test compares it with the output of discover.
const discovered: Stream[] = json('integration_tests/golden/discover.golden').catalog.streams;

/** The table rows of a section that begin with a name in backticks: the name, then the other cells without backticks. */
const rowsOf = (path: string, heading: string): string[][] => {
  const section = text(path).split(`\n## ${heading}\n`)[1]?.split(/\n#+ /)[0] ?? '';
  return section.split('\n').flatMap((line) => {
    const name = /^\| `(\w+)`/.exec(line)?.[1];
    const cells = line.split('|').slice(2, -1);
    return name === undefined ? [] : [[name, ...cells.map((cell) => cell.trim().replaceAll('`', ''))]];
  });
};

/** Licences that permit redistribution of the image, because the packages' licence texts stay in it. */
const LICENCES = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'];

test('every run-time package has a licence that permits redistribution', () => {
  const packages = Object.entries<{ dev?: boolean; license?: string }>(json('package-lock.json').packages);
  const running = packages.filter(([path, { dev }]) => path !== '' && dev !== true);
  expect(running.length).toBeGreaterThan(3);
  // A person must decide about an expression such as `MIT OR GPL-3.0`.
  expect(running.filter(([, { license = 'none' }]) => !LICENCES.includes(license))).toEqual([]);
});

test('metadata.yaml suggests existing streams, and documents the same fields as spec.json', () => {
  const names = discovered.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(metadata.suggestedStreams.streams));
  expect(metadata.documentationUrl).toBe(spec.documentationUrl);
});

test('README.md says for every config field whether it is required, and its default', () => {
  const { properties, required } = spec.connectionSpecification;
  const documented = rowsOf('README.md', 'Config').map((cells) => cells.slice(0, 3));
  const words = expect.stringMatching(/^[a-z ]*$/);
  const expected = Object.entries<{ default?: unknown }>(properties).map(([name, field]) => [
    name,
    required.includes(name) ? 'yes' : '',
    field.default === undefined ? words : String(field.default),
  ]);
  expect(documented).toEqual(expected);
});

test('docs/troubleshooting.md quotes log lines that the connector writes', () => {
  const table = text('docs/troubleshooting.md').split('## Lines of the log')[1]?.split('##')[0] ?? '';
  const quoted = [...table.matchAll(/^\| (`.*?) +\|/gm)].flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)]);
  const sources = readdirSync(new URL('../src', import.meta.url), { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.ts'),
  );
  const code = sources
    .map((path) => text(`src/${path}`))
    .join('')
    .replaceAll(/\$\{counted\([^)]*'(\w+)'\)\}/g, '$1s');
  expect(quoted.length).toBeGreaterThan(5);
  expect(quoted.map(([, line = '']) => line).filter((line) => !code.includes(line))).toEqual([]);
});

test('docs/float.md quotes error messages of the connector', () => {
  const table = text('docs/float.md').split('### Troubleshooting')[1]?.split('</details>')[0] ?? '';
  const [, , ...quoted] = [...table.matchAll(/^\| (.*?) +\|/gm)].map(([, cell = '']) => cell);
  const files = ['float/failures', 'float/reports', 'float/streams', 'cdk/http/error-policy'];
  const code = files.map((name) => text(`src/${name}.ts`)).join('');
  // The document has … for values.
  const sentences = code.replaceAll(/\$\{\w+\}/g, '…');
  expect(quoted.length).toBeGreaterThan(5);
  for (const line of quoted) expect(sentences).toContain(line);
});

/** The files and packages that Node loads with these compiled files, before any of them runs. */
const loadedWith = (...paths: string[]): string[] => {
  const loaded = new Set(paths);
  for (const path of loaded) {
    if (!path.startsWith('dist/')) continue;
    const imports = text(path).matchAll(/^(?:import|export) (?:[^;'"]*? from )?'([^']+)';$/gm);
    for (const [, name = ''] of imports) loaded.add(name.startsWith('.') ? join(dirname(path), name) : name);
  }
  return [...loaded];
};

const CHECK = ['main', 'cdk/protocol/verbs', 'float/config', 'float/check', 'cdk/http/client', 'cdk/http/transport'];

test.each([
  ['spec', ['main'], 'float/source', ['cdk/index', 'cdk/protocol/verbs', 'float/config', 'float/streams']],
  [
    'check',
    CHECK,
    'cdk/http/limiter',
    ['float/streams', 'float/discover', 'cdk/lists/page-walk', 'cdk/changes/changes'],
  ],
  ['spec of another source', ['cdk/index'], 'cdk/protocol/cli', ['cdk/protocol/verbs', 'cdk/streams/list-reader']],
])('%s loads only what it needs', (_, starts, loads, spares) => {
  const compiled = (name: string) => `dist/src/${name}.js`;
  const loaded = loadedWith(...starts.map(compiled));
  expect(loaded).toContain(compiled(loads));
  // import() loads these when they are needed.
  const http = ['cdk/http/client', 'cdk/http/transport', 'cdk/http/tunnel-agent'].filter(
    (name) => !starts.includes(name),
  );
  const packages = [...Object.keys(json('package.json').dependencies), 'node:http', 'node:https'];
  const notYet = [...packages, ...[...spares, ...http].map(compiled)];
  expect(loaded.filter((name) => notYet.includes(name))).toEqual([]);
});
