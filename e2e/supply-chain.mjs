/**
 * Tests known vulnerabilities of dependencies, and the npm package. Needs npm's registry to install the package's dependencies.
 */
import assert from 'node:assert/strict';
import { cp, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCommandLine } from '../scripts/command-line.mjs';
import { check } from './support/checks.mjs';
import { ROOT, readJson, run, succeed } from './support/processes.mjs';

readCommandLine({
  usage: 'usage: node e2e/supply-chain.mjs',
  help: 'Tests known faults of the packages, and the npm package, installed in an empty project.',
});
const TYPESCRIPT = join(ROOT, 'node_modules/typescript/bin/tsc');

const SOURCE = `
import { launch } from 'source-float/cdk';
const form = { type: 'object', properties: {} };
const jsonSchema = { type: 'object', properties: { word: { type: 'string' } } };
async function* read() {
  yield { rows: [{ word: 'one' }, { word: 'two' }] };
}
const streams = [{ name: 'words', jsonSchema, primaryKey: ['word'], read }];
const connection = { streams, maxConcurrentStreams: 1, check: async () => {}, close: () => {} };
const common = { name: 'source-words', version: '1.2.3', configure: async () => ({}), open: async () => connection };
await launch({ ...common, specification: async () => ({ connectionSpecification: form }) });
`;

/** Checks the output of a source against the platform's rules. */
const JUDGE = `
import { readFileSync } from 'node:fs';
import { checkRun, type ConnectorRun } from 'source-float/cdk/testing';
const catalog: unknown = JSON.parse(readFileSync('catalog.json', 'utf8'));
const stdout = readFileSync('output.txt', 'utf8');
const run: ConnectorRun = { verb: 'read', catalog, stdout, stderr: '', code: 0 };
console.log(JSON.stringify(checkRun(run)));
`;

const folder = await mkdtemp(join(tmpdir(), 'supply-chain-'));
try {
  await testFaults();
  await testPackage(folder);
} finally {
  await rm(folder, { recursive: true });
}

async function testFaults() {
  const { stdout } = await run('npm', ['audit', '--omit=dev', '--json']);
  const answer = JSON.parse(stdout);
  const known = answer.metadata?.vulnerabilities;
  if (known === undefined) {
    // Not a failure, because it cannot be fixed here.
    process.stdout.write(`npm audit: the registry does not answer (${answer.message ?? answer.error?.summary})\n`);
    return;
  }
  await check('no run-time package has a known vulnerability of high or critical severity', () => {
    assert.deepEqual({ high: known.high, critical: known.critical }, { high: 0, critical: 0 });
    return `${known.total} of lower severity`;
  });
}

async function testPackage(folder) {
  let tarball = '';
  await check('the npm package is reproducible from any copy at any time', async () => {
    const [one, other] = await Promise.all(
      [946_684_800, 1_700_000_000].map(async (mtime, index) => {
        const copy = join(folder, `copy-${index}`);
        await copySources(copy, mtime);
        await succeed(process.execPath, [TYPESCRIPT, '-p', 'tsconfig.build.json'], { cwd: copy });
        const { stdout } = await succeed('npm', ['pack', '--json'], { cwd: copy });
        const [{ filename, integrity }] = JSON.parse(stdout);
        tarball = join(copy, filename);
        return integrity;
      }),
    );
    assert.match(one, /^sha512-/);
    assert.equal(one, other);
    return one.slice(0, 20);
  });

  const user = join(folder, 'user');
  await check('the installed npm package provides the program', async () => {
    await cp(tarball, join(user, 'package.tgz'));
    await writeFile(join(user, 'package.json'), '{ "private": true, "type": "module" }\n');
    await succeed('npm', ['install', './package.tgz', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: user });
    const { stdout } = await succeed(join(user, 'node_modules/.bin/source-float'), ['spec'], { cwd: user });
    assert.deepEqual(JSON.parse(stdout), { type: 'SPEC', spec: await readJson('spec.json') });
  });

  await check(
    'a source of ten lines on the installed package compiles, prints its specification and reads',
    async () => {
      await writeFile(join(user, 'source.ts'), SOURCE);
      await writeFile(join(user, 'judge.ts'), JUDGE);
      const types = ['--types', 'node', '--typeRoots', join(ROOT, 'node_modules/@types')];
      const options = ['--strict', '--module', 'nodenext', '--target', 'es2023', ...types];
      await succeed(process.execPath, [TYPESCRIPT, ...options, 'source.ts', 'judge.ts'], { cwd: user });
      const json_schema = { type: 'object', properties: { word: { type: 'string' } } };
      const catalog = { streams: [{ stream: { name: 'words', json_schema }, sync_mode: 'full_refresh' }] };
      await writeFile(join(user, 'config.json'), '{}');
      await writeFile(join(user, 'catalog.json'), JSON.stringify(catalog));

      const spec = await succeed(process.execPath, ['source.js', 'spec'], { cwd: user });
      const form = { type: 'object', properties: {} };
      assert.deepEqual(JSON.parse(spec.stdout), { type: 'SPEC', spec: { connectionSpecification: form } });

      const args = ['source.js', 'read', '--config', 'config.json', '--catalog', 'catalog.json'];
      const { stdout } = await succeed(process.execPath, args, { cwd: user });
      const messages = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      const records = messages.filter(({ type }) => type === 'RECORD').map(({ record }) => record.data);
      assert.deepEqual(records, [{ word: 'one' }, { word: 'two' }]);
      await writeFile(join(user, 'output.txt'), stdout);
      const judged = await succeed(process.execPath, ['judge.js'], { cwd: user });
      assert.equal(judged.stdout, '[]\n');
      return `${messages.length} messages`;
    },
  );

  await check('the installed npm package does not export internals of the kit', async () => {
    const open = `import('source-float/dist/src/cdk/http/client.js').catch((error) => console.log(error.code))`;
    const { stdout } = await succeed(process.execPath, ['--eval', open], { cwd: user });
    assert.equal(stdout, 'ERR_PACKAGE_PATH_NOT_EXPORTED\n');
  });
}

/** A copy with other file times, as after a git checkout. */
async function copySources(to, mtime) {
  const { stdout } = await succeed('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  for (const path of stdout.split('\0').filter(Boolean)) {
    await cp(join(ROOT, path), join(to, path));
    await utimes(join(to, path), mtime, mtime);
  }
  await symlink(join(ROOT, 'node_modules'), join(to, 'node_modules'));
}
