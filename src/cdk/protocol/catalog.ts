import { configError } from './errors.ts';
import { isObject, type JsonObject, type JsonValue } from './json.ts';

export interface ConfiguredStream {
  name: string;
  /** As the catalog says it; a source may lack it, or nobody may know it. */
  syncMode: string;
  /** Names of the fields that the user selected. Undefined where the catalog names none, as some written by hand do: all of them. */
  fields?: ReadonlySet<string> | undefined;
}

/** What the user selected. Members that a source has no use for (destination modes, generations, …) are not looked at. */
export function parseCatalog(content: JsonValue | undefined): ConfiguredStream[] {
  if (!isObject(content) || !Array.isArray(content.streams)) {
    throw configError('The configured catalog has no list of streams.');
  }
  const names = new Set<string>();
  return content.streams.map((entry, index) => {
    const stream = isObject(entry) && isObject(entry.stream) ? entry.stream : {};
    const { name } = stream;
    if (!isObject(entry) || typeof name !== 'string') {
      throw configError(`Entry ${index + 1} of the configured catalog names no stream.`);
    }
    if (names.has(name)) throw configError(`The configured catalog names the stream ${name} twice.`);
    names.add(name);
    const syncMode = typeof entry.sync_mode === 'string' ? entry.sync_mode : String(entry.sync_mode);
    return { name, syncMode, fields: selectedFields(stream) };
  });
}

/** The platform leaves the fields that the user did not select out of the configured schema. */
function selectedFields({ json_schema: schema }: JsonObject): ReadonlySet<string> | undefined {
  const names = isObject(schema) && isObject(schema.properties) ? Object.keys(schema.properties) : [];
  return names.length === 0 ? undefined : new Set(names);
}
