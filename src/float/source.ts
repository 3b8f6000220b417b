import type {
  Connection,
  Context,
  JsonObject,
  ReadRequest,
  Source,
  Stream,
  StreamDefinition,
  StreamEvent,
} from '../cdk/index.ts';
import { modifiedSince, parseChangeState, trackChanges } from './changes.ts';
import { checkConnection } from './check.ts';
import { FloatClient } from './client.ts';
import { type FloatConfig, parseConfig } from './config.ts';
import { walkPages } from './pages.ts';
import { reachOf } from './private-hosts.ts';
import { PACKAGE, readProjectFile } from './project-files.ts';
import { type FloatStream, STREAMS } from './streams.ts';

export const floatSource: Source<FloatConfig> = {
  name: PACKAGE.name,
  version: PACKAGE.version,

  specification: () => readProjectFile('spec.json'),

  async configure(raw) {
    const { connectionSpecification } = await floatSource.specification();
    return parseConfig(raw, connectionSpecification);
  },

  discover: () => Promise.all(STREAMS.map(define)),

  async check(config, context) {
    const client = await openClient(config, context);
    try {
      await checkConnection(client, context);
    } finally {
      client.close();
    }
  },

  async open(config, context, names): Promise<Connection> {
    const client = await openClient(config, context);
    const selected = STREAMS.filter((stream) => names.includes(stream.name));
    return {
      streams: await Promise.all(selected.map((stream) => toStream(stream, client, config, context))),
      concurrency: config.concurrency,
      close: () => client.close(),
    };
  },
};

function openClient(config: FloatConfig, context: Context): Promise<FloatClient> {
  const { protocol, host, hostname } = new URL(config.baseUrl);
  if (protocol === 'http:' && reachOf(hostname) !== 'loopback') {
    context.log('WARN', `The token goes to ${host} over plain http: everybody in that network can read it.`);
  }
  // Float asks every client for its name and a contact.
  const userAgent = `${PACKAGE.name}/${PACKAGE.version} (${config.contactEmail ?? PACKAGE.bugs.email})`;
  return FloatClient.open(config, userAgent, context);
}

async function define(stream: FloatStream): Promise<StreamDefinition> {
  const { name, primaryKey, nativeKey, cursorField } = stream;
  const jsonSchema = await readProjectFile<JsonObject>(`schemas/${name}.json`);
  return { name, jsonSchema, primaryKey, nativeKey, ...(cursorField === undefined ? {} : { cursorField }) };
}

async function toStream(row: FloatStream, client: FloatClient, config: FloatConfig, context: Context): Promise<Stream> {
  const read = (request: ReadRequest): AsyncGenerator<StreamEvent> =>
    request.incremental
      ? readChanges(row, client, config, context, request.state)
      : readAll(row, client, config, context);
  return { ...(await define(row)), read };
}

async function* readAll(
  row: FloatStream,
  client: FloatClient,
  config: FloatConfig,
  { clock }: Context,
): AsyncGenerator<StreamEvent> {
  for await (const { rows } of walkPages(client, row, row.params(config, new Date(clock.now())))) yield { rows };
}

function readChanges(
  row: FloatStream,
  client: FloatClient,
  config: FloatConfig,
  { clock, log }: Context,
  state: JsonObject | undefined,
): AsyncGenerator<StreamEvent> {
  const known = state === undefined ? undefined : parseChangeState(state);
  if (state !== undefined && known === undefined) {
    log(
      'WARN',
      `${row.name}: the state is of a form that this version does not know; the stream is read from its start.`,
    );
  }
  const since = known?.modified ?? config.startDate;
  const params = row.params(config, new Date(clock.now()));
  const bound = since === undefined ? params : { ...params, modified_since: modifiedSince(since, config.baseUrl) };
  return trackChanges(walkPages(client, row, bound), since);
}
