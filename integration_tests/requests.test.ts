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
  'every request has a User-Agent, with the contact if there is one ($contact_email), and accepts gzip',
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

const LISTS = [
  { what: 'all lists, concurrency 1', streams: STREAM_NAMES, concurrency: 1 },
  { what: 'all lists, concurrency 3', streams: STREAM_NAMES, concurrency: 3 },
  { what: 'the pages of one list, concurrency 3', streams: ['tasks'], concurrency: 3 },
];

// A connection is opened only when each of those that are kept has a request under way.
test(
  'there are as many keep-alive connections as concurrent requests in the config',
  atOnce(LISTS, async ({ streams, concurrency }) => {
    const api = await startApi({ latencyMs: 20, company: { counts: { people: 1_000, tasks: 2_000 } } });
    const relay = await startRelay(api);
    const base_url = `http://127.0.0.1:${relay.port}/v3`;
    const run = await api.read(streams, { config: { base_url, concurrency } });
    expect(run.code).toBe(0);
    expect(api.requests.length).toBeGreaterThanOrEqual(10);
    expect(relay.connections()).toBe(concurrency);
  }),
);
