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

test.each([
  { args: ['skills', '/skills'], why: 'Three arguments are required' },
  { args: ['skills', '/skills', 'skill_id', 'more'], why: 'Three arguments are required' },
  { args: ['Skills', '/skills', 'skill_id'], why: 'NAME must consist of' },
  { args: ['skills', 'skills', 'skill_id'], why: '/path must be' },
  { args: ['skills', '/skills', 'skill-id'], why: 'key must consist of' },
  { args: ['people', '/skills', 'skill_id'], why: 'The stream people already exists' },
  { args: ['skills', '/people', 'skill_id'], why: 'Another stream already reads /people' },
])('$args is refused, and nothing is written', async ({ args, why }) => {
  const before = [text('src/float/streams.ts'), text('mock-api/simple-lists.ts')];
  expect(await newStream(...args)).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(why) });
  expect([text('src/float/streams.ts'), text('mock-api/simple-lists.ts')]).toEqual(before);
});

/** What the compiled copy says, asked in a process of its own. */
async function compiled(): Promise<{ streams: Record<string, unknown>[]; skills: unknown; groups: unknown }> {
  const typescript = join(ROOT, 'node_modules/typescript/bin/tsc');
  for (const args of [['scripts/generate-types.mjs'], [typescript, '-p', 'tsconfig.json', '--noEmit', 'false']]) {
    await promisify(execFile)(process.execPath, args, { cwd: COPY });
  }
  const program = `
    import { STREAMS } from './dist/src/float/streams.js';
    import { createCompany } from './dist/mock-api/company.js';
    const company = createCompany();
    const [skills, groups] = [company.rows('skills'), company.rows('skill-groups')];
    console.log(JSON.stringify({ streams: STREAMS, skills, groups }));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: COPY,
  });
  return JSON.parse(stdout);
}

test('the result compiles, and adds a stream to the connector and a list to the mock', async () => {
  for (const args of [
    ['skills', '/skills', 'skill_id'],
    ['skill_groups', '/skill-groups', 'id'],
  ]) {
    expect(await newStream(...args)).toMatchObject({ code: 0, stderr: '' });
  }
  const { streams, skills, groups } = await compiled();
  expect(streams).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ name: 'skills', path: '/skills', nativeKey: 'skill_id', isOptional: true }),
      expect.objectContaining({ name: 'skill_groups', path: '/skill-groups', nativeKey: 'id', isOptional: true }),
    ]),
  );
  expect(skills).toEqual([{ skill_id: 1003 }, { skill_id: 1002 }, { skill_id: 1001 }]);
  expect(groups).toHaveLength(3);
  const schema = JSON.parse(text('schemas/skills.json'));
  expect(schema).toMatchObject({ title: 'Skill', required: ['id'], properties: { id: { type: 'integer' } } });
  expect(Object.keys(schema.properties)).toEqual(['id', 'skill_id', 'additional_fields']);
});
