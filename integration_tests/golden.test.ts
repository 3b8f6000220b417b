import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import type { AirbyteMessage } from '../src/cdk/index.ts';
import { startApi } from './support/api.ts';
import { connector } from './support/connector.ts';
import type { Run } from './support/run.ts';
import { REPORT_STREAMS, STREAM_NAMES } from './support/streams.ts';

const NOW = Date.parse('2026-03-18T10:30:15.250Z');

/** The connector's clock stands still, so its output is the same every day. */
const PINNED = { clock: { speed: 0, start: NOW, since: NOW } };

/** A small company, the same on every day and in every run. */
const startFixedApi = () => startApi({ now: () => NOW, company: { seed: 7, people: 12, projects: 6, weeks: 2 } });

/** The messages as JSON that people can read and compare: short ones on one line. */
const toText = (messages: readonly AirbyteMessage[]): string =>
  messages
    .map((message) => JSON.stringify(message, null, JSON.stringify(message).length > 250 ? 2 : 0))
    .map((text) => `${text}\n`)
    .join('');

/** Only the first record of each stream. The states have the number of records. */
function shortened({ messages }: Run): AirbyteMessage[] {
  const seen = new Set<string>();
  return messages.filter((message) => {
    if (message.type !== 'RECORD') return true;
    const isFirst = !seen.has(message.record.stream);
    seen.add(message.record.stream);
    return isFirst;
  });
}

/** Compares with the stored text. `UPDATE_GOLDEN=1` stores a new one. */
async function expectGolden(verb: string, text: string): Promise<void> {
  const file = new URL(`golden/${verb}.golden`, import.meta.url);
  if (process.env.UPDATE_GOLDEN) await writeFile(file, text);
  expect(text.split('\n')).toEqual((await readFile(file, 'utf8')).split('\n'));
}

describe('golden outputs (after an intended change: UPDATE_GOLDEN=1 npm run jest -- integration_tests/golden)', () => {
  test('spec prints the stored specification', async () => {
    const run = await connector(['spec']);
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' });
    await expectGolden('spec', toText(run.messages));
  });

  test('check prints the stored answer', async () => {
    const api = await startFixedApi();
    await expectGolden('check', toText((await api.check({}, PINNED)).messages));
  });

  test('discover prints the stored catalog', async () => {
    const api = await startFixedApi();
    await expectGolden('discover', toText((await api.discover()).messages));
  });

  test('read prints the stored records, statuses and states', async () => {
    const api = await startFixedApi();
    // One stream after the other, so that the lines have the same order in every run.
    const run = await api.read(STREAM_NAMES, { mode: 'incremental', config: { concurrency: 1 } }, PINNED);
    await expectGolden('read', toText(shortened(run)));
  });

  test('read prints the stored records of the reports, from this month on', async () => {
    const api = await startFixedApi();
    const run = await api.read(REPORT_STREAMS, { config: { concurrency: 1, start_date: '2026-03-18' } }, PINNED);
    await expectGolden('reports', toText(shortened(run)));
  });
});
