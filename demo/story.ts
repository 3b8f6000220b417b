import { floatLimits } from '../mock-api/limits.ts';
import { type MockApi, startMockApi } from '../mock-api/server.ts';
import { type ConfiguredStream, Connector } from './airbyte.ts';
import {
  busiestSecond,
  COMPANY,
  changeCompany,
  hoursOf,
  keysOf,
  LATENCY,
  LOGGED_TIME,
  quietSecond,
  SHOWN,
} from './company.ts';
import { Destination } from './duckdb.ts';
import { Failure } from './failure.ts';
import { recordSync } from './history.ts';
import { count, number, type Screen } from './show.ts';
import { connect, openFolder, type Stage, showData, showSync } from './steps.ts';
import { type Files, readStates, Sync, writeJson } from './sync.ts';

interface Story extends Stage {
  readonly mock: MockApi;
}

/** Runs the demo with the made-up company. Replaces catalog, state, page and DuckDB file in `folder`. */
export async function tell(folder: string, screen: Screen, signal: AbortSignal): Promise<void> {
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
  await quietSecond(mock, story.signal);
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
  SELECT projects.name AS label, sum(hours) AS value
  FROM logged_time JOIN projects ON projects.id = logged_time.project_id
  GROUP BY ALL ORDER BY value DESC, label LIMIT 10`;

async function askForHours({ screen, destination }: Story): Promise<void> {
  const projects = await destination.query<{ label: string; value: number }>(HOURS_BY_PROJECT);
  screen.say();
  screen.say(`Hours logged by project, queried from DuckDB with SQL (top ${projects.length}):`, 'bold');
  screen.say();
  screen.bars(projects);
}

/** The streams that the second sync reads. */
const CHANGED_STREAMS: readonly string[] = ['people', 'projects', LOGGED_TIME];

/** Copies of the tables before the second sync, for comparison. */
const BEFORE = `
  CREATE TEMP TABLE people_before AS SELECT id, name FROM people;
  CREATE TEMP TABLE projects_before AS SELECT id, name FROM projects;
  CREATE TEMP TABLE before AS SELECT * EXCLUDE (_airbyte_extracted_at) FROM logged_time`;

/** Changed rows of logged time, and deleted people and projects. */
const CHANGED_ROWS = `
  WITH after AS (SELECT * EXCLUDE (_airbyte_extracted_at) FROM logged_time),
  logged AS (
    SELECT
      coalesce(after.id, before.id) AS key,
      CASE WHEN before.id IS NULL THEN 'added' WHEN after.id IS NULL THEN 'deleted' ELSE 'corrected' END AS change,
      people.name AS person, projects.name AS project,
      before.hours AS hours_before, after.hours AS hours_after
    FROM before FULL JOIN after ON after.id = before.id
    LEFT JOIN people_before AS people ON people.id = coalesce(after.people_id, before.people_id)
    LEFT JOIN projects_before AS projects ON projects.id = coalesce(after.project_id, before.project_id)
    WHERE after IS DISTINCT FROM before
    ORDER BY after.id IS NULL, before.id IS NULL, key)
  FROM logged
  UNION ALL BY NAME
  SELECT id::VARCHAR AS key, 'person deleted' AS change, name AS person FROM people_before ANTI JOIN people USING (id)
  UNION ALL BY NAME
  SELECT id::VARCHAR AS key, 'project deleted' AS change, name AS project
  FROM projects_before ANTI JOIN projects USING (id)`;

interface ChangedRow {
  key: string;
  change: string;
  person: string | null;
  project: string | null;
  hours_before: number | null;
  hours_after: number | null;
}

async function readChanges(story: Story, streams: readonly ConfiguredStream[]): Promise<void> {
  const { screen, mock, connector, files, destination, signal } = story;
  await destination.query(BEFORE);
  const changes = changeCompany(mock.company);
  screen.say();
  screen.say(`Now the mock changes logged time, people and projects: ${tally([...changes.values()])}.`);
  screen.say(
    `read: ${CHANGED_STREAMS.join(', ')} again, with the state of the first sync ` +
      `(${LOGGED_TIME}: modified ${await cursorOf(files)}).`,
  );

  await quietSecond(mock, signal);
  mock.resetRequests();
  const sync = new Sync(
    connector,
    files,
    streams.filter(({ stream }) => CHANGED_STREAMS.includes(stream.name)),
    destination,
  );
  await sync.run(signal);
  assertComplete(sync);
  await recordSync(destination, sync.runs);

  const rows = await destination.query<ChangedRow>(CHANGED_ROWS);
  const records = sync.runs.reduce((total, { records }) => total + records, 0);
  const again = records - rows.length;
  const requests = count(mock.requests.length, 'request');
  screen.say(
    `${count(records, 'record')} came, in ${requests}: ${tally(rows.map(({ change }) => change))}` +
      `${again === 0 ? '' : `, ${again} unchanged (people and projects are read completely to find deletions)`}.`,
  );
  screen.say();
  screen.table(
    [
      { title: 'change' },
      { title: 'person' },
      { title: 'project' },
      { title: 'before', align: 'right' },
      { title: 'after', align: 'right' },
    ],
    rows.map(({ change, person, project, hours_before: before, hours_after: after }) => {
      return [change, person ?? '–', project ?? '–', hours(before), hours(after)];
    }),
  );
  verifyChanges(changes, rows);
  await verifyRows(story, streams);
  screen.say();
  screen.say(`DuckDB contains exactly the rows of the server, in all ${streams.length} streams.`);
  screen.say();
}

const hours = (value: number | null): string => (value === null ? '–' : `${number(value, 2)} h`);

/** `3 corrected, 2 added` */
function tally(changes: readonly string[]): string {
  const kinds = [...new Set(changes)];
  return kinds.map((kind) => `${changes.filter((change) => change === kind).length} ${kind}`).join(', ');
}

async function cursorOf({ state }: Files): Promise<unknown> {
  const states = await readStates(state);
  return states.find(({ stream }) => stream.stream_descriptor.name === LOGGED_TIME)?.stream.stream_state.modified;
}

function verifyChanges(changes: ReadonlyMap<string, string>, rows: readonly ChangedRow[]): void {
  const found = new Map(rows.map(({ key, change }) => [key, change]));
  const wrong = [...changes.keys(), ...found.keys()].filter((key) => changes.get(key) !== found.get(key));
  if (wrong.length > 0) {
    throw new Failure(`The second sync missed changes of the company, in the rows ${wrong.join(', ')}.`);
  }
}

/** Throws if the tables differ from the company's rows. */
async function verifyRows({ mock, destination }: Story, streams: readonly ConfiguredStream[]): Promise<void> {
  const problems: string[] = [];
  for (const { stream } of streams) {
    const expected = keysOf(mock.company, stream.name);
    if (expected === undefined) continue;
    const rows = await destination.query<{ id: string }>(`SELECT id::VARCHAR AS id FROM "${stream.name}"`);
    const found = rows.map(({ id }) => id);
    if (expected.length !== found.length) {
      problems.push(`${stream.name}: the server has ${count(expected.length, 'row')}, DuckDB ${found.length}.`);
    } else if (String(expected.sort()) !== String(found.sort())) {
      problems.push(`${stream.name}: the rows of the server and of DuckDB differ.`);
    }
  }
  const logged = await destination.query<{ id: string; hours: number }>(`SELECT id, hours FROM ${LOGGED_TIME}`);
  const expected = hoursOf(mock.company);
  const wrong = logged.filter(({ id, hours }) => expected.get(id) !== hours).length;
  if (wrong > 0) problems.push(`${LOGGED_TIME}: the hours differ from the server in ${count(wrong, 'row')}.`);
  if (problems.length > 0) throw new Failure(['The data in DuckDB differs from the server.', ...problems].join('\n  '));
}
