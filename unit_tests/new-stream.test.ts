import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';

// Two processes of the compiler, on a machine that may be busy.
jest.setTimeout(60_000);

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const COPY = mkdtempSync(join(tmpdir(), 'new-stream-'));

beforeAll(() => {
  for (const path of ['scripts', 'schemas', 'src', 'mock-api', 'package.json']) {
    cpSync(join(ROOT, path), join(COPY, path), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(COPY, 'node_modules'));
  const config = JSON.parse(readFileSync(join(ROOT, 'tsconfig.build.json'), 'utf8'));
  const base = join(ROOT, 'tsconfig.json');
  writeFileSync(
    join(COPY, 'tsconfig.json'),
    JSON.stringify({ ...config, extends: base, include: ['src', 'mock-api'] }),
  );
});

afterAll(() => rmSync(COPY, { recursive: true, force: true }));

const newStream = (...args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [join(COPY, 'scripts/new-stream.mjs'), ...args], (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, stdout, stderr }),
    );
  });

const text = (path: string): string => readFileSync(join(COPY, path), 'utf8');

// Names that no list of Float will have: the test also runs after somebody has added a stream.
test.each([
  { args: ['made_up_things', '/made-up-things'], why: 'Three arguments are required' },
  { args: ['made_up_things', '/made-up-things', 'thing_id', 'more'], why: 'Three arguments are required' },
  { args: ['Made_up', '/made-up-things', 'thing_id'], why: 'NAME must consist of' },
  { args: ['made_up_things', 'made-up-things', 'thing_id'], why: '/path must be' },
  { args: ['made_up_things', '/made-up-things', 'thing-id'], why: 'key must consist of' },
  { args: ['people', '/made-up-things', 'thing_id'], why: 'The stream people already exists' },
  { args: ['made_up_things', '/people', 'thing_id'], why: 'Another stream already reads /people' },
])('$args is refused, and nothing is written', async ({ args, why }) => {
  const before = [text('src/float/streams.ts'), text('mock-api/simple-lists.ts')];
  expect(await newStream(...args)).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(why) });
  expect([text('src/float/streams.ts'), text('mock-api/simple-lists.ts')]).toEqual(before);
});

/** What the compiled copy says, asked in a process of its own. */
async function compiled(): Promise<{ streams: Record<string, unknown>[]; things: unknown; groups: unknown }> {
  const typescript = join(ROOT, 'node_modules/typescript/bin/tsc');
  for (const args of [['scripts/generate-types.mjs'], [typescript, '-p', 'tsconfig.json', '--noEmit', 'false']]) {
    await promisify(execFile)(process.execPath, args, { cwd: COPY });
  }
  const program = `
    import { STREAMS } from './dist/src/float/streams.js';
    import { createCompany } from './dist/mock-api/company.js';
    const company = createCompany();
    const [things, groups] = [company.rows('made-up-things'), company.rows('made-up-groups')];
    console.log(JSON.stringify({ streams: STREAMS, things, groups }));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: COPY,
  });
  return JSON.parse(stdout);
}

test('the result compiles, and adds a stream to the connector and a list to the mock', async () => {
  for (const args of [
    ['made_up_things', '/made-up-things', 'thing_id'],
    ['made_up_groups', '/made-up-groups', 'id'],
  ]) {
    expect(await newStream(...args)).toMatchObject({ code: 0, stderr: '' });
  }
  const { streams, things, groups } = await compiled();
  expect(streams).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        name: 'made_up_things',
        path: '/made-up-things',
        nativeKey: 'thing_id',
        isOptional: true,
      }),
      expect.objectContaining({ name: 'made_up_groups', path: '/made-up-groups', nativeKey: 'id', isOptional: true }),
    ]),
  );
  expect(things).toEqual([{ thing_id: 1003 }, { thing_id: 1002 }, { thing_id: 1001 }]);
  expect(groups).toHaveLength(3);
  const schema = JSON.parse(text('schemas/made_up_things.json'));
  expect(schema).toMatchObject({ title: 'Made up thing', required: ['id'], properties: { id: { type: 'integer' } } });
  expect(Object.keys(schema.properties)).toEqual(['id', 'thing_id', 'additional_fields']);
});
