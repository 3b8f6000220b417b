/**
 * Tests examples/cron as its README describes it: Docker Compose, PostgreSQL, PyAirbyte and the image, against the mock API.
 *
 * usage: node e2e/cron.mjs IMAGE COMPOSE…     COMPOSE: the command of Docker Compose
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMockApi } from '../dist/mock-api/server.js';
import { check } from './support/checks.mjs';
import { ROOT, readJson, run, succeed } from './support/processes.mjs';

const [image, ...composeCommand] = process.argv.slice(2);
const PASSWORD = 'a-password-of-tests';
/** Additional certificates that this machine trusts. */
const OWN_CERTIFICATES = '/usr/local/share/ca-certificates';
const STREAMS = { people: 'people', projects: 'projects', tasks: 'tasks', logged_time: 'logged-time' };

const folder = await mkdtemp(join(tmpdir(), 'cron-'));
const mock = await startMockApi({ limits: null });
const other = await startMockApi({ limits: null, company: { seed: 7, counts: { people: 3, tasks: 5 } } });
try {
  const project = await openProject();
  try {
    await testSyncs(project);
  } finally {
    await project.compose('down', '--volumes', '--remove-orphans');
  }
} finally {
  await Promise.all([mock.close(), other.close()]);
  await rm(folder, { recursive: true });
}

async function testSyncs({ start, sync, attempt, query, count }) {
  if (!(await check('the database starts, and the sync image builds', start))) return;

  await check('the first sync loads every row', async () => {
    await sync();
    for (const [stream, endpoint] of Object.entries(STREAMS)) {
      assert.equal(await count(`float.${stream}`), mock.company.rows(endpoint).length, stream);
    }
    return `${await count('float.logged_time')} logged times`;
  });

  await check('the next sync applies changes and deletions', async () => {
    const [changed, deleted] = (await query('select task_id from float.tasks order by task_id limit 2')).split('\n');
    mock.company.update('tasks', Number(changed), { notes: 'changed by a test' });
    mock.company.remove('tasks', Number(deleted));
    const { stdout } = await sync();
    const [, records] = /^(\d+) records$/m.exec(stdout);
    assert.equal(await query(`select notes from float.tasks where task_id = ${changed}`), 'changed by a test');
    assert.equal(await count('float.tasks where _ab_cdc_deleted_at is null'), mock.company.rows('tasks').length);
    assert.ok(Number(records) < 50, `${records} records`);
    return `${records} records`;
  });

  await check('a full refresh removes deleted rows', async () => {
    await sync({ FULL_REFRESH: '1' });
    assert.equal(await count('float.tasks'), mock.company.rows('tasks').length);
  });

  await check('a wrong token fails a sync and is not shown', async () => {
    const wrong = 'a-token-of-nobody-1';
    const { code, stdout, stderr } = await attempt({ FLOAT_API_TOKEN: wrong });
    assert.notEqual(code, 0);
    assert.match(`${stdout}${stderr}`, /refused the API token/);
    for (const secret of [wrong, mock.token, PASSWORD]) assert.ok(!`${stdout}${stderr}`.includes(secret));
  });

  await check('another company gets a separate schema', async () => {
    const before = await count('float.people');
    await sync({ FLOAT_API_TOKEN: other.token, FLOAT_BASE_URL: other.url, DATABASE_SCHEMA: 'other' });
    assert.equal(await count('other.people'), other.company.rows('people').length);
    assert.equal(await count('float.people'), before);
  });
}

/** A copy of the example with the additions that this machine needs. */
async function openProject() {
  const { version } = await readJson('package.json');
  await cp(join(ROOT, 'examples/cron'), folder, { recursive: true });
  if (existsSync(OWN_CERTIFICATES)) await cp(OWN_CERTIFICATES, join(folder, 'certificates'), { recursive: true });
  const dockerfile = await readFile(join(folder, 'Dockerfile'), 'utf8');
  assert.ok(dockerfile.includes(`FROM source-float:${version}\n`));
  await writeFile(join(folder, 'Dockerfile'), dockerfile.replace(`FROM source-float:${version}\n`, `FROM ${image}\n`));
  const port = await freePort();
  await writeFile(join(folder, 'compose.override.yaml'), JSON.stringify(await machineSettings(port)));
  const env = {
    ...process.env,
    FLOAT_API_TOKEN: mock.token,
    FLOAT_BASE_URL: mock.url,
    FLOAT_REQUESTS_PER_MINUTE: '1000000',
    FLOAT_REQUESTS_PER_SECOND: '1000000',
    STREAMS: Object.keys(STREAMS).join(', '),
    DATABASE_PASSWORD: PASSWORD,
    DATABASE_HOST: '127.0.0.1',
    DATABASE_PORT: String(port),
  };

  const [command, ...first] = composeCommand;
  const files = ['--file', 'compose.yaml', '--file', 'compose.override.yaml'];
  const compose = (runner, args, more = {}) =>
    runner(command, [...first, '--project-name', `source-float-${port}`, ...files, ...args], {
      cwd: folder,
      env: { ...env, ...more },
    });
  // Compose 1 and 2 name this option differently.
  const syncing = ['run', '--rm', first.length > 0 ? '--no-TTY' : '-T', 'sync'];
  const query = async (sql) => {
    const psql = ['psql', '--username=float', `--port=${port}`, '--tuples-only', '--no-align', `--command=${sql}`];
    return (await compose(succeed, ['exec', '-T', 'postgres', ...psql, 'float'])).stdout.trim();
  };
  return {
    compose: (...args) => compose(run, args),
    start: async () => {
      await compose(succeed, ['build', 'sync']);
      await compose(succeed, ['up', '-d']);
    },
    sync: (more) => compose(succeed, syncing, more),
    attempt: (more) => compose(run, syncing, more),
    query,
    count: async (table) => Number(await query(`select count(*) from ${table}`)),
  };
}

/** Containers use the host network, because the mock API runs on this machine and the engine may have no other network. */
async function machineSettings(port) {
  const [, official] = /^ +image: (postgres:.*)$/m.exec(await readFile(join(folder, 'compose.yaml'), 'utf8'));
  const isThere = (await run('docker', ['pull', '--quiet', official])).code === 0;
  return {
    services: {
      postgres: {
        image: isThere ? official : await buildPostgres(),
        network_mode: 'host',
        command: ['postgres', '-p', String(port), '-c', 'listen_addresses=127.0.0.1'],
        environment: { PGPORT: String(port) },
      },
      // Tagged, so that the next run reuses its layers and image.
      sync: { image: 'source-float-cron:e2e', build: { context: '.', network: 'host' }, network_mode: 'host' },
    },
  };
}

async function buildPostgres() {
  const name = 'source-float-postgres:e2e';
  const context = join(ROOT, 'e2e/cron');
  const options = ['--network', 'host', '--build-arg', `BASE=${image}`, '--tag', name];
  await succeed('docker', ['build', ...options, '--file', join(context, 'postgres.Dockerfile'), context]);
  return name;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}
