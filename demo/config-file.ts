/** How a config, with its token, reaches the connector, which takes it as a file. */
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../src/cdk/protocol/json.ts';

/** The child's number of the file that it inherits, after stdin, stdout and stderr. */
const INHERITED = 3;

export interface ConfigFile {
  /** As the connector is told it. */
  readonly path: string;
  /** To be inherited by the connector as its fourth file; nothing where it finds the file by its path. */
  readonly inherited: readonly number[];
  close(): Promise<void>;
}

/**
 * For one process: two that inherit the same file may share the place up to which it was read.
 * The file loses its name before the token is written, so that not even a program that is killed leaves one behind.
 * Windows has no name for an inherited file: there it stays in a private folder until it is closed.
 */
export async function writeConfig(
  config: JsonObject,
  platform: NodeJS.Platform = process.platform,
): Promise<ConfigFile> {
  const folder = await mkdtemp(join(tmpdir(), 'source-float-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const isNameless = platform !== 'win32';
  let file: FileHandle | undefined;
  try {
    const path = join(folder, 'config.json');
    file = await open(path, 'wx+', 0o600);
    if (isNameless) await remove();
    // At a given position: where the file is shared, the connector reads on from where the last write without one ended.
    await file.write(JSON.stringify(config), 0);
    const opened = file;
    return {
      path: isNameless ? `/dev/fd/${INHERITED}` : path,
      inherited: isNameless ? [file.fd] : [],
      close: async () => {
        await opened.close();
        if (!isNameless) await remove();
      },
    };
  } catch (error) {
    await file?.close();
    await remove();
    throw error;
  }
}
