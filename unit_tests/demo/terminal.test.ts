import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WriteStream } from 'node:tty';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from '@jest/globals';
import { Connector, configure } from '../../demo/airbyte.ts';
import { Destination } from '../../demo/duckdb.ts';
import { Progress } from '../../demo/progress.ts';
import { Screen, wrapped } from '../../demo/show.ts';
import { Sync } from '../../demo/sync.ts';
import type { AirbyteMessage } from '../../src/cdk/index.ts';

const NOW = Date.parse('2026-03-11T12:00:00Z');
const STREAM = 'reports_people';
const STEP = `${STREAM}: month 16 of 16, about 41 s left.`;

const log = (message: string): AirbyteMessage => ({ type: 'LOG', log: { level: 'INFO', message } });
const status = (status: 'STARTED' | 'RUNNING' | 'COMPLETE', quotaReset?: number): AirbyteMessage => {
  const reasons =
    quotaReset === undefined ? [] : [{ type: 'RATE_LIMITED' as const, rate_limited: { quota_reset: quotaReset } }];
  const stream_status = { stream_descriptor: { name: STREAM }, status, reasons };
  return { type: 'TRACE', trace: { type: 'STREAM_STATUS', emitted_at: NOW, stream_status } };
};

const MESSAGES = [
  status('STARTED'),
  status('RUNNING'),
  log(STEP),
  log('Waiting 41 s for the request quota of reports.'),
  status('RUNNING', NOW + 41_000),
  log('people: 60 records in 0.3 s, complete.'),
  status('COMPLETE'),
];

/** What the demo writes for each message of a connector. One message comes each second. */
async function written(terminal: Partial<WriteStream>): Promise<string[]> {
  const texts = [''];
  let now = NOW;
  const write = (chunk: string): void => {
    texts.push((texts.pop() ?? '') + stripVTControlCharacters(chunk));
  };
  const screen = new Screen({ ...terminal, write } as unknown as WriteStream, {});
  const destination = await Destination.create(':memory:');
  const folder = await mkdtemp(join(tmpdir(), 'progress-'));
  const files = { catalog: join(folder, 'catalog.json'), state: join(folder, 'state.json') };
  await writeFile(files.state, '[]');
  const stream = configure({
    name: STREAM,
    json_schema: { properties: { id: { type: 'integer' } } },
    supported_sync_modes: ['full_refresh'],
    source_defined_primary_key: [['id']],
    is_resumable: false,
  });
  const connector = new Connector({});
  connector.read = async function* () {
    for (const message of MESSAGES) {
      yield message;
      now += 1_000;
      progress.tick();
      texts.push('');
    }
  };
  const sync = new Sync(connector, files, [stream], destination);
  const progress = new Progress(screen, sync, () => now);
  await sync.run(new AbortController().signal, progress);
  destination.close();
  await rm(folder, { recursive: true });
  return texts;
}

test('without a terminal, each wait is a line', async () => {
  const lines = [STEP, 'Waiting 41 s for the request quota of reports.', `${STREAM}: 0 records`];
  expect((await written({})).join('')).toBe(lines.map((line) => `  ${line}\n`).join(''));
});

test('in a terminal, the seconds count down, and the reason stays while other lines come', async () => {
  const texts = await written({ isTTY: true, columns: 100, rows: 40 });
  expect(texts[4]).toMatch(/reports_people │ +0 │ +0 │ waits 36 s │\n/);
  expect(texts[5]).toMatch(/reports_people │ +0 │ +0 │ waits 35 s │\n.*Waiting 41 s for the request quota/s);
  expect(texts[5]).not.toContain('people: 60 records');
  expect(texts[6]).not.toContain('waits');
});

test('text is broken between words; a word that is too long stays whole', () => {
  const text = 'one two three\nfour fives\n\nincomprehensibilities are few';
  expect(wrapped(text, 10).split('\n')).toEqual([
    ...['one two', 'three', 'four fives', '', 'incomprehensibilities', 'are few'],
  ]);
});
