import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const COPY = mkdtempSync(join(tmpdir(), 'new-stream-'));
afterAll(() => rmSync(COPY, { recursive: true, force: true }));
for (const path of ['scripts', 'schemas', 'src', 'mock-api', 'package.json']) {
  cpSync(join(ROOT, path), join(COPY, path), { recursive: true });
}
symlinkSync(join(ROOT, 'node_modules'), join(COPY, 'node_modules'));

const text = (path: string): string => readFileSync(join(COPY, path), 'utf8');
const newStream = (...args: string[]) =>
  spawnSync(process.execPath, [join(COPY, 'scripts/new-stream.mjs'), ...args], { encoding: 'utf8' });

// Names that no list of Float will have, because the test also runs after somebody has added a stream.
test.each([
  { args: ['made_up_things', '/made-up-things'], why: 'Three arguments are required' },
  { args: ['Made_up', '/made-up-things', 'thing_id'], why: 'NAME must consist of' },
  { args: ['people', '/made-up-things', 'thing_id'], why: 'The stream people already exists' },
  { args: ['made_up_things', '/people', 'thing_id'], why: 'Another stream already reads /people' },
])('$args is refused, and nothing is written', ({ args, why }) => {
  const before = [text('src/float/streams.ts'), text('mock-api/simple-lists.ts')];
  expect(newStream(...args)).toMatchObject({ status: 2, stderr: expect.stringContaining(why) });
  expect([text('src/float/streams.ts'), text('mock-api/simple-lists.ts')]).toEqual(before);
});

test('the result compiles, and adds a stream to the connector and a list to the mock API', () => {
  expect(newStream('made_up_things', '/made-up-things', 'thing_id')).toMatchObject({ status: 0, stderr: '' });
  expect(newStream('made_up_groups', '/made-up-groups', 'id')).toMatchObject({ status: 0, stderr: '' });
  const schema = JSON.parse(text('schemas/made_up_things.json'));
  expect(schema).toMatchObject({ title: 'Made up thing', required: ['id'], properties: { id: { type: 'integer' } } });
  expect(Object.keys(schema.properties)).toEqual(['id', 'thing_id', 'additional_fields']);

  const config = JSON.parse(readFileSync(join(ROOT, 'tsconfig.build.json'), 'utf8'));
  const own = { ...config, extends: join(ROOT, 'tsconfig.json'), include: ['src', 'mock-api'] };
  writeFileSync(join(COPY, 'tsconfig.json'), JSON.stringify(own));
  const node = (...args: string[]) => execFileSync(process.execPath, args, { cwd: COPY, encoding: 'utf8' });
  node('scripts/generate-types.mjs');
  node(join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.json', '--noEmit', 'false');
  const program = `
    import { STREAMS } from './dist/src/float/streams.js';
    import { createCompany } from './dist/mock-api/company.js';
    const company = createCompany();
    const streams = STREAMS.filter(({ name }) => name.startsWith('made_up_'));
    console.log(JSON.stringify([...streams, company.rows('made-up-things'), company.rows('made-up-groups').length]));`;
  expect(JSON.parse(node('--input-type=module', '--eval', program))).toEqual([
    expect.objectContaining({
      name: 'made_up_things',
      path: '/made-up-things',
      nativeKey: 'thing_id',
      isOptional: true,
    }),
    expect.objectContaining({ name: 'made_up_groups', path: '/made-up-groups', nativeKey: 'id', isOptional: true }),
    [{ thing_id: 1003 }, { thing_id: 1002 }, { thing_id: 1001 }],
    3,
  ]);
});
