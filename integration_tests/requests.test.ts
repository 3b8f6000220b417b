import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { startApi, TOKEN } from './support/api.ts';
import { atOnce } from './support/at-once.ts';
import { startRelay } from './support/relay.ts';
import { STREAM_NAMES } from './support/streams.ts';

const PACKAGE = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));

test.each([
  { contact_email: undefined, contact: '' },
  { contact_email: 'data.team@example.com', contact: ' (data.team@example.com)' },
])(
  'every request says who asks, with the contact if there is one ($contact_email), and takes gzip',
  async ({ contact_email, contact }) => {
    const api = await startApi();
    await api.read(['people', 'clients', 'tasks'], { config: contact_email === undefined ? {} : { contact_email } });
    const { host } = new URL(api.url);
    expect(api.requests.length).toBeGreaterThanOrEqual(3);
    for (const { method, headers } of api.requests) {
      expect(method).toBe('GET');
      expect(headers).toMatchObject({
        authorization: `Bearer ${TOKEN}`,
        'user-agent': `${PACKAGE.name}/${PACKAGE.version}${contact}`,
        accept: 'application/json',
        'accept-encoding': expect.stringContaining('gzip'),
        host,
      });
    }
  },
);

test('connections are kept: no more of them than requests at once', async () => {
  const api = await startApi({ company: { counts: { people: 1000, tasks: 1000, projects: 600 } } });
  const relay = await startRelay(api);
  const base_url = `http://127.0.0.1:${relay.port}/v3`;
  const run = await api.read(STREAM_NAMES, { config: { base_url, concurrency: 3 } });
  expect(run.code).toBe(0);
  expect(api.requests.length).toBeGreaterThan(25);
  expect(relay.connections()).toBeLessThanOrEqual(3);
});

const LISTS = [
  { what: 'all lists, concurrency 1', streams: STREAM_NAMES, concurrency: 1 },
  { what: 'all lists, concurrency 3', streams: STREAM_NAMES, concurrency: 3 },
  { what: 'the pages of one list, concurrency 3', streams: ['tasks'], concurrency: 3 },
];

test(
  'as many requests are under way at once as the config allows, and no more',
  atOnce(LISTS, async ({ streams, concurrency }) => {
    const api = await startApi({ latencyMs: 80, company: { counts: { tasks: 2_000 } } });
    await api.read(streams, { config: { concurrency } });
    const times = api.requests.map(({ at }) => at);
    const most = Math.max(...times.map((at) => times.filter((other) => other >= at && other < at + 75).length));
    expect(most).toBe(concurrency);
  }),
);
