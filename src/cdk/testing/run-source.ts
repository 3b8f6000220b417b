import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Verb } from '../protocol/args.ts';
import { run } from '../protocol/cli.ts';
import type { Clock } from '../protocol/clock.ts';
import type { JsonObject } from '../protocol/json.ts';
import type {
  AirbyteMessage,
  AirbyteStream,
  ConfiguredAirbyteCatalog,
  IncomingStateEntry,
  SyncMode,
} from '../protocol/messages.ts';
import type { Source } from '../protocol/source.ts';
import { InstantClock } from './instant-clock.ts';
import { MemoryStdout } from './memory-stdout.ts';
import type { ConnectorRun } from './platform/parse-run.ts';

/** The input of one verb. */
export interface VerbInput {
  readonly verb: Verb;
  readonly config?: JsonObject;
  readonly catalog?: ConfiguredAirbyteCatalog;
  readonly state?: readonly IncomingStateEntry[];
  /** Default: an InstantClock. Use `systemClock` with real HTTP, because time-outs are sleeps too. */
  readonly clock?: Clock;
}

/** A finished run, for `checkRun`. */
export interface SourceRun extends ConnectorRun {
  readonly messages: readonly AirbyteMessage[];
}

/** Runs one verb of a source in this process, as the platform runs it in a separate process. */
export async function runSource<Config>(source: Source<Config>, input: VerbInput): Promise<SourceRun> {
  const { verb, config, catalog, state, clock = new InstantClock() } = input;
  const folder = await mkdtemp(join(tmpdir(), 'source-run-'));
  try {
    const argv: string[] = [verb];
    for (const [name, content] of Object.entries({ config, catalog, state })) {
      if (content === undefined) continue;
      const path = join(folder, `${name}.json`);
      await writeFile(path, JSON.stringify(content));
      argv.push(`--${name}`, path);
    }
    const [stdout, stderr] = [new MemoryStdout(), new MemoryStdout()];
    const code = await run(source, { argv, stdout, stderr, env: {}, clock });
    return { verb, catalog, state, stdout: stdout.text, stderr: stderr.text, code, messages: stdout.messages };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * A configured catalog with all of these streams. Each stream has the given sync mode if it supports that, else full_refresh.
 */
export function configureAll(streams: readonly AirbyteStream[], mode: SyncMode): ConfiguredAirbyteCatalog {
  return {
    streams: streams.map((stream) => {
      const syncMode = stream.supported_sync_modes.includes(mode) ? mode : 'full_refresh';
      return {
        stream,
        sync_mode: syncMode,
        destination_sync_mode: syncMode === 'incremental' ? 'append_dedup' : 'overwrite',
        ...(stream.default_cursor_field === undefined ? {} : { cursor_field: stream.default_cursor_field }),
        ...(stream.source_defined_primary_key === undefined ? {} : { primary_key: stream.source_defined_primary_key }),
      };
    }),
  };
}

/** The input state for the next run: the last state of each stream. */
export function lastStates({ messages }: Pick<SourceRun, 'messages'>): IncomingStateEntry[] {
  const last = new Map<string, IncomingStateEntry>();
  for (const message of messages) {
    if (message.type !== 'STATE') continue;
    const { type, stream } = message.state;
    last.set(stream.stream_descriptor.name, { type, stream });
  }
  return [...last.values()];
}
