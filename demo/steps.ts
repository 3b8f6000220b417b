/** The steps that the story and a real account share: connect, sync, write the page. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ConfiguredStream, type Connector, configure } from './airbyte.ts';
import type { Destination } from './duckdb.ts';
import { Failure } from './failure.ts';
import { recordSync } from './history.ts';
import { type PageOptions, pageOf } from './page/page.ts';
import { Progress } from './progress.ts';
import { DATABASE as USUAL_DATABASE } from './query/arguments.ts';
import { createRecipes } from './recipes.ts';
import type { Screen } from './show.ts';
import { type Files, isWaiting, Sync } from './sync.ts';

export interface Stage {
  readonly screen: Screen;
  readonly connector: Connector;
  readonly destination: Destination;
  readonly files: Files;
  readonly signal: AbortSignal;
}

export interface Folder extends Files {
  readonly database: string;
  readonly page: string;
}

/** Creates the folder if needed. Only its owner has access, because it will contain a company's data. */
export async function openFolder(folder: string): Promise<Folder> {
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    const isFile = error.code === 'EEXIST' || error.code === 'ENOTDIR';
    const why = isFile ? 'a file has this name. To pass a token file, write --token-file before it' : error.message;
    throw new Failure(`The folder ${folder} cannot be created: ${why}.`, { cause: error });
  });
  const inFolder = (name: string): string => join(folder, name);
  return {
    catalog: inFolder('catalog.json'),
    state: inFolder('state.json'),
    database: inFolder('float.duckdb'),
    page: inFolder('float.html'),
  };
}

type Asking = Pick<Stage, 'screen' | 'connector' | 'signal'>;

/** Checks the connection and discovers the streams. Returns all of them, or those in `shown`. */
export async function connect(
  { screen, connector, signal }: Asking,
  shown?: ReadonlySet<string>,
): Promise<ConfiguredStream[]> {
  await connector.check(signal, (message) => screen.say(`check: ${message}`));
  screen.say('check: the connection works.');
  const offered = (
    await connector.discover(signal, (log) => isWaiting(log) && screen.say(`discover: ${log.message}`))
  ).map(configure);
  const streams = offered.filter(({ stream }) => shown?.has(stream.name) ?? true);
  const incremental = offered.filter(({ sync_mode }) => sync_mode === 'incremental').length;
  const chosen =
    shown === undefined ? '' : ` The demo reads ${streams.length}: it leaves out the reports, which take a minute.`;
  screen.say(`discover: ${offered.length} streams, ${incremental} of them incremental.${chosen}`);
  return streams;
}

/** Runs a sync and shows its table, then the warnings and the reasons of failed streams. */
export async function showSync(stage: Stage, streams: readonly ConfiguredStream[]): Promise<Sync> {
  const { screen, connector, files, destination, signal } = stage;
  const sync = new Sync(connector, files, streams, destination);
  const progress = new Progress(screen, sync);
  const ticks = setInterval(() => progress.tick(), 1000);
  try {
    await sync.run(signal, progress);
  } finally {
    clearInterval(ticks);
    if (!signal.aborted) progress.finish();
    for (const warning of sync.warnings) screen.say(`Connector warning: ${warning}`);
    for (const { name, problem } of sync.failed) {
      if (problem !== undefined) screen.say(`${name} failed: ${problem}`, 'red');
    }
  }
  await recordSync(destination, sync.runs);
  return sync;
}

export async function showData(stage: Stage, { database, page }: Folder, options: PageOptions): Promise<void> {
  await createRecipes(stage.destination);
  await writeFile(page, await pageOf(stage.destination, options));
  const { screen } = stage;
  screen.say(`Open this page in a browser: ${page}`, 'bold');
  screen.say(`The data is in ${database}, with the views of docs/recipes.md. Query it with SQL:`);
  const file = database === USUAL_DATABASE ? '' : `--file ${/\s/.test(database) ? `"${database}"` : database} `;
  screen.print(`  npm run query -- ${file}"SELECT project, planned, logged FROM planned_and_logged_by_project"`);
}
