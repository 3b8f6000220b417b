import { configError } from './errors.ts';
import { isObject, type JsonValue } from './json.ts';

export interface ConfiguredStream {
  name: string;
  /** As the catalog says it; a source may lack it, or nobody may know it. */
  syncMode: string;
}

/** What the user selected. Members that a source has no use for (destination modes, generations, …) are not looked at. */
export function parseCatalog(content: JsonValue | undefined): ConfiguredStream[] {
  if (!isObject(content) || !Array.isArray(content.streams)) {
    throw configError('The configured catalog has no list of streams.');
  }
  const names = new Set<string>();
  return content.streams.map((entry, index) => {
    const name = isObject(entry) && isObject(entry.stream) ? entry.stream.name : undefined;
    if (!isObject(entry) || typeof name !== 'string') {
      throw configError(`Entry ${index + 1} of the configured catalog names no stream.`);
    }
    if (names.has(name)) throw configError(`The configured catalog names the stream ${name} twice.`);
    names.add(name);
    return { name, syncMode: typeof entry.sync_mode === 'string' ? entry.sync_mode : String(entry.sync_mode) };
  });
}
