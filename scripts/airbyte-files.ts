/** Generates the files that list all streams for Airbyte's tools and for the tests, from the catalog of `discover`. */
import { catalogEntry } from '../src/cdk/protocol/discover.ts';
import type { StreamDefinition } from '../src/cdk/protocol/source.ts';
import type { FloatStream } from '../src/float/streams.ts';

/** The output of `discover` for a server with all streams. */
export const discovered = (definitions: readonly StreamDefinition[]): string =>
  `${JSON.stringify({ type: 'CATALOG', catalog: { streams: definitions.map(catalogEntry) } }, null, 2)}\n`;

/** A configured catalog of all streams, incremental if supported. */
export function configuredCatalog(definitions: readonly StreamDefinition[]): string {
  const streams = definitions.map(catalogEntry).map(({ is_resumable: _, ...stream }) => {
    const { default_cursor_field: cursor, source_defined_primary_key: primary_key } = stream;
    const mode = cursor
      ? { sync_mode: 'incremental', destination_sync_mode: 'append_dedup', cursor_field: cursor }
      : { sync_mode: 'full_refresh', destination_sync_mode: 'overwrite' };
    return { stream: { ...stream, json_schema: {} }, ...mode, primary_key };
  });
  return jsonText({ streams });
}

/** A state for each stream with a cursor. */
export function statesAt(cursor: string, definitions: readonly StreamDefinition[]): string {
  const incremental = definitions.filter(({ cursorField }) => cursorField !== undefined);
  return jsonText(
    incremental.map(({ name, cursorField = '' }) => ({
      type: 'STREAM',
      stream: { stream_descriptor: { name }, stream_state: { [cursorField]: cursor } },
    })),
  );
}

/** How Python's tests request each stream. Dates depend on the day, so the tests add them. */
export function requestedLists(rows: readonly FloatStream[], now: Date): string {
  const config = { startDate: undefined, apiToken: '', baseUrl: '', contactEmail: undefined };
  const quotas = { requestsPerMinute: 1, requestsPerSecond: 1, concurrency: 1 };
  const lines = rows.map((row) => {
    const { kind, path, nativeKey: key, expand } = row;
    const given = Object.entries(row.params({ ...config, ...quotas }, now)).filter(([name]) => !name.endsWith('_date'));
    const params = { ...Object.fromEntries(given), ...(expand.length > 0 && { expand: expand.join(',') }) };
    const [, within] = row.primaryKey;
    const request = {
      ...{ kind, endpoint: path.slice(1), key, within },
      ...(row.unknownFieldsLevel === 'INFO' && { newer: true }),
      ...(kind === 'report' ? { rows_in: row.rowsIn } : { params }),
    };
    return `  "${row.name}": ${JSON.stringify(request)}`;
  });
  return `{\n${lines.join(',\n')}\n}\n`;
}

/** JSON as Biome formats it: an array of strings on one line. */
function jsonText(value: unknown): string {
  const lines = JSON.stringify(value, null, 2);
  const flat = lines.replaceAll(
    /\[\s+("[^"]*"(?:,\s+"[^"]*")*)\s+\]/g,
    (_, items: string) => `[${items.replaceAll(/,\s+/g, ', ')}]`,
  );
  return `${flat.replaceAll(/\[\s+(\["[^\]]*\](?:,\s+\["[^\]]*\])*)\s+\]/g, (_, items: string) => `[${items.replaceAll(/\],\s+/g, '], ')}]`)}\n`;
}
