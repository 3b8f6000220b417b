import type { Command } from './args.ts';
import { parseCatalog } from './catalog.ts';
import { catalogEntry } from './discover.ts';
import { asConnectorError, configError } from './errors.ts';
import { readJsonFile } from './files.ts';
import { isObject, type JsonObject } from './json.ts';
import type { ConnectorSpecification } from './messages.ts';
import { readStreams } from './read.ts';
import { secretValues } from './secret-values.ts';
import type { Source } from './source.ts';
import { requireSoundStreams } from './source-faults.ts';
import { parseState } from './state.ts';
import type { VerbContext } from './verb-context.ts';

export type VerbCommand = Extract<Command, { kind: 'verb' }>;

/** Check, discover or read; resolves to the exit code. */
export async function executeWithConfig<Config>(
  source: Source<Config>,
  specification: ConnectorSpecification,
  { verb, files }: VerbCommand,
  verbContext: VerbContext,
): Promise<number> {
  const { output, context } = verbContext;
  const raw = await readConfig(files.config);
  output.hide(secretValues(specification.connectionSpecification, raw));
  if (verb === 'check') {
    const connectionStatus = await source
      .configure(raw, context)
      .then((config) => source.check(config, context))
      .then(() => ({ status: 'SUCCEEDED' }) as const, asFailedStatus);
    await output.message({ type: 'CONNECTION_STATUS', connectionStatus });
    return 0;
  }

  const config = await source.configure(raw, context);
  if (verb === 'discover') {
    const streams = await source.discover(config, context);
    requireSoundStreams(streams);
    await output.message({ type: 'CATALOG', catalog: { streams: streams.map(catalogEntry) } });
    return 0;
  }

  const configured = parseCatalog(
    files.catalog === undefined ? undefined : await readJsonFile('catalog', files.catalog),
  );
  const names = configured.map((stream) => stream.name);
  const stateContent = files.state === undefined ? undefined : await readJsonFile('state', files.state);
  const incoming = parseState(stateContent, new Set(names));
  for (const warning of incoming.warnings) await output.log('WARN', warning);
  const connection = await source.open(config, context, names);
  try {
    const complete = await readStreams(verbContext, connection, configured, incoming);
    return complete ? 0 : 1;
  } finally {
    connection.close();
  }
}

async function readConfig(path: string | undefined): Promise<JsonObject> {
  const raw = path === undefined ? undefined : await readJsonFile('config', path);
  if (!isObject(raw)) throw configError('The config file does not hold a JSON object.');
  return raw;
}

/** A failure that the source foresaw is the answer of a check; any other is a failure of the check itself. */
function asFailedStatus(thrown: unknown): { status: 'FAILED'; message: string } {
  const error = asConnectorError(thrown);
  if (error !== thrown) throw error;
  return { status: 'FAILED', message: error.message };
}
