import type { AirbyteStream, SyncMode } from './messages.ts';
import type { StreamDefinition } from './source.ts';

/** Sync modes of a stream. Full refresh comes first, because Airbyte's Docker tests use the first one. */
export function syncModes(definition: StreamDefinition): SyncMode[] {
  return definition.cursorField === undefined ? ['full_refresh'] : ['full_refresh', 'incremental'];
}

/** The catalog entry of a stream. It has no namespace, because the platform requires an exact match in all messages. */
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
