/**
 * Tests known vulnerabilities of dependencies, the bill of materials, and the npm package, installed in an empty project. Needs
 * npm's registry.
 */
import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check } from './support/checks.mjs';
import { ROOT, readJson, run, succeed } from './support/processes.mjs';

const TYPESCRIPT = join(ROOT, 'node_modules/typescript/bin/tsc');

/** A source on the package. Prints the rows that it reads, and the rules of the platform that it breaks. */
const SOURCE = `
import type { Source } from 'source-float/cdk';
import { checkRun, configureAll, runSource } from 'source-float/cdk/testing';
async function* read() {
  yield { rows: [{ word: 'one' }, { word: 'two' }] };
}
const jsonSchema = { type: 'object', properties: { word: { type: 'string' } } };
const source: Source<object> = {
  name: 'source-words',
  version: '1.2.3',
  specification: async () => ({ connectionSpecification: { type: 'object', properties: {} } }),
  configure: async () => ({}),
  open: async () => ({
    streams: [{ name: 'words', jsonSchema, primaryKey: ['word'], read }],
    maxConcurrentStreams: 1,
    check: async () => {},
    close: () => {},
  }),
};
const discovered = await runSource(source, { verb: 'discover', config: {} });
const streams = discovered.messages.flatMap((message) => (message.type === 'CATALOG' ? message.catalog.streams : []));
const run = await runSource(source, { verb: 'read', config: {}, catalog: configureAll(streams, 'full_refresh') });
const rows = run.messages.flatMap((message) => (message.type === 'RECORD' ? [message.record.data] : []));
console.log(JSON.stringify([run.code, rows, checkRun(run)]));
`;

const folder = await mkdtemp(join(tmpdir(), 'supply-chain-'));
try {
  await testDependencies();
  await testPackage();
} finally {
  await rm(folder, { recursive: true });
}

async function testDependencies() {
  await check('the bill of materials contains exactly the run-time packages', async () => {
    // Which also validates it against CycloneDX's schema.
    const { stdout } = await succeed('npm', ['run', '--silent', 'sbom']);
    const { bomFormat, metadata, components } = JSON.parse(stdout);
    assert.deepEqual([bomFormat, metadata.component.name], ['CycloneDX', 'source-float']);
    const { packages } = await readJson('package-lock.json');
    const running = Object.entries(packages).filter(([path, { dev }]) => path !== '' && !dev);
    const wanted = running.map(([path, { version }]) => `${path.replace(/^.*node_modules\//, '')} ${version}`);
    assert.deepEqual(components.map(({ name, version }) => `${name} ${version}`).sort(), wanted.sort());
  });

  const { stdout } = await run('npm', ['audit', '--omit=dev', '--json']);
  const answer = JSON.parse(stdout);
  const known = answer.metadata?.vulnerabilities;
  if (known === undefined) {
    // Not a failure, because it cannot be fixed here.
    process.stdout.write(`npm audit: the registry does not respond (${answer.message ?? answer.error?.summary})\n`);
    return;
  }
  await check('no run-time package has a known vulnerability of high or critical severity', () => {
    assert.deepEqual({ high: known.high, critical: known.critical }, { high: 0, critical: 0 });
    return `${known.total} of lower severity`;
  });
}

async function testPackage() {
  let tarball = '';
  let files = [];
  await check('the npm package is reproducible from any copy at any time', async () => {
    const [one, other] = await Promise.all(
      [946_684_800, 1_700_000_000].map(async (mtime, index) => {
        const copy = join(folder, `copy-${index}`);
        await copySources(copy, mtime);
        await succeed(process.execPath, [TYPESCRIPT, '-p', 'tsconfig.build.json'], { cwd: copy });
        const { stdout } = await succeed('npm', ['pack', '--json'], { cwd: copy });
        const [packed] = JSON.parse(stdout);
        files = packed.files.map(({ path }) => path);
        tarball = join(copy, packed.filename);
        return packed.integrity;
      }),
    );
    assert.match(one, /^sha512-/);
    assert.equal(one, other);
    return one.slice(0, 20);
  });

  await check('it contains only the compiled sources with types, the schemas and the specification', async () => {
    const sources = (await readdir(join(ROOT, 'src'), { recursive: true })).filter((path) => path.endsWith('.ts'));
    const compiled = sources.flatMap((path) => ['.js', '.d.ts'].map((end) => `dist/src/${path.replace(/\.ts$/, end)}`));
    const schemas = (await readdir(join(ROOT, 'schemas'))).map((name) => `schemas/${name}`);
    const others = ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json', 'spec.json'];
    assert.deepEqual(files.sort(), [...compiled, ...schemas, ...others].sort());
  });

  const user = join(folder, 'user');
  const node = (...args) => succeed(process.execPath, args, { cwd: user });
  await check('the installed npm package provides the program', async () => {
    await cp(tarball, join(user, 'package.tgz'));
    await writeFile(join(user, 'package.json'), '{ "private": true, "type": "module" }\n');
    await succeed('npm', ['install', './package.tgz', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: user });
    const { stdout } = await succeed(join(user, 'node_modules/.bin/source-float'), ['spec'], { cwd: user });
    assert.deepEqual(JSON.parse(stdout), { type: 'SPEC', spec: await readJson('spec.json') });
  });

  await check('a source on the installed package compiles and reads', async () => {
    await writeFile(join(user, 'source.ts'), SOURCE);
    const types = ['--types', 'node', '--typeRoots', join(ROOT, 'node_modules/@types')];
    await node(TYPESCRIPT, '--strict', '--module', 'nodenext', '--target', 'es2023', ...types, 'source.ts');
    const { stdout } = await node('source.js');
    assert.deepEqual(JSON.parse(stdout), [0, [{ word: 'one' }, { word: 'two' }], []]);
  });

  await check('the installed npm package does not export internals of the kit', async () => {
    const open = `import('source-float/dist/src/cdk/http/client.js').catch((error) => console.log(error.code))`;
    assert.equal((await node('--eval', open)).stdout, 'ERR_PACKAGE_PATH_NOT_EXPORTED\n');
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
