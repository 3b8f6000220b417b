import type { Command, FileOption } from './args.ts';
import { parseCatalog } from './catalog.ts';
import { catalogEntry } from './discover.ts';
import { asConnectorError, configError } from './errors.ts';
import { readJsonFile } from './files.ts';
import { isObject, type JsonObject, type JsonValue } from './json.ts';
import type { ConnectorSpecification } from './messages.ts';
import { proxySecrets } from './proxy-environment.ts';
import { readStreams } from './read.ts';
import { secretValues } from './secret-values.ts';
import type { Connection, Source, Stream } from './source.ts';
import { requireSoundStreams } from './source-faults.ts';
import { parseState } from './state.ts';
import type { VerbContext } from './verb-context.ts';

export type VerbCommand = Extract<Command, { kind: 'verb' }>;

/** Runs check, discover or read. Resolves to the exit code. */
export async function executeWithConfig<Config>(
  source: Source<Config>,
  specification: ConnectorSpecification,
  { verb, files }: VerbCommand,
  verbContext: VerbContext,
): Promise<number> {
  const { output, context } = verbContext;
  const raw = await readConfig(files);
  output.hide([...secretValues(specification.connectionSpecification, raw), ...proxySecrets(process.env)]);
  if (verb === 'check') {
    const connectionStatus = await source
      .configure(raw, context)
      .then((config) => using(source.open(config, context), (connection) => connection.check()))
      .then(() => ({ status: 'SUCCEEDED' }) as const, asFailedStatus);
    await output.message({ type: 'CONNECTION_STATUS', connectionStatus });
    return 0;
  }

  const config = await source.configure(raw, context);
  if (verb === 'discover') {
    const streams = await using(source.open(config, context), offeredStreams);
    await output.message({ type: 'CATALOG', catalog: { streams: streams.map(catalogEntry) } });
    return 0;
  }

  const configured = parseCatalog(await contentOf('catalog', files));
  const names = configured.map((stream) => stream.name);
  const incoming = parseState(await contentOf('state', files), new Set(names));
  for (const warning of incoming.warnings) await output.log('WARN', warning);
  const isComplete = await using(source.open(config, context, names), (connection) =>
    readStreams(verbContext, connection, configured, incoming),
  );
  return isComplete ? 0 : 1;
}

async function offeredStreams(connection: Connection): Promise<readonly Stream[]> {
  requireSoundStreams(connection.streams);
  const absent = await connection.absentStreams?.();
  return connection.streams.filter(({ name }) => !absent?.has(name));
}

async function using<Result>(opening: Promise<Connection>, work: (connection: Connection) => Promise<Result>) {
  const connection = await opening;
  try {
    return await work(connection);
  } finally {
    connection.close();
  }
}

async function contentOf(option: FileOption, files: VerbCommand['files']): Promise<JsonValue | undefined> {
  const path = files[option];
  return path === undefined ? undefined : readJsonFile(option, path);
}

async function readConfig(files: VerbCommand['files']): Promise<JsonObject> {
  const raw = await contentOf('config', files);
  if (!isObject(raw)) throw configError('The config file must contain a JSON object with the fields of the config.');
  return raw;
}

/** A check answers FAILED if it throws a ConnectorError. Any other error is thrown again, because the check itself failed. */
function asFailedStatus(thrown: unknown): { status: 'FAILED'; message: string } {
  const error = asConnectorError(thrown);
  if (error !== thrown) throw error;
  return { status: 'FAILED', message: error.message };
}
