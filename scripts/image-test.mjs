/**
 * Builds the image and asks it for everything that Airbyte asks, under conditions like the platform's: another user than
 * root, no capabilities, a root file system and a config that cannot be written, little memory, another working directory.
 * The API is the mock API. Prints each check, and at the end `N passed, N failed`.
 *
 * usage: node scripts/image-test.mjs [IMAGE]     without IMAGE it builds source-float:test and tests that
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const APP = '/opt/source-float';
const MEMORY_MB = 256;
const ADDED_AT_MOST_MB = 25;
/** Of one command. Only the build takes longer than some seconds. */
const LONGEST_MS = 10 * 60_000;

const { name, version } = await readJson('package.json');
const catalog = await readJson('integration_tests/configured_catalog.json');
const streams = catalog.streams.map(({ stream }) => stream.name);
const image = process.argv[2] ?? `${name}:test`;
const tally = { passed: 0, failed: 0 };
const files = await mkdtemp(join(tmpdir(), 'image-test-'));
// Users in the container are others.
await chmod(files, 0o755);
let mock;

try {
  const canGoOn =
    (await check('a Docker engine answers', () => succeeds('docker', ['version']))) &&
    (process.argv[2] !== undefined ||
      (await check('the image builds', () =>
        succeeds('docker', ['build', '--network', 'host', '--tag', image, ROOT]),
      )));
  if (canGoOn) {
    mock = await startMock('--no-limits', '--rows', 'logged-time=20000');
    await testImage();
    await testVerbs(mock);
  }
} finally {
  mock?.process.kill();
  await rm(files, { recursive: true });
}
print(`${tally.passed} passed, ${tally.failed} failed`);
process.exitCode = tally.failed === 0 && tally.passed > 0 ? 0 : 1;

async function testImage() {
  const { stdout } = await run('docker', ['image', 'inspect', '--format', '{{json .Config}}', image]);
  const { Labels: labels, Env: env, Entrypoint: entrypoint, User: user } = JSON.parse(stdout);

  await check('its labels tell name and version', () => {
    assert.equal(labels['io.airbyte.name'], name);
    assert.equal(labels['io.airbyte.version'], version);
  });

  await check('AIRBYTE_ENTRYPOINT says the same as ENTRYPOINT', () => {
    assert.ok(env.includes(`AIRBYTE_ENTRYPOINT=${entrypoint.join(' ')}`), env.join('\n'));
    assert.ok(entrypoint.every((word) => /^[\w=./-]+$/.test(word)));
  });

  await check('it runs as user 1000, named by number', async () => {
    assert.equal(user, '1000:1000');
    assert.equal((await shell('id -u')).stdout, '1000\n');
  });

  await check('it holds what it needs to run, and nothing else', async () => {
    const lock = await readJson('package-lock.json');
    const packages = Object.entries(lock.packages).filter(([path, { dev }]) => path !== '' && !dev);
    const { stdout: found } = await shell(`cd ${APP} && find . -type f ! -path './schemas/*.json'`);
    const unexpected = found
      .trimEnd()
      .split('\n')
      .filter((path) => !/^\.\/(LICENSE|package\.json|spec\.json|dist\/src\/.*\.js|node_modules\/.*)$/.test(path));
    assert.deepEqual(unexpected, []);
    const { stdout: installed } = await shell(`cd ${APP} && ls -d node_modules/*`);
    assert.deepEqual(installed.trimEnd().split('\n'), packages.map(([path]) => path).sort());
  });

  await check(`it adds less than ${ADDED_AT_MOST_MB} MB to its base`, async () => {
    const { stdout: size } = await shell(`du -sm ${APP}`);
    assert.ok(Number.parseInt(size, 10) < ADDED_AT_MOST_MB, size);
  });

  await check('its heap is bound to the memory of its container', async () => {
    // The entry point with an expression in the place of the program.
    const limit = await shell(`\${AIRBYTE_ENTRYPOINT% *} --print 'v8.getHeapStatistics().heap_size_limit >> 20'`);
    assert.ok(Number(limit.stdout) > MEMORY_MB / 2 && Number(limit.stdout) < MEMORY_MB * 0.8, limit.stdout);
  });
}

async function testVerbs({ url, token }) {
  const noQuota = { requests_per_minute: 1_000_000, requests_per_second: 1_000_000 };
  // Reports keep to 30 requests a minute all the same: from half a year ago on, both need 20.
  const start = new Date();
  start.setUTCMonth(start.getUTCMonth() - 6, 1);
  await put('config.json', {
    api_token: token,
    base_url: url,
    start_date: start.toISOString().slice(0, 10),
    ...noQuota,
  });
  await put('wrong-token.json', { api_token: 'a-token-of-nobody', base_url: url });
  await put('invalid.json', { start_date: 'yesterday' });
  await put('catalog.json', catalog);
  const config = ['--config', '/secrets/config.json'];
  const read = ['read', ...config, '--catalog', '/secrets/catalog.json'];

  await check('spec prints the form', async () => {
    const [message, ...more] = messages(await connector('spec'));
    assert.deepEqual(message, { type: 'SPEC', spec: await readJson('spec.json') });
    assert.deepEqual(more, []);
  });

  await check('spec as the platform asks for it', async () => {
    const asked = await shell('cd /config && eval "$AIRBYTE_ENTRYPOINT spec" >jobOutput.json && cat jobOutput.json');
    assert.equal(messages(asked)[0]?.type, 'SPEC');
  });

  await check('check accepts a good config', async () => {
    const answer = messages(await connector('check', ...config));
    assert.deepEqual(answer, [{ type: 'CONNECTION_STATUS', connectionStatus: { status: 'SUCCEEDED' } }]);
  });

  await check('check refuses a wrong token, and does not show it', async () => {
    const asked = await connector('check', '--config', '/secrets/wrong-token.json');
    const { status, message } = messages(asked).at(-1).connectionStatus;
    assert.equal(status, 'FAILED');
    assert.match(message, /token/);
    assert.ok(!asked.stdout.includes('a-token-of-nobody'));
  });

  await check('check names every faulty field of a config', async () => {
    const { status, message } = messages(await connector('check', '--config', '/secrets/invalid.json')).at(
      -1,
    ).connectionStatus;
    assert.equal(status, 'FAILED');
    assert.match(message, /api_token.*start_date/);
  });

  await check(`discover offers the ${streams.length} streams`, async () => {
    const { catalog: discovered } = messages(await connector('discover', ...config)).at(-1);
    assert.deepEqual(discovered.streams.map((stream) => stream.name).sort(), [...streams].sort());
  });

  let first = [];
  await check('read brings every stream to its end', async () => {
    first = messages(await connector(...read));
    assert.deepEqual(completeStreams(first), [...streams].sort());
    print(`        ${recordsOf(first).length} records in ${MEMORY_MB} MB`);
  });

  await check('read brings the records that the build outside the image brings', async () => {
    const inputs = ['--config', join(files, 'config.json'), '--catalog', join(files, 'catalog.json')];
    const outside = messages(await run(process.execPath, ['dist/src/main.js', 'read', ...inputs]));
    assert.ok(recordsOf(outside).length > 20_000);
    assert.deepEqual(recordsOf(first), recordsOf(outside));
  });

  await check('read through named pipes, as the platform reads', async () => {
    const asked = await shell(
      `cd /source && mkfifo stdout stderr && { cat stdout >out & cat stderr >err & }
       eval "$AIRBYTE_ENTRYPOINT ${read.join(' ')}" >stdout 2>stderr
       code=$?; wait; cat out; cat err >&2; exit $code`,
    );
    assert.deepEqual(recordsOf(messages(asked)), recordsOf(first));
  });

  await check('read goes on from its state', async () => {
    await put(
      'state.json',
      first.filter(({ type }) => type === 'STATE').map(({ state }) => state),
    );
    const second = messages(await connector(...read, '--state', '/secrets/state.json'));
    assert.deepEqual(completeStreams(second), [...streams].sort());
    const count = (all) => recordsOf(all).filter((record) => record.startsWith('logged_time ')).length;
    assert.ok(count(second) < count(first) / 10, `${count(second)} of ${count(first)} logged_time records came again`);
  });

  await check('wrong usage ends with 2 and tells the right one', async () => {
    const asked = await connector('frobnicate');
    assert.equal(asked.code, 2);
    assert.equal(asked.stdout, '');
    assert.match(asked.stderr, /usage: source-float/);
  });
}

/** Runs the connector as `docker run` does. */
function connector(...args) {
  return run('docker', ['run', ...conditions(), image, ...args]);
}

/** Runs a script in a container of the image. */
function shell(script) {
  return run('docker', ['run', ...conditions(), '--entrypoint', 'sh', image, '-c', script]);
}

function conditions() {
  return [
    ...['--rm', '--network', 'host', '--memory', `${MEMORY_MB}m`, '--read-only', '--volume', `${files}:/secrets:ro`],
    ...['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--tmpfs', '/config', '--tmpfs', '/source'],
  ];
}

/** The messages of a run that went well: a healthy run prints nothing else, and nothing to stderr. */
function messages({ code, stdout, stderr }) {
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' }, stdout.slice(-2000));
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

function completeStreams(all) {
  const statuses = all.flatMap(({ trace }) => trace?.stream_status ?? []);
  return statuses
    .filter(({ status }) => status === 'COMPLETE')
    .map((status) => status.stream_descriptor.name)
    .sort();
}

/** `stream {…}`, sorted: streams are read side by side, in no fixed order. */
function recordsOf(all) {
  return all.flatMap(({ record }) => (record ? `${record.stream} ${JSON.stringify(record.data)}` : [])).sort();
}

async function startMock(...options) {
  const started = spawn(process.execPath, [join(ROOT, 'dist/mock-api/main.js'), '--port', '0', ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface(started.stdout)) return { process: started, ...JSON.parse(line) };
  throw new Error('The mock API did not start. Is the project built (npm run build)?');
}

async function check(what, test) {
  const began = Date.now();
  try {
    await test();
    tally.passed += 1;
    print(`passed  ${what} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
    return true;
  } catch (error) {
    tally.failed += 1;
    print(
      `failed  ${what}\n${String(error.message ?? error)
        .replace(/^/gm, '        ')
        .slice(0, 4000)}`,
    );
    return false;
  }
}

async function succeeds(command, args) {
  const { code, stdout, stderr } = await run(command, args);
  assert.equal(code, 0, `${stdout}\n${stderr}`.trim().slice(-3000));
}

async function run(command, args) {
  const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], timeout: LONGEST_MS });
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr']) {
    child[stream].setEncoding('utf8').on('data', (text) => {
      output[stream] += text;
    });
  }
  const [code, signal] = await once(child, 'close');
  return { code: code ?? signal, ...output };
}

async function put(file, content) {
  await writeFile(join(files, file), JSON.stringify(content), { mode: 0o644 });
}

async function readJson(path) {
  return JSON.parse(await readFile(join(ROOT, path), 'utf8'));
}

function print(line) {
  process.stdout.write(`${line}\n`);
}
