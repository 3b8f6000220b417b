import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type CodeBlock, codeBlocksIn } from '../support/code-blocks.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const { NODE_OPTIONS: _, ...env } = process.env;

let tutorial: CodeBlock[] = [];
let folder = '';
let desk: ChildProcess | undefined;

beforeAll(async () => {
  // Below the project, so that `source-float/cdk` is the project's own package.
  folder = await mkdtemp(join(ROOT, 'dist/tutorial-'));
  const port = String(await freePort());
  const read = async (path: string) => codeBlocksIn(await readFile(join(ROOT, path), 'utf8'));
  const withPort = (block: CodeBlock) => ({ ...block, code: block.code.replaceAll('4010', port) });
  tutorial = (await read('examples/rest-table/README.md')).map(withPort);
  const reference = (await read('docs/cdk.md')).filter(({ language }) => language === 'ts');
  expect(reference.length).toBeGreaterThan(5);
  const examples = reference.map((block, index) => ({ ...block, file: `example-${index}.ts` }));
  for (const { file, code } of [...tutorial, ...examples]) {
    if (file !== undefined) await writeFile(join(folder, file), code);
  }
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

test('the code of the tutorial and of docs/cdk.md compiles with the strictness that users may have', async () => {
  const compilerOptions = {
    ...JSON.parse(await readFile(join(folder, 'tsconfig.json'), 'utf8')).compilerOptions,
    outDir: '.',
    noUncheckedIndexedAccess: true,
    noUnusedLocals: true,
    skipLibCheck: true,
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'], exclude: [] }));
  const typescript = join(ROOT, 'node_modules/typescript/bin/tsc');
  expect(await run([typescript, '-p', folder])).toEqual({ code: 0, output: '' });
});

test('following the tutorial step by step makes a working source', async () => {
  const commands = tutorial.flatMap(({ language, code }) => (language === 'sh' ? code.trim().split('\n') : []));
  const outputs = new Map<string, string>();
  for (const command of commands) {
    // Node 20 does not run TypeScript.
    const [program, ...args] = command.replaceAll(/\b(?<!\.)(\S+)\.ts\b/g, '$1.js').split(' ');
    expect(program).toBe('node');
    if (args.at(-1) === '&') {
      desk = spawn(process.execPath, args.slice(0, 1), { cwd: folder, env, stdio: ['ignore', 'pipe', 'ignore'] });
      // It prints a line when it listens, or ends.
      await Promise.race([once(desk.stdout ?? desk, 'data'), once(desk, 'close')]);
      continue;
    }
    const { code, output } = await run(args, command.includes(' dist/') ? ROOT : folder);
    expect({ command, code, output: code === 0 ? '' : output }).toEqual({ command, code: 0, output: '' });
    outputs.set(command, output);
  }
  const count = (command: string, stream: string) =>
    (outputs.get(command) ?? '').split(`"type":"RECORD","record":{"stream":"${stream}"`).length - 1;
  const read = 'node main.ts read --config config.json --catalog catalog.json';
  expect([count(read, 'tickets'), count(read, 'agents')]).toEqual([250, 3]);
  const [state] = JSON.parse(await readFile(join(folder, 'state.json'), 'utf8'));
  expect(outputs.get(read)).toContain(JSON.stringify(state.stream));
  expect(count(`${read} --state state.json`, 'tickets')).toBe(1);
  expect(outputs.get('node main.ts check --config config.json')).toContain('SUCCEEDED');
});

test('the first example of docs/cdk.md is a whole source', async () => {
  const { output } = await run(['example-0.js', 'spec']);
  expect(JSON.parse(output).type).toBe('SPEC');
});
