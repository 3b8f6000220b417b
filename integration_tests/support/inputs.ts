import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import type { JsonObject } from '../../src/cdk/index.ts';
import { EXPECTED, expected, type StreamName } from './streams.ts';

let folder: Promise<string> | undefined;
let files = 0;

/** A folder that is removed after the tests of this file. */
export function temporaryFolder(): Promise<string> {
  folder ??= mkdtemp(join(tmpdir(), 'source-float test '));
  return folder;
}

afterAll(async () => {
  if (folder !== undefined) await rm(await folder, { recursive: true, force: true });
  folder = undefined;
});

/** A read-only file with this content. PyAirbyte, too, gives files of JSON the suffix .txt. */
export async function fileOf(content: string | Buffer, suffix = '.txt'): Promise<string> {
  files += 1;
  const name = `input ${files}${suffix}`;
  const path = join(await temporaryFolder(), name);
  await writeFile(path, content, { mode: 0o444 });
  return path;
}

export const jsonFile = (value: unknown): Promise<string> => fileOf(JSON.stringify(value));

/** For streams without a file in schemas/: streams of other sources, and unknown ones. */
const OTHER: JsonObject = { type: 'object', properties: { id: { type: 'integer' }, name: { type: 'string' } } };

function schemaOf(name: string): JsonObject {
  const file = new URL(`../../schemas/${name}.json`, import.meta.url);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : OTHER;
}

/** A configured catalog as the platform writes it: the streams of `discover` with every null, and generations. */
export function catalogOf(streams: readonly string[], mode = 'full_refresh'): JsonObject {
  return {
    streams: streams.map((name) => {
      const { primaryKey, incremental } = name in EXPECTED ? expected(name as StreamName) : UNKNOWN;
      const key = primaryKey.map((field) => [field]);
      const cursor = incremental ? ['modified'] : [];
      return {
        stream: {
          name,
          json_schema: schemaOf(name),
          supported_sync_modes: incremental ? ['full_refresh', 'incremental'] : ['full_refresh'],
          source_defined_cursor: incremental,
          default_cursor_field: cursor,
          source_defined_primary_key: key,
          is_resumable: incremental,
          namespace: null,
        },
        sync_mode: mode,
        destination_sync_mode: mode === 'incremental' ? 'append_dedup' : 'overwrite',
        cursor_field: cursor,
        primary_key: key,
        generation_id: 1,
        minimum_generation_id: 0,
        sync_id: 7,
      };
    }),
  };
}

const UNKNOWN = { primaryKey: ['id'], incremental: false };

export interface Config extends JsonObject {
  api_token: string;
}
