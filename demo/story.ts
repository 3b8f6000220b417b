import { floatLimits } from '../mock-api/limits.ts';
import { type MockApi, startMockApi } from '../mock-api/server.ts';
import { type ConfiguredStream, Connector } from './airbyte.ts';
import { busiestSecond, COMPANY, changeCompany, keysOf, LATENCY, LOGGED_TIME, SHOWN } from './company.ts';
import { Destination } from './duckdb.ts';
import { Failure } from './failure.ts';
import { formatted } from './query/formats.ts';
import { count, type Screen } from './show.ts';
import { connect, openFolder, type Stage, showData, showSync } from './steps.ts';
import { type Files, readStates, type Sync, writeJson } from './sync.ts';

interface Story extends Stage {
  readonly mock: MockApi;
}

/** Runs the demo with the made-up company. Replaces catalog, state, page and DuckDB file in `folder`. */
export async function runStory(folder: string, screen: Screen, signal: AbortSignal): Promise<void> {
  const files = await openFolder(folder);
  const mock = await startMockApi({ company: COMPANY, latencyMs: LATENCY });
  try {
    const destination = await Destination.create(files.database);
    try {
      const connector = new Connector({ api_token: mock.token, base_url: mock.url });
      const story = { screen, mock, connector, destination, files, signal };
      screen.say(
        `A made-up company of ${COMPANY.people} people, on a local mock of Float's API. The connector is the real one, and ` +
          'runs as in Airbyte: one process for each command.',
      );
      screen.say();
      await writeJson(files.state, []);
      const streams = await connect(story, SHOWN);
      await readEverything(story, streams);
      await askForHours(story);
      await readChanges(story, streams);
      await showData(story, files, { company: 'A made-up company', host: new URL(mock.url).host, now: new Date() });
    } finally {
      destination.close();
    }
  } finally {
    await mock.close();
  }
}

async function readEverything(story: Story, streams: readonly ConfiguredStream[]): Promise<void> {
  const { screen, mock } = story;
  const { perSecond, perMinute } = floatLimits;
  screen.say(
    `read: all streams, for the first time. Float allows ${perSecond} requests a second and ${perMinute} a minute.`,
  );
  screen.say();
  mock.resetRequests();
  assertComplete(await showSync(story, streams));

  const refused = mock.requests.filter(({ status }) => status === 429).length;
  screen.say(
    `${count(busiestSecond(mock), 'request')} in the busiest second; ` +
      `${refused === 0 ? 'none was' : `${refused} were`} refused because of the quota (status 429).`,
  );
  await verifyRows(story, streams);
}

function assertComplete({ failed }: Sync): void {
  if (failed.length === 0) return;
  throw new Failure(failed.map(({ name, problem }) => `${name} is not complete: ${problem}`).join('\n'));
}

const HOURS_BY_PROJECT = `
  SELECT projects.name AS project, round(sum(hours)) AS hours
  FROM logged_time JOIN projects ON projects.id = logged_time.project_id
  GROUP BY ALL ORDER BY hours DESC, project LIMIT 10`;

async function askForHours(story: Story): Promise<void> {
  story.screen.say();
  story.screen.say('The projects with the most logged hours, queried from DuckDB with SQL:', 'bold');
  await showRows(story, HOURS_BY_PROJECT);
}

async function showRows({ screen, destination }: Story, sql: string): Promise<void> {
  const rows = await destination.query<Record<string, string | number | null>>(sql);
  const answer = { columns: Object.keys(rows[0] ?? {}), rows: rows.map((row) => Object.values(row)) };
  screen.print(formatted([answer], 'table', screen.width));
}

/** The streams that the second sync reads. */
const CHANGED_STREAMS: readonly string[] = ['people', 'projects', LOGGED_TIME];

const BEFORE = `CREATE TEMP TABLE before AS FROM ${LOGGED_TIME}`;

/** The names are cut, so that the table fits 80 columns. */
const CHANGED_ENTRIES = `
  SELECT
    CASE WHEN before.id IS NULL THEN 'added' WHEN after.id IS NULL THEN 'deleted' ELSE 'corrected' END AS change,
    left(people.name, 18) AS person, left(projects.name, 26) AS project, before.hours AS before, after.hours AS after
  FROM before FULL JOIN ${LOGGED_TIME} AS after ON after.id = before.id
  LEFT JOIN people ON people.id = coalesce(after.people_id, before.people_id)
  LEFT JOIN projects ON projects.id = coalesce(after.project_id, before.project_id)
  WHERE after.hours IS DISTINCT FROM before.hours
  ORDER BY change, person, project`;

async function readChanges(story: Story, streams: readonly ConfiguredStream[]): Promise<void> {
  const { screen, mock, files, destination } = story;
  await destination.query(BEFORE);
  changeCompany(mock.company);
  screen.say('Now the mock changes logged time, and deletes a person and a project.');
  screen.say(
    `read: ${CHANGED_STREAMS.join(', ')} again, with the state of the first sync ` +
      `(${LOGGED_TIME}: modified ${await cursorOf(files)}).`,
  );
  screen.say();
  const changing = streams.filter(({ stream }) => CHANGED_STREAMS.includes(stream.name));
  const sync = await showSync(story, changing);
  assertComplete(sync);
  const changes = sync.runs.flatMap((run) => {
    const kinds = (['added', 'changed', 'deleted'] as const).filter((kind) => run[kind] > 0);
    return kinds.map((kind) => `${run[kind]} ${kind} in ${run.name}`);
  });
  screen.say(`In DuckDB: ${changes.join(', ')}. People and projects are read completely to find deletions.`);
  await showRows(story, CHANGED_ENTRIES);
  await verifyRows(story, streams);
  screen.say(`DuckDB contains exactly the rows of the server, in all ${streams.length} streams.`);
  screen.say();
}

async function cursorOf({ state }: Files): Promise<unknown> {
  const states = await readStates(state);
  return states.find(({ stream }) => stream.stream_descriptor.name === LOGGED_TIME)?.stream.stream_state.modified;
}

/** Throws if the tables differ from the company's rows. */
async function verifyRows({ mock, destination }: Story, streams: readonly ConfiguredStream[]): Promise<void> {
  const wrong: string[] = [];
  for (const { stream } of streams) {
    const expected = keysOf(mock.company, stream.name);
    const rows = await destination.query<{ id: string }>(`SELECT id::VARCHAR AS id FROM "${stream.name}"`);
    const found = rows.map(({ id }) => id);
    if (expected !== undefined && String(expected.sort()) !== String(found.sort())) wrong.push(stream.name);
  }
  const logged = await destination.query<{ id: string; hours: number }>(`SELECT id, hours FROM ${LOGGED_TIME}`);
  const expected = new Map(
    mock.company.rows('logged-time').map((row) => [String(row.logged_time_id), Number(row.hours)]),
  );
  if (logged.some(({ id, hours }) => expected.get(id) !== hours)) wrong.push(`hours in ${LOGGED_TIME}`);
  if (wrong.length > 0) throw new Failure(`DuckDB and the server have different rows: ${wrong.join(', ')}.`);
}
