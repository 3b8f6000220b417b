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
// What discover prints, as its golden test proves.
const discovered: Stream[] = json('integration_tests/golden/discover.golden').catalog.streams;

/** The tables of a section: of each row that names a field or a stream the name, then its cells without backticks. */
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
  const told = rowsOf('README.md', 'Config').map((cells) => cells.slice(0, 3));
  const words = expect.stringMatching(/^[a-z ]*$/);
  const expected = Object.entries<{ default?: unknown }>(properties).map(([name, field]) => [
    name,
    required.includes(name) ? 'yes' : '',
    field.default === undefined ? words : String(field.default),
  ]);
  expect(told).toEqual(expected);
});

test('docs/deploy.md maps every stream of the official connector to ours', () => {
  const rows = [...text('docs/deploy.md').matchAll(/^\| `([\w-]+)` +\| `\w+` +\| `(\w+)`/gm)];
  expect(rows).toHaveLength(18);
  for (const [, official = '', here] of rows) {
    const name = official.replaceAll('-', '_');
    expect([here, discovered.some((stream) => stream.name === name)]).toEqual([name, true]);
  }
});

test('docs/troubleshooting.md quotes log lines that the connector writes', () => {
  const table = text('docs/troubleshooting.md').split('## Lines of the log')[1]?.split('##')[0] ?? '';
  const told = [...table.matchAll(/^\| (`.*?) +\|/gm)].flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)]);
  const sources = readdirSync(new URL('../src', import.meta.url), { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.ts'),
  );
  const code = sources.map((path) => text(`src/${path}`)).join('');
  expect(told.length).toBeGreaterThan(5);
  for (const [, line = ''] of told) expect(code).toContain(line);
});

test('docs/float.md quotes error messages of the connector', () => {
  const table = text('docs/float.md').split('### Troubleshooting')[1]?.split('</details>')[0] ?? '';
  const [, , ...told] = [...table.matchAll(/^\| (.*?) +\|/gm)].map(([, cell = '']) => cell);
  const files = ['float/failures', 'float/reports', 'float/streams', 'cdk/http/error-policy'];
  const code = files.map((name) => text(`src/${name}.ts`)).join('');
  // What differs from failure to failure is … there.
  const sentences = code.replaceAll(/\$\{\w+\}/g, '…');
  expect(told.length).toBeGreaterThan(5);
  for (const line of told) expect(sentences).toContain(line);
});

/** The files and packages that are loaded with these compiled ones, before any of them runs. */
const loadedWith = (...paths: string[]): Set<string> => {
  const loaded = new Set(paths);
  for (const path of loaded) {
    if (!path.startsWith('dist/')) continue;
    const imports = text(path).matchAll(/^(?:import|export) (?:[^;'"]*? from )?'([^']+)';$/gm);
    for (const [, name = ''] of imports) {
      loaded.add(name.startsWith('.') ? join(dirname(path), name).replaceAll('\\', '/') : name);
    }
  }
  return loaded;
};

test.each([
  {
    verb: 'spec',
    starts: ['main'],
    loads: ['cdk/protocol/cli', 'cdk/protocol/output', 'float/source'],
    spares: [
      'cdk/index',
      'cdk/protocol/verbs',
      'cdk/protocol/read',
      'float/config',
      'cdk/http/client',
      'cdk/http/transport',
      'float/streams',
    ],
  },
  {
    verb: 'check',
    starts: [
      ...['main', 'cdk/protocol/verbs', 'float/config', 'float/open-client', 'float/check'],
      ...['cdk/http/client', 'cdk/http/transport'],
    ],
    loads: ['cdk/http/open-client', 'cdk/http/limiter'],
    spares: ['float/streams', 'float/stream-reader', 'float/discover', 'cdk/lists/page-walk', 'cdk/changes/changes'],
  },
  {
    verb: 'spec of another source on the kit',
    starts: ['cdk/index'],
    loads: ['cdk/protocol/cli', 'cdk/http/open-client'],
    spares: ['cdk/protocol/verbs', 'cdk/http/client', 'cdk/http/transport', 'cdk/streams/list-reader'],
  },
])('$verb loads only what it needs', ({ starts, loads, spares }) => {
  const compiled = (names: string[]) => names.map((name) => `dist/src/${name}.js`);
  const loaded = [...loadedWith(...compiled(starts))];
  expect(loaded).toEqual(expect.arrayContaining(compiled(loads)));
  // They come by import() where they are needed.
  const packages = Object.keys(json('package.json').dependencies);
  const notYet = [...packages, 'node:http', 'node:https', ...compiled(['cdk/http/tunnel-agent', ...spares])];
  expect(loaded.filter((name) => notYet.includes(name))).toEqual([]);
});
