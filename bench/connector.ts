import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { built, inFolder, type Measured, measure, node } from './process.ts';

const CONNECTOR = built('../src/main.js');

/** The same options as in the first line of src/main.ts, because Node is started directly here. */
const NODE_OPTIONS = ['--max-semi-space-size=8'];

export const SCHEMA = JSON.parse(readFileSync(built('../../schemas/logged_time.json'), 'utf8'));

const NO_QUOTA = { requests_per_minute: 1_000_000, requests_per_second: 1_000_000 };

/** The input files for reading logged time from a server. */
export async function withInputs<T>(url: string, config: object, use: (args: string[]) => Promise<T>): Promise<T> {
  return inFolder(async (folder) => {
    const [configFile, catalogFile] = [join(folder, 'config.json'), join(folder, 'catalog.json')];
    const stream = { name: 'logged_time', json_schema: SCHEMA, supported_sync_modes: ['full_refresh', 'incremental'] };
    const configured = {
      ...{ stream, sync_mode: 'incremental', cursor_field: ['modified'] },
      ...{ destination_sync_mode: 'append_dedup', primary_key: [['id']] },
    };
    await writeFile(configFile, JSON.stringify({ api_token: 'mock-token', base_url: url, ...config }));
    await writeFile(catalogFile, JSON.stringify({ streams: [configured] }));
    return use(['read', '--config', configFile, '--catalog', catalogFile]);
  });
}

/** Reads this number of logged_time records from a server with the built connector. */
export async function readByConnector(url: string, records: number, config: object = NO_QUOTA): Promise<Measured> {
  return withInputs(url, config, (args) =>
    measure(process.execPath, [...NODE_OPTIONS, ...node(CONNECTOR, ...args)], records),
  );
}

/** Runs one verb of the connector with its input files. */
export async function runVerb(url: string, verb: string): Promise<Measured> {
  const taken = { spec: 0, check: 2, discover: 2, read: 4 }[verb] ?? 0;
  return withInputs(url, NO_QUOTA, ([, ...args]) =>
    measure(process.execPath, [...NODE_OPTIONS, CONNECTOR, verb, ...args.slice(0, taken)]),
  );
}
