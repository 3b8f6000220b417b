import assert from 'node:assert/strict';
import { check } from '../support/checks.mjs';
import { readJson, succeed } from '../support/processes.mjs';
import { MEMORY_MB } from './container.mjs';
import { filesAboveTheBase } from './layers.mjs';

const APP = 'opt/source-float/';
const ADDED_AT_MOST_MB = 25;

/** Tests the labels and the content of the image. */
export async function testContents(containers) {
  const { image } = containers;
  const { name, version } = await readJson('package.json');
  const { stdout } = await succeed('docker', ['image', 'inspect', '--format', '{{json .Config}}', image]);
  const { Labels: labels, Env: env, Entrypoint: entrypoint, User: user } = JSON.parse(stdout);
  const files = await filesAboveTheBase(image);
  const inApp = files.filter(({ path }) => path.startsWith(APP)).map(({ path }) => path.slice(APP.length));

  await check('its labels contain name and version', () => {
    assert.equal(labels['io.airbyte.name'], name);
    assert.equal(labels['io.airbyte.version'], version);
  });

  await check('AIRBYTE_ENTRYPOINT equals ENTRYPOINT', () => {
    assert.ok(env.includes(`AIRBYTE_ENTRYPOINT=${entrypoint.join(' ')}`), env.join('\n'));
    assert.ok(entrypoint.every((word) => /^[\w=./-]+$/.test(word)));
  });

  await check('it runs as user 1000, given as a number', async () => {
    assert.equal(user, '1000:1000');
    assert.equal((await containers.shell('id -u')).stdout, '1000\n');
  });

  await check('it runs as any other user, such as a cluster may assign', async () => {
    const ran = await containers.shell('id -u && eval "$AIRBYTE_ENTRYPOINT spec"', '--user', '4242:4242');
    assert.match(ran.stdout, /^4242\n\{"type":"SPEC"/, ran.stderr);
  });

  await check('it adds only tracked files, compiled, to its base, writable only for root', async () => {
    const own = ['LICENSE', 'package.json', 'spec.json', 'schemas', 'src'];
    const { stdout } = await succeed('git', ['ls-files', '--cached', '--others', '--exclude-standard', ...own]);
    const shipped = stdout
      .trim()
      .split('\n')
      .filter((path) => !path.startsWith('src/cdk/testing/'));
    const expected = shipped.map((path) => path.replace(/^src\/(.*)\.ts$/, 'dist/src/$1.js'));
    const found = inApp.filter((path) => !path.startsWith('node_modules/'));
    assert.deepEqual(found.sort(), expected.sort());
    assert.equal(files.length, inApp.length, `files outside /${APP}`);
    assert.deepEqual(
      files.filter(({ mode }) => !/^-r.-r.-r.-/.test(mode)),
      [],
    );
  });

  await check('it contains exactly the run-time packages', async () => {
    const lock = await readJson('package-lock.json');
    const wanted = Object.entries(lock.packages).filter(([path, { dev }]) => path !== '' && !dev);
    const installed = inApp.flatMap(
      (path) => /^(node_modules\/(?:@[^/]+\/)?[^/]+)\/package\.json$/.exec(path)?.[1] ?? [],
    );
    assert.deepEqual(installed.sort(), wanted.map(([path]) => path).sort());
  });

  await check('each package contains its licence text', async () => {
    // In a separate file, or in the README.
    const { stdout, stderr } = await containers.shell(
      `cd /${APP}node_modules && for package in *; do
         grep -qsiE 'permission is hereby granted|redistributions? of source code' $package/* || echo $package
       done`,
    );
    assert.deepEqual({ stdout, stderr }, { stdout: '', stderr: '' });
  });

  await check(`it adds less than ${ADDED_AT_MOST_MB} MB to its base`, () => {
    const megabytes = files.reduce((sum, { size }) => sum + size, 0) / 1e6;
    assert.ok(files.length > 50 && megabytes < ADDED_AT_MOST_MB, `${megabytes} MB in ${files.length} files`);
    return `${megabytes.toFixed(1)} MB in ${files.length} files`;
  });

  await check('its heap limit depends on the memory of its container', async () => {
    // The entry point with an expression instead of the program.
    const limit = await containers.shell(
      `\${AIRBYTE_ENTRYPOINT% *} --print 'v8.getHeapStatistics().heap_size_limit >> 20'`,
    );
    const megabytes = Number(limit.stdout);
    assert.ok(megabytes > MEMORY_MB / 2 && megabytes < MEMORY_MB * 0.8, limit.stdout);
    return `${megabytes} of ${MEMORY_MB} MB`;
  });
}
