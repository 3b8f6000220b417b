/** Syncs a real account: everything the first time, later only changes. */
import { existsSync } from 'node:fs';
import { Connector } from './airbyte.ts';
import type { Account } from './arguments.ts';
import { Destination } from './duckdb.ts';
import type { Screen } from './show.ts';
import { count } from './show.ts';
import { connect, openFolder, showData, showSync } from './steps.ts';
import { writeJson } from './sync.ts';
import { permissionWarning, tokenIn } from './token-file.ts';

/** Continues from an earlier sync in the same folder. Resolves to whether all streams are complete. */
export async function syncAccount(
  account: Account,
  folder: string,
  screen: Screen,
  signal: AbortSignal,
): Promise<boolean> {
  const { token, baseUrl } = account;
  const connector = new Connector({
    api_token: 'value' in token ? token.value : await tokenIn(token.file),
    base_url: baseUrl,
  });
  const files = await openFolder(folder);
  const { host } = new URL(baseUrl);
  const warning = 'value' in token ? undefined : await permissionWarning(token.file);
  if (warning !== undefined) screen.say(warning, 'red');
  screen.say(`Syncing the account that the token belongs to, at ${host}. The connector only reads (GET requests).`);
  screen.say();
  const streams = await connect({ screen, connector, signal });

  // Continue only if both the rows and their state exist.
  const goesOn = existsSync(files.database) && existsSync(files.state);
  const destination = await (goesOn ? Destination.open(files.database) : Destination.create(files.database));
  try {
    if (!goesOn) await writeJson(files.state, []);
    const stage = { screen, connector, destination, files, signal };
    screen.say(goesOn ? 'read: changes since the last sync.' : 'read: all streams, for the first time.');
    screen.say();
    const { failed } = await showSync(stage, streams);
    if (failed.length > 0) {
      screen.say(
        `${count(failed.length, 'stream')} of ${streams.length} failed. The data of the other streams is complete.`,
      );
    }
    screen.say();
    await showData(stage, files, { company: undefined, host, now: new Date() });
    return failed.length === 0;
  } finally {
    if (signal.aborted) {
      screen.settle();
      screen.say('Stopped. The data read so far is kept. Run the same command again to continue.');
    }
    destination.close();
  }
}
