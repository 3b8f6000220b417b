import type { AirbyteStream, SyncMode } from './messages.ts';
import type { StreamDefinition } from './source.ts';

/** Sync modes of a stream; the full refresh first, since Airbyte's Docker tests read with the first one. */
export function syncModes(definition: StreamDefinition): SyncMode[] {
  return definition.cursorField === undefined ? ['full_refresh'] : ['full_refresh', 'incremental'];
}

/** A stream as the catalog shows it. Without a namespace: the platform compares it to the letter. */
export function catalogEntry(definition: StreamDefinition): AirbyteStream {
  const { name, jsonSchema, primaryKey, cursorField, resumable = false } = definition;
  return {
    name,
    json_schema: jsonSchema,
    supported_sync_modes: syncModes(definition),
    ...(cursorField === undefined ? {} : { source_defined_cursor: true, default_cursor_field: [cursorField] }),
    ...(primaryKey.length === 0 ? {} : { source_defined_primary_key: primaryKey.map((field) => [field]) }),
    is_resumable: resumable,
  };
}
