import type { OpenTransport } from '../cdk/http/transport.ts';
import type { ConnectorSpecification, JsonObject, Source, Stream, StreamDefinition } from '../cdk/index.ts';
import type { FloatConfig } from './config.ts';
import { PACKAGE, readProjectFile } from './project-files.ts';
import type { FloatStream } from './streams.ts';

/**
 * The Float source. `transport`: how requests travel, HTTP unless told otherwise.
 * What only some verbs need is loaded by them, so that `spec` starts as fast as Node does.
 */
export function createFloatSource(transport?: OpenTransport): Source<FloatConfig> {
  const specification = (): Promise<ConnectorSpecification> => readProjectFile('spec.json');
  return {
    name: PACKAGE.name,
    version: PACKAGE.version,
    specification,

    async configure(raw, { clock }) {
      const [{ parseConfig }, { connectionSpecification }] = await Promise.all([
        import('./config.ts'),
        specification(),
      ]);
      return parseConfig(raw, connectionSpecification, clock.now());
    },

    async open(config, context, names) {
      const [
        { openClient },
        { ReadAhead },
        { ClockDifference },
        { STREAMS },
        { streamReader },
        { checkConnection },
        { absentStreams },
      ] = await Promise.all([
        import('./open-client.ts'),
        import('../cdk/lists/read-ahead.ts'),
        import('../cdk/changes/clock-difference.ts'),
        import('./streams.ts'),
        import('./stream-reader.ts'),
        import('./check.ts'),
        import('./discover.ts'),
      ]);
      const client = await openClient(config, context, transport);
      const ahead = new ReadAhead(config.concurrency);
      const clockDifference = new ClockDifference(context.log);
      const shared = { client, ahead, clockDifference, config, context };
      const toStream = async (row: FloatStream): Promise<Stream> => {
        const definition = await define(row);
        return { ...definition, read: streamReader({ ...row, jsonSchema: definition.jsonSchema }, shared) };
      };
      return {
        streams: await Promise.all(STREAMS.filter(({ name }) => names?.includes(name) ?? true).map(toStream)),
        maxConcurrentStreams: config.concurrency,
        check: () => checkConnection(client, context),
        absentStreams: () => absentStreams(client, context),
        close: () => client.close(),
      };
    },
  };
}

export const floatSource = createFloatSource();

async function define(row: FloatStream): Promise<StreamDefinition> {
  const { name, primaryKey, nativeKey, cursorField } = row;
  const jsonSchema = await readProjectFile<JsonObject>(`schemas/${name}.json`);
  const incremental = cursorField === undefined ? {} : { cursorField, resumable: true };
  return { name, jsonSchema, primaryKey, nativeKey, ...incremental };
}
