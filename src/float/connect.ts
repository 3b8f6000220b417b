import { ClockDifference } from '../cdk/changes/clock-difference.ts';
import type { OpenTransport } from '../cdk/http/transport.ts';
import type { Connection, JsonObject, SourceContext, Stream, StreamDefinition } from '../cdk/index.ts';
import { ReadAhead } from '../cdk/lists/read-ahead.ts';
import { checkConnection } from './check.ts';
import type { FloatConfig } from './config.ts';
import { absentStreams } from './discover.ts';
import { MonthsLeft } from './months-left.ts';
import { openFloatClient } from './open-client.ts';
import { readProjectFile } from './project-files.ts';
import { streamReader } from './stream-reader.ts';
import { type FloatStream, STREAMS } from './streams.ts';

/** Opens a connection to a Float account. `names`: the streams to prepare; default: all. */
export async function connect(
  config: FloatConfig,
  context: SourceContext,
  transport: OpenTransport | undefined,
  names: readonly string[] = STREAMS.map(({ name }) => name),
): Promise<Connection> {
  const client = await openFloatClient(config, context, transport);
  const shared = {
    client,
    ahead: new ReadAhead(config.concurrency),
    clockDifference: new ClockDifference(context.log),
    monthsLeft: new MonthsLeft(),
    config,
    context,
  };
  const toStream = async (row: FloatStream): Promise<Stream> => {
    const definition = await define(row);
    return { ...definition, read: streamReader({ ...row, jsonSchema: definition.jsonSchema }, shared) };
  };
  return {
    streams: await Promise.all(STREAMS.filter(({ name }) => names.includes(name)).map(toStream)),
    maxConcurrentStreams: config.concurrency,
    check: () => checkConnection(client, context),
    absentStreams: () => absentStreams(client, context),
    close: () => client.close(),
  };
}

/** The catalog entry for a row of the table. */
export async function define(row: FloatStream): Promise<StreamDefinition> {
  const { name, primaryKey, nativeKey, cursorField, unknownFieldsLevel } = row;
  const jsonSchema = await readProjectFile<JsonObject>(`schemas/${name}.json`);
  const incremental = cursorField === undefined ? {} : { cursorField, resumable: true };
  return {
    name,
    jsonSchema,
    additionalFields: 'additional_fields',
    unknownFieldsLevel,
    primaryKey,
    nativeKey,
    ...incremental,
  };
}
