import type { ConnectorSpecification, Context, JsonObject, Source, StreamDefinition } from '../cdk/index.ts';
import { checkConnection } from './check.ts';
import { FloatClient } from './client.ts';
import { type FloatConfig, parseConfig } from './config.ts';
import { reachOf } from './private-hosts.ts';
import { PACKAGE, readProjectFile } from './project-files.ts';
import { streamReader } from './stream-reader.ts';
import { type FloatStream, STREAMS } from './streams.ts';
import { type OpenTransport, openTransport } from './transport.ts';

/** The Float source. `open`: how requests travel. */
export function createFloatSource(open: OpenTransport): Source<FloatConfig> {
  const specification = (): Promise<ConnectorSpecification> => readProjectFile('spec.json');
  return {
    name: PACKAGE.name,
    version: PACKAGE.version,
    specification,

    async configure(raw) {
      const { connectionSpecification } = await specification();
      return parseConfig(raw, connectionSpecification);
    },

    discover: () => Promise.all(STREAMS.map(define)),

    async check(config, context) {
      const client = await openClient(open, config, context);
      try {
        await checkConnection(client, context);
      } finally {
        client.close();
      }
    },

    async open(config, context, names) {
      const client = await openClient(open, config, context);
      const selected = STREAMS.filter((row) => names.includes(row.name));
      const toStream = async (row: FloatStream) => ({
        ...(await define(row)),
        read: streamReader(row, client, config, context),
      });
      return {
        streams: await Promise.all(selected.map(toStream)),
        concurrency: config.concurrency,
        close: () => client.close(),
      };
    },
  };
}

export const floatSource = createFloatSource(openTransport);

async function openClient(open: OpenTransport, config: FloatConfig, context: Context): Promise<FloatClient> {
  const { protocol, host, hostname } = new URL(config.baseUrl);
  if (protocol === 'http:' && reachOf(hostname) !== 'loopback') {
    context.log('WARN', `The token goes to ${host} over plain http: everybody in that network can read it.`);
  }
  const headers = {
    Authorization: `Bearer ${config.apiToken}`,
    Accept: 'application/json',
    // Float asks every client for its name and a contact.
    'User-Agent': `${PACKAGE.name}/${PACKAGE.version} (${config.contactEmail ?? PACKAGE.bugs.email})`,
  };
  return new FloatClient(config, context, await open(config.baseUrl, headers, context.clock, context.signal));
}

async function define(row: FloatStream): Promise<StreamDefinition> {
  const { name, primaryKey, nativeKey, cursorField } = row;
  const jsonSchema = await readProjectFile<JsonObject>(`schemas/${name}.json`);
  const incremental = cursorField === undefined ? {} : { cursorField, resumable: true };
  return { name, jsonSchema, primaryKey, nativeKey, ...incremental };
}
