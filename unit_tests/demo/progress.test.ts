import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WriteStream } from 'node:tty';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from '@jest/globals';
import { Connector, configure } from '../../demo/airbyte.ts';
import { Progress } from '../../demo/progress.ts';
import { Screen } from '../../demo/show.ts';
import { Sync } from '../../demo/sync.ts';
import type { AirbyteMessage } from '../../src/cdk/index.ts';
import { withTables } from './tables.ts';

const NOW = Date.parse('2026-03-11T12:00:00Z');
const STREAM = 'reports_people';
const STEP = `${STREAM}: month 16 of 16, about 41 s left.`;

const log = (level: 'INFO' | 'DEBUG', message: string): AirbyteMessage => ({ type: 'LOG', log: { level, message } });
const status = (status: 'STARTED' | 'RUNNING' | 'COMPLETE', quotaReset?: number): AirbyteMessage => ({
  type: 'TRACE',
  trace: {
    type: 'STREAM_STATUS',
    emitted_at: NOW,
    stream_status: {
      stream_descriptor: { name: STREAM },
      status,
      ...(quotaReset === undefined
        ? {}
        : { reasons: [{ type: 'RATE_LIMITED', rate_limited: { quota_reset: quotaReset } }] }),
    },
  },
});

/** A connector that says these messages; `onEach` is called after each of them was taken. */
class Scripted extends Connector {
  private readonly messages: readonly AirbyteMessage[];
  private readonly onEach: (index: number) => void;

  constructor(messages: readonly AirbyteMessage[], onEach: (index: number) => void) {
    super({});
    this.messages = messages;
    this.onEach = onEach;
  }

  override async *read(): AsyncGenerator<AirbyteMessage> {
    for (const [index, message] of this.messages.entries()) {
      yield message;
      this.onEach(index);
    }
  }
}

/** What the demo writes while the connector waits; `seen` gets what was written up to each message. */
async function shown(terminal: Partial<WriteStream>): Promise<{ text: string; seen: string[] }> {
  let text = '';
  let now = NOW;
  const write = (chunk: string): void => {
    text += chunk;
  };
  const stdout = { ...terminal, write } as unknown as WriteStream;
  const screen = new Screen(stdout, {});
  const seen: string[] = [];
  const messages = [
    status('STARTED'),
    status('RUNNING'),
    log('INFO', STEP),
    log('INFO', 'Waiting 41 s for the request quota of reports.'),
    status('RUNNING', NOW + 41_000),
    log('INFO', 'people: 60 records in 0.3 s, complete.'),
    status('COMPLETE'),
  ];
  await withTables({}, async (tables) => {
    const stream = configure({
      name: STREAM,
      json_schema: { properties: { id: { type: 'integer' } } },
      supported_sync_modes: ['full_refresh'],
      source_defined_primary_key: [['id']],
      is_resumable: false,
    });
    const folder = await mkdtemp(join(tmpdir(), 'progress-'));
    const files = { catalog: join(folder, 'catalog.json'), state: join(folder, 'state.json') };
    await writeFile(files.state, '[]');
    const progress: { current?: Progress } = {};
    const connector = new Scripted(messages, () => {
      now += 1_000;
      progress.current?.tick();
      seen.push(stripVTControlCharacters(text));
      text = terminal.isTTY ? '' : text;
    });
    const sync = new Sync(connector, files, [stream], tables);
    progress.current = new Progress(screen, sync, () => now);
    await sync.run(
      new AbortController().signal,
      (run) => progress.current?.update(run),
      (line) => progress.current?.waiting(line),
    );
    progress.current.finish();
    await rm(folder, { recursive: true });
  });
  return { text, seen };
}

test('without a terminal, each wait is a line', async () => {
  const { text } = await shown({});
  expect(text.split('\n').slice(0, 3)).toEqual([
    `  ${STEP}`,
    '  Waiting 41 s for the request quota of reports.',
    `  ${STREAM}: 0 records`,
  ]);
});

test('in a terminal, the seconds count down, and the reason stays while other lines come', async () => {
  const { seen } = await shown({ isTTY: true, columns: 100, rows: 40 });
  expect(seen[4]).toMatch(/reports_people +0 +0 +waits 36 s\n/);
  expect(seen[5]).toMatch(/reports_people +0 +0 +waits 35 s\n.*Waiting 41 s for the request quota/s);
  expect(seen[5]).not.toContain('people: 60 records');
  expect(seen[6]).not.toContain('waits');
});
