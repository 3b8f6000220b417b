import { expect, test } from '@jest/globals';
import type { MockOptions } from '../mock-api/server.ts';
import { startApi } from './support/api.ts';
import { expected, keysOf } from './support/streams.ts';

const SERVERS: ({ what: string } & MockOptions)[] = [
  { what: 'with counts' },
  { what: 'without counts', paginationHeaders: 'none', pastTheEnd: 'empty' },
];

test.each(SERVERS)(
  'while rows are deleted, inserted and edited before every response, no row that stays is lost or emitted twice: $what',
  async ({ what: _, ...options }) => {
    const names = ['tasks', 'logged_time', 'clients'] as const;
    const api = await startApi({ ...options, company: { counts: { tasks: 650, 'logged-time': 650, clients: 650 } } });
    const { company } = api;
    const before = new Map(names.map((name) => [name, keysOf(api, name)]));
    for (const name of names) {
      const { endpoint, path } = expected(name);
      const present = (indices: number[]) =>
        indices.flatMap((index) => before.get(name)?.[index] ?? []).filter((key) => company.find(endpoint, key));
      for (let nth = 1; nth < 14; nth += 1) {
        api.before(path, nth, () => {
          for (const key of present([nth * 3, nth * 47])) company.remove(endpoint, key);
          for (let inserted = 0; inserted < nth % 3; inserted += 1) company.insert(endpoint);
          for (const key of present([nth * 31])) company.update(endpoint, key, {});
        });
      }
    }
    const run = await api.read(names, { mode: 'incremental', state: [] });
    for (const name of names) {
      const ids = run.records(name).map(({ id }) => id);
      const delivered = new Set<unknown>(ids);
      const stayed = new Set<unknown>(keysOf(api, name));
      expect(before.get(name)?.filter((key) => stayed.has(key) && !delivered.has(key))).toEqual([]);
      expect(delivered.size).toBe(ids.length);
    }
  },
);
