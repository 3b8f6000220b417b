/** The files that list every stream for Airbyte's tools and for the tests, made of what `discover` offers. */
import { catalogEntry } from '../src/cdk/protocol/discover.ts';
import type { StreamDefinition } from '../src/cdk/protocol/source.ts';
import type { FloatStream } from '../src/float/streams.ts';

/** What `discover` prints where the server has every stream. */
export const discovered = (definitions: readonly StreamDefinition[]): string =>
  `${JSON.stringify({ type: 'CATALOG', catalog: { streams: definitions.map(catalogEntry) } }, null, 2)}\n`;

/** Reads every stream, by its changes where it can be. */
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

/** A state of every stream that has one. */
export function statesAt(cursor: string, definitions: readonly StreamDefinition[]): string {
  const incremental = definitions.filter(({ cursorField }) => cursorField !== undefined);
  return jsonText(
    incremental.map(({ name, cursorField = '' }) => ({
      type: 'STREAM',
      stream: { stream_descriptor: { name }, stream_state: { [cursorField]: cursor } },
    })),
  );
}

/** What the tests expect a list to be asked for, in TypeScript and in Python. Dates are theirs. */
export function requestedLists(rows: readonly FloatStream[], now: Date): string {
  const config = { startDate: undefined, apiToken: '', baseUrl: '', contactEmail: undefined };
  const quotas = { requestsPerMinute: 1, requestsPerSecond: 1, concurrency: 1 };
  const requested = rows.map((row) => {
    const params = Object.entries(row.params({ ...config, ...quotas }, now)).filter(
      ([name]) => !name.endsWith('_date'),
    );
    const expand = row.expand.length === 0 ? {} : { expand: row.expand.join(',') };
    const [, within] = row.primaryKey;
    return [
      row.name,
      {
        kind: row.kind,
        endpoint: row.path.slice(1),
        key: row.nativeKey,
        ...(within === undefined ? {} : { within }),
        ...(row.unknownFieldsLevel === 'INFO' ? { newer: true } : {}),
        ...(row.kind === 'report' ? { rows_in: row.rowsIn } : { params: { ...Object.fromEntries(params), ...expand } }),
      },
    ] as const;
  });
  return jsonText(Object.fromEntries(requested));
}

/** As Biome formats it: an array of texts on one line. */
function jsonText(value: unknown): string {
  const lines = JSON.stringify(value, null, 2);
  const flat = lines.replaceAll(
    /\[\s+("[^"]*"(?:,\s+"[^"]*")*)\s+\]/g,
    (_, items: string) => `[${items.replaceAll(/,\s+/g, ', ')}]`,
  );
  return `${flat.replaceAll(/\[\s+(\["[^\]]*\](?:,\s+\["[^\]]*\])*)\s+\]/g, (_, items: string) => `[${items.replaceAll(/\],\s+/g, '], ')}]`)}\n`;
}
