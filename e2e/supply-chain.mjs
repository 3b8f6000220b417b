/**
 * What the connector is made of and handed out as: known faults of its packages, the bill of materials of the image, the npm
 * package. Needs npm's registry, for the packages of the installed one; the image only where Docker has it.
 * Prints each check, and at the end `N passed, N failed`.
 *
 * usage: node e2e/supply-chain.mjs [IMAGE]     without IMAGE: source-float:dev
 */
import assert from 'node:assert/strict';
import { cp, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { readCommandLine } from '../scripts/command-line.mjs';
import { check, part, skip, tell } from './support/checks.mjs';
import { ROOT, readJson, run, succeed } from './support/processes.mjs';

const { positionals } = readCommandLine({
  usage: 'usage: node e2e/supply-chain.mjs [IMAGE]',
  help: 'Tests what the package and the image are made of. Without IMAGE: source-float:dev.',
  names: 'one',
});
const [image = 'source-float:dev'] = positionals;
const TYPESCRIPT = join(ROOT, 'node_modules/typescript/bin/tsc');

await part(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'supply-chain-'));
  try {
    await testFaults();
    await testBill();
    await testPackage(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
});

async function testFaults() {
  const { stdout } = await run('npm', ['audit', '--omit=dev', '--json']);
  const answer = JSON.parse(stdout);
  const known = answer.metadata?.vulnerabilities;
  if (known === undefined)
    return tell(`npm audit: the registry does not answer (${answer.message ?? answer.error?.summary})`);
  await check('no package that runs has a known fault of high or critical severity', () => {
    assert.deepEqual({ high: known.high, critical: known.critical }, { high: 0, critical: 0 });
    return `${known.total} of lower severity`;
  });
}

async function testBill() {
  if ((await run('docker', ['image', 'inspect', image])).code !== 0)
    return skip(`the bill of materials of ${image}`, 'Docker has no such image');
  await check(`the bill of materials of ${image} is CycloneDX and names what is in it`, async () => {
    const print = () => succeed('npm', ['run', '--silent', 'sbom', '--', image]);
    const { stdout } = await print();
    assert.equal(await new Validation.JsonStrictValidator(Spec.Version.v1dot5).validate(stdout), null);
    assert.equal((await print()).stdout, stdout);
    const { components } = JSON.parse(stdout);
    const names = new Set(components.map(({ name }) => name));
    for (const name of ['ajv', 'fast-uri', 'node', 'npm', 'libc6', 'dash']) assert.ok(names.has(name), name);
    assert.equal(new Set(components.map((component) => component['bom-ref'])).size, components.length);
    return `${components.length} components`;
  });
}

async function testPackage(folder) {
  let tarball = '';
  await check('the npm package is the same from whatever copy, at whatever time', async () => {
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
  await check('the npm package, installed, has the program', async () => {
    await cp(tarball, join(user, 'package.tgz'));
    await writeFile(join(user, 'package.json'), '{ "private": true, "type": "module" }\n');
    await succeed('npm', ['install', './package.tgz', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: user });
    const { stdout } = await succeed(join(user, 'node_modules/.bin/source-float'), ['spec'], { cwd: user });
    assert.deepEqual(JSON.parse(stdout), { type: 'SPEC', spec: await readJson('spec.json') });
  });

  await check('the npm package, installed, has the kit for another connector, with its types', async () => {
    const source = `
      import { launch, type Source } from 'source-float/cdk';
      const source: Source<object> = {
        name: 'source-other',
        version: '1.2.3',
        specification: async () => ({ connectionSpecification: { type: 'object', properties: {} } }),
        configure: async (raw) => raw,
        open: async () => ({
          streams: [],
          maxConcurrentStreams: 1,
          check: async () => undefined,
          close: () => undefined,
        }),
      };
      await launch(source);`;
    await writeFile(join(user, 'other.ts'), source);
    const types = ['--types', 'node', '--typeRoots', join(ROOT, 'node_modules/@types')];
    const options = ['--strict', '--module', 'nodenext', '--target', 'es2023', ...types];
    await succeed(process.execPath, [TYPESCRIPT, ...options, 'other.ts'], { cwd: user });
    const { stdout } = await succeed(process.execPath, ['other.js', '--version'], { cwd: user });
    assert.equal(stdout, 'source-other 1.2.3\n');
  });
}

/** As git checks them out, at another time. */
async function copySources(to, mtime) {
  const { stdout } = await succeed('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  for (const path of stdout.split('\0').filter(Boolean)) {
    await cp(join(ROOT, path), join(to, path));
    await utimes(join(to, path), mtime, mtime);
  }
  await symlink(join(ROOT, 'node_modules'), join(to, 'node_modules'));
}
