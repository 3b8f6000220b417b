/** Passes a config, which contains the token, to the connector as a file. */
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../src/cdk/protocol/json.ts';

/** The file descriptor in the child process, after stdin, stdout and stderr. */
const INHERITED = 3;
/** Only the owner may read and write. */
const MODE = 0o600;

export interface ConfigFile {
  /** The path for `--config`. */
  readonly path: string;
  /** File descriptors that the connector must inherit; empty if the file has a real path. */
  readonly inherited: readonly number[];
  close(): Promise<void>;
}

/**
 * Writes a config file for one process; two processes with the same descriptor may share its read position.
 * The file is unlinked before the token is written, so the token never stays on disk, even if the program is killed.
 * Windows has no path for an inherited file, so there the file stays in a private folder until it is closed.
 */
export async function writeConfig(config: JsonObject, platform = process.platform): Promise<ConfigFile> {
  const folder = await mkdtemp(join(tmpdir(), 'source-float-'));
  const path = join(folder, 'config.json');
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  if (platform === 'win32') {
    try {
      await writeFile(path, JSON.stringify(config), { mode: MODE });
    } catch (error) {
      await remove();
      throw error;
    }
    return { path, inherited: [], close: remove };
  }
  const file = await open(path, 'wx+', MODE).finally(remove);
  // Write at an explicit position, so that the shared read position stays at the start.
  await file.write(JSON.stringify(config), 0);
  return { path: `/dev/fd/${INHERITED}`, inherited: [file.fd], close: () => file.close() };
}
