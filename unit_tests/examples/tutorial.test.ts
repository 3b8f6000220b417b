import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { codeBlocksIn } from '../support/code-blocks.ts';

// A compiler, a server and a dozen processes on a busy machine.
jest.setTimeout(120_000);

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TYPESCRIPT = join(ROOT, 'node_modules/typescript/bin/tsc');

/** Below the project, so that `source-float/cdk` is the project's own package. */
let folder = '';
let port = 0;
let desk: ChildProcess | undefined;
const { NODE_OPTIONS: _, ...env } = process.env;

beforeAll(async () => {
  folder = await mkdtemp(join(ROOT, 'dist/tutorial-'));
  port = await freePort();
});

afterAll(async () => {
  desk?.kill();
  await rm(folder, { recursive: true });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

async function run(args: readonly string[], cwd = folder): Promise<{ code: number; output: string }> {
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const [code] = await once(child, 'close');
  return { code, output };
}

/** Compiles with the strictness that users may have; Node 20 does not run TypeScript. */
async function compile(files: readonly string[], ...more: readonly string[]): Promise<void> {
  const strict = ['--strict', '--noUncheckedIndexedAccess', '--noUnusedLocals', '--erasableSyntaxOnly'];
  const modules = [
    '--module',
    'nodenext',
    '--target',
    'es2023',
    '--types',
    'node',
    '--rewriteRelativeImportExtensions',
  ];
  expect(await run([TYPESCRIPT, '--ignoreConfig', ...strict, ...modules, ...more, ...files])).toEqual({
    code: 0,
    output: '',
  });
}

async function startDesk(script: string): Promise<void> {
  const child = spawn(process.execPath, [script], { cwd: folder, env, stdio: ['ignore', 'pipe', 'ignore'] });
  desk = child;
  // It says that it listens.
  await once(child.stdout, 'data');
}

test('following the tutorial step by step makes a working source', async () => {
  const blocks = codeBlocksIn(await readFile(join(ROOT, 'examples/rest-table/README.md'), 'utf8')).map((block) => ({
    ...block,
    code: block.code.replaceAll('4010', String(port)),
  }));
  const files = blocks.filter(({ file }) => file !== undefined);
  for (const { file = '', code } of files) await writeFile(join(folder, file), code);
  const programs = files.flatMap(({ file = '' }) => (file.endsWith('.ts') ? [file] : []));
  expect(programs.length).toBeGreaterThan(7);
  await compile(programs);

  const others = blocks.filter(({ file }) => file === undefined);
  expect(new Set(others.map(({ language }) => language))).toEqual(new Set(['sh']));
  const commands = others.flatMap(({ code }) => code.trim().split('\n'));
  const outputs = new Map<string, string>();
  for (const command of commands) {
    const [program, ...args] = command.replaceAll(/\b(?<!\.)(\S+)\.ts\b/g, '$1.js').split(' ');
    expect(program).toBe('node');
    if (args.at(-1) === '&') {
      await startDesk(args[0] ?? '');
      continue;
    }
    const { code, output } = await run(args, command.includes(' dist/') ? ROOT : folder);
    expect({ command, code, output: code === 0 ? '' : output }).toEqual({ command, code: 0, output: '' });
    outputs.set(command, output);
  }
  const recordsOf = (command: string, stream: string) =>
    [...(outputs.get(command) ?? '').matchAll(new RegExp(`"type":"RECORD","record":{"stream":"${stream}"`, 'g'))]
      .length;
  const read = 'node main.ts read --config config.json --catalog catalog.json';
  expect([recordsOf(read, 'tickets'), recordsOf(read, 'agents')]).toEqual([250, 3]);
  const state = JSON.stringify(JSON.parse(files.find(({ file }) => file === 'state.json')?.code ?? '')[0].stream);
  expect(outputs.get(read)).toContain(state);
  expect(recordsOf(`${read} --state state.json`, 'tickets')).toBe(1);
  expect(outputs.get('node main.ts check --config config.json')).toContain('SUCCEEDED');
});

test('every example of docs/cdk.md compiles', async () => {
  const blocks = codeBlocksIn(await readFile(join(ROOT, 'docs/cdk.md'), 'utf8')).filter(
    ({ language }) => language === 'ts',
  );
  expect(blocks.length).toBeGreaterThan(5);
  const names = blocks.map((_, index) => `example-${index}.ts`);
  await Promise.all(blocks.map(({ code }, index) => writeFile(join(folder, names[index] ?? ''), code)));
  await compile(names, '--noEmit');
  // The first one is a whole source.
  await compile(['example-0.ts']);
  const { output } = await run(['example-0.js', 'spec']);
  expect(JSON.parse(output).type).toBe('SPEC');
});
