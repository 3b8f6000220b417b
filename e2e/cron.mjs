/**
 * Tests examples/cron as its README describes it: Docker Compose, PostgreSQL, PyAirbyte and the image, against the mock API.
 *
 * usage: node e2e/cron.mjs IMAGE COMPOSE…     COMPOSE: the command of Docker Compose
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { check } from './support/checks.mjs';
import { ROOT, readJson, run, succeed } from './support/processes.mjs';

const [image, ...words] = process.argv.slice(2);
const PASSWORD = 'a-password-of-tests';
/** Additional certificates that this machine trusts. */
const OWN_CERTIFICATES = '/usr/local/share/ca-certificates';
const STREAMS = { people: 'people', projects: 'projects', tasks: 'tasks', logged_time: 'logged-time' };

const folder = await mkdtemp(join(tmpdir(), 'cron-'));
const company = await openCompany();
try {
  const project = await openProject(folder, company);
  try {
    await testSyncs(project, company);
    await testSecrets(project, company);
    await testSeveral(project);
  } finally {
    await project.compose('down', '--volumes', '--remove-orphans');
  }
} finally {
  company.close();
  await rm(folder, { recursive: true });
}

async function testSyncs(project, company) {
  const { count, query, sync } = project;
  if (!(await check('the database starts, and the sync image builds', project.start))) return;

  await check('the first sync loads every row', async () => {
    await sync();
    for (const [stream, endpoint] of Object.entries(STREAMS)) {
      assert.equal(await count(`float.${stream}`), await company.total(endpoint), stream);
    }
    return `${await count('float.logged_time')} logged times`;
  });

  await check('the next sync applies changes and deletions', async () => {
    const [changed, deleted] = (await query('select task_id from float.tasks order by task_id limit 2')).split('\n');
    await company.order('update', 'tasks', Number(changed), { notes: 'changed by a test' });
    await company.order('remove', 'tasks', Number(deleted));
    const { stdout } = await sync();
    const [, records] = /^(\d+) records$/m.exec(stdout);
    assert.equal(await query(`select notes from float.tasks where task_id = ${changed}`), 'changed by a test');
    const left = 'select count(*) from float.tasks where _ab_cdc_deleted_at is null';
    assert.equal(Number(await query(left)), await company.total('tasks'));
    assert.ok(Number(records) < 50, `${records} records`);
    return `${records} records`;
  });

  await check('a full refresh removes deleted rows', async () => {
    await sync({ FULL_REFRESH: '1' });
    assert.equal(await count('float.tasks'), await company.total('tasks'));
  });
}

async function testSecrets({ attempt }, { token }) {
  await check('a wrong token fails a sync and is not shown', async () => {
    const wrong = 'a-token-of-nobody-1';
    const { code, stdout, stderr } = await attempt({ FLOAT_API_TOKEN: wrong });
    assert.notEqual(code, 0);
    assert.match(`${stdout}${stderr}`, /refused the API token/);
    for (const secret of [wrong, token, PASSWORD]) assert.ok(!`${stdout}${stderr}`.includes(secret));
  });
}

async function testSeveral({ count, sync }) {
  const other = await openCompany({ company: { seed: 7, counts: { people: 3, tasks: 5 } } });
  try {
    await check('another company gets a separate schema', async () => {
      const before = await count('float.people');
      const settings = { FLOAT_API_TOKEN: other.token, FLOAT_BASE_URL: other.url, DATABASE_SCHEMA: 'other' };
      await sync(settings);
      assert.equal(await count('other.people'), await other.total('people'));
      assert.equal(await count('float.people'), before);
    });
  } finally {
    other.close();
  }
}

/** A copy of the example with the additions that this machine needs. */
async function openProject(folder, company) {
  const { version } = await readJson('package.json');
  await cp(join(ROOT, 'examples/cron'), folder, { recursive: true });
  if (existsSync(OWN_CERTIFICATES)) await cp(OWN_CERTIFICATES, join(folder, 'certificates'), { recursive: true });
  const dockerfile = await readFile(join(folder, 'Dockerfile'), 'utf8');
  assert.ok(dockerfile.includes(`FROM source-float:${version}\n`));
  await writeFile(join(folder, 'Dockerfile'), dockerfile.replace(`FROM source-float:${version}\n`, `FROM ${image}\n`));
  const port = await freePort();
  await writeFile(join(folder, 'compose.override.yaml'), JSON.stringify(await machineSettings(folder, port)));
  const settings = {
    FLOAT_API_TOKEN: company.token,
    FLOAT_BASE_URL: company.url,
    FLOAT_REQUESTS_PER_MINUTE: '1000000',
    FLOAT_REQUESTS_PER_SECOND: '1000000',
    STREAMS: Object.keys(STREAMS).join(', '),
    DATABASE_PASSWORD: PASSWORD,
    DATABASE_HOST: '127.0.0.1',
    DATABASE_PORT: String(port),
  };
  // Only the settings in .env.example, so that a missing one is noticed.
  const example = await readFile(join(folder, '.env.example'), 'utf8');
  for (const name of ['FLOAT_API_TOKEN', 'DATABASE_PASSWORD', 'STREAMS'])
    assert.match(example, new RegExp(`^${name}=`, 'm'));

  const [command, ...first] = words;
  const files = ['--file', 'compose.yaml', '--file', 'compose.override.yaml'];
  const own = [...first, '--project-name', `source-float-${port}`, ...files];
  const call = (runner, args, more = {}) =>
    runner(command, [...own, ...args], { cwd: folder, env: { ...process.env, ...settings, ...more } });
  const syncing = ['run', '--rm', ...(first.length > 0 ? ['--no-TTY'] : ['-T']), 'sync'];
  const query = async (sql) => {
    const psql = [
      'psql',
      '--username=float',
      `--port=${port}`,
      '--tuples-only',
      '--no-align',
      `--command=${sql}`,
      'float',
    ];
    return (await call(succeed, ['exec', '-T', 'postgres', ...psql])).stdout.trim();
  };
  return {
    compose: (...args) => call(run, args),
    start: async () => {
      await call(succeed, ['build', 'sync']);
      await call(succeed, ['up', '-d']);
    },
    sync: (more) => call(succeed, syncing, more),
    attempt: (more) => call(run, syncing, more),
    query,
    count: async (table) => Number(await query(`select count(*) from ${table}`)),
  };
}

/** Containers use the host network, because the mock API runs on this machine and the engine may have no other network. */
async function machineSettings(folder, port) {
  const { stdout } = await run('sed', ['-nE', 's/^ +image: (postgres:.*)$/\\1/p', join(folder, 'compose.yaml')]);
  const official = stdout.trim();
  const isThere = (await run('docker', ['pull', '--quiet', official])).code === 0;
  const database = isThere ? { image: official } : { image: await buildPostgres() };
  return {
    services: {
      postgres: {
        ...database,
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
  const file = join(ROOT, 'e2e/cron/postgres.Dockerfile');
  const options = ['--network', 'host', '--build-arg', `BASE=${image}`, '--tag', name, '--file', file];
  await succeed('docker', ['build', ...options, join(ROOT, 'e2e/cron')]);
  return name;
}

/** A made-up company that changes on request: see e2e/company.mjs. */
async function openCompany(options = {}) {
  const child = spawn(process.execPath, [join(ROOT, 'e2e/company.mjs'), JSON.stringify({ limits: null, ...options })], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => JSON.parse((await lines.next()).value);
  const { url, token } = await next();
  return {
    url,
    token,
    order: (...order) => {
      child.stdin.write(`${JSON.stringify(order)}\n`);
      return next();
    },
    total: async (endpoint) => {
      // The connector also reads role placeholders as people.
      const query = endpoint === 'people' ? 'people_type_id=1,2,3,4&per-page=1' : 'per-page=1';
      const answer = await fetch(`${url}/${endpoint}?${query}`, { headers: { authorization: `Bearer ${token}` } });
      return Number(answer.headers.get('x-pagination-total-count'));
    },
    close: () => child.kill(),
  };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}
