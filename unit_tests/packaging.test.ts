import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';

interface Stream {
  name: string;
  json_schema: object;
  is_resumable?: boolean;
  default_cursor_field?: string[];
  source_defined_primary_key: string[][];
}

const text = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const json = (path: string) => JSON.parse(text(path));

const { version } = json('package.json');
const metadata = parse(text('metadata.yaml')).data;
const spec = json('spec.json');
// What discover prints, as its golden test proves.
const discovered: Stream[] = json('integration_tests/golden/discover.golden').catalog.streams;
const incremental = discovered.filter((stream) => stream.default_cursor_field !== undefined).map(({ name }) => name);

/** The first version that a document with a list of versions names. */
const firstVersion = (path: string, before: string): string | undefined =>
  new RegExp(`^${before}(\\d+\\.\\d+\\.\\d+)\\b`, 'm').exec(text(path))?.[1];

test.each([
  ['package-lock.json', () => json('package-lock.json').version],
  ['Dockerfile', () => firstVersion('Dockerfile', 'ARG VERSION=')],
  ['metadata.yaml', () => metadata.dockerImageTag],
  ['CHANGELOG.md', () => firstVersion('CHANGELOG.md', '## \\[?')],
  ['docs/float.md', () => firstVersion('docs/float.md', '\\| ')],
])('%s tells the version of package.json', (_, told) => {
  expect(told()).toBe(version);
});

test('the package holds the compiled sources with their types, the schemas and the form, and nothing else', () => {
  const sources = readdirSync(new URL('../src', import.meta.url), { recursive: true, encoding: 'utf8' });
  const compiled = sources
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `dist/src/${path.replaceAll('\\', '/').slice(0, -'.ts'.length)}`);
  const expected = [
    ...['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json', 'spec.json'],
    ...readdirSync(new URL('../schemas', import.meta.url)).map((name) => `schemas/${name}`),
    ...compiled.flatMap((path) => [`${path}.js`, `${path}.d.ts`]),
  ];
  const options = { cwd: fileURLToPath(new URL('..', import.meta.url)), encoding: 'utf8' } as const;
  const [packed] = JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--json'], options));
  const files: string[] = packed.files.map(({ path }: { path: string }) => path);
  expect(files.sort()).toEqual(expected.sort());
});

test('the configured catalog reads every stream that discover offers, by its changes where it can be', () => {
  const expected = discovered.map(({ is_resumable, ...stream }) => {
    const { default_cursor_field: cursor, source_defined_primary_key: primary_key } = stream;
    const mode = cursor
      ? { sync_mode: 'incremental', destination_sync_mode: 'append_dedup', cursor_field: cursor }
      : { sync_mode: 'full_refresh', destination_sync_mode: 'overwrite' };
    return { stream: { ...stream, json_schema: {} }, ...mode, primary_key };
  });
  expect(json('integration_tests/configured_catalog.json')).toEqual({ streams: expected });
});

test.each(['sample_state', 'abnormal_state'])(
  'integration_tests/%s.json holds every stream that has a state',
  (file) => {
    const states: { stream: { stream_descriptor: { name: string } } }[] = json(`integration_tests/${file}.json`);
    expect(states.map(({ stream }) => stream.stream_descriptor.name)).toEqual(incremental);
  },
);

test('metadata.yaml suggests streams that exist, and documents what the form documents', () => {
  const names = discovered.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(metadata.suggestedStreams.streams));
  expect(metadata.documentationUrl).toBe(spec.documentationUrl);
});

test.each(['README.md', 'docs/float.md'])('%s names every stream', (path) => {
  const rows = text(path).matchAll(/^\| \[?`?(\w+)`?\]?[^|]*\| `?\/?/gm);
  const named = [...rows].map(([, name]) => name);
  expect(named).toEqual(expect.arrayContaining(discovered.map(({ name }) => name)));
});

test('README.md names every field of the config', () => {
  for (const field of Object.keys(spec.connectionSpecification.properties)) {
    expect(text('README.md')).toMatch(new RegExp(`^\\| \`${field}\` +\\|`, 'm'));
  }
});

test('docs/deploy.md names for every stream of the official connector what takes its place', () => {
  const rows = [...text('docs/deploy.md').matchAll(/^\| `([\w-]+)` +\| `\w+` +\| `(\w+)`/gm)];
  expect(rows).toHaveLength(18);
  for (const [, official = '', here] of rows) {
    const name = official.replaceAll('-', '_');
    expect([here, discovered.some((stream) => stream.name === name)]).toEqual([name, true]);
  }
});

test('docs/deploy.md tells of log lines that the connector writes', () => {
  const table = text('docs/deploy.md').split('## What to watch in the logs')[1]?.split('##')[0] ?? '';
  const told = [...table.matchAll(/^\| (`.*?) +\|/gm)].flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)]);
  const sources = ['src/cdk/progress.ts', 'src/cdk/read.ts', 'src/float/changes.ts', 'src/float/orderly-reading.ts'];
  const code = sources.map(text).join('');
  expect(told.length).toBeGreaterThan(5);
  for (const [, line = ''] of told) expect(code).toContain(line);
});

test('docs/deploy.md runs the image of this version', () => {
  const tags = [...text('docs/deploy.md').matchAll(/source-float:([\w.]+)/g)].map(([, tag]) => tag);
  expect(new Set(tags)).toEqual(new Set([version]));
});
