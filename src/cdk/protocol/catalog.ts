import { configError } from './errors.ts';
import { isObject, type JsonObject, type JsonValue } from './json.ts';

export interface ConfiguredStream {
  name: string;
  /** The mode as written in the catalog. It may be unknown, or one that the stream does not support. */
  syncMode: string;
  /**
   * Names of the fields that the user selected. Undefined (all fields) if the catalog lists none, as in some hand-written
   * catalogs.
   */
  fields?: ReadonlySet<string> | undefined;
}

/** The streams that the user selected. Members that a source does not need (destination modes, generations, …) are ignored. */
export function parseCatalog(content: JsonValue | undefined): ConfiguredStream[] {
  if (!isObject(content) || !Array.isArray(content.streams)) {
    throw configError('The configured catalog has no list of streams. Check the file passed with --catalog.');
  }
  const names = new Set<string>();
  return content.streams.map((entry, index) => {
    const stream = isObject(entry) && isObject(entry.stream) ? entry.stream : {};
    const { name } = stream;
    if (!isObject(entry) || typeof name !== 'string') {
      throw configError(
        `Entry ${index + 1} of the configured catalog has no stream name. Add stream.name or remove the entry.`,
      );
    }
    if (names.has(name))
      throw configError(`The configured catalog contains the stream ${name} twice. Remove one of the entries.`);
    names.add(name);
    const syncMode = typeof entry.sync_mode === 'string' ? entry.sync_mode : String(entry.sync_mode);
    return { name, syncMode, fields: selectedFields(stream) };
  });
}

/** The platform removes fields that the user did not select from the configured schema. */
function selectedFields({ json_schema: schema }: JsonObject): ReadonlySet<string> | undefined {
  const names = isObject(schema) && isObject(schema.properties) ? Object.keys(schema.properties) : [];
  return names.length === 0 ? undefined : new Set(names);
}
