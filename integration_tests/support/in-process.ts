import { expect } from '@jest/globals';
import { type CompanyOptions, createCompany } from '../../mock-api/company.ts';
import { BASE_PATH, type HandlerOptions } from '../../mock-api/handler.ts';
import { createSession, type Session } from '../../mock-api/session.ts';
import type { ConfiguredAirbyteCatalog, JsonObject, JsonValue } from '../../src/cdk/index.ts';
import { fakeTransport, InstantClock, runSource } from '../../src/cdk/testing/index.ts';
import { createFloatSource } from '../../src/float/source.ts';
import { TOKEN } from './api.ts';
import { catalogOf } from './inputs.ts';
import { assertRules } from './platform-rules.ts';
import { Run } from './run.ts';

export interface InProcessOptions extends Omit<HandlerOptions, 'now' | 'token'> {
  company?: CompanyOptions;
  /** The time of both clocks at the start, in milliseconds. */
  start: number;
}

export interface InProcess extends Session {
  read(streams: readonly string[], config?: JsonObject): Promise<Run>;
  /** The server's answer to a request of the test itself, which `requests` does not record. */
  get(path: string, query: Readonly<Record<string, string>>): JsonValue;
}

/** The mock API without sockets, and the connector's source in this process. Waits take no time: the clock jumps to their ends. */
export function startInProcess({ company, start, ...options }: InProcessOptions): InProcess {
  const clock = new InstantClock(start);
  const session = createSession(createCompany({ now: clock.now, ...company }), {
    limits: null,
    ...options,
    token: TOKEN,
    now: clock.now,
  });
  const answer = (path: string, query: URLSearchParams) =>
    session.answer({ method: 'GET', path, query, headers: { authorization: `Bearer ${TOKEN}` } }).response;
  const source = createFloatSource(fakeTransport(({ pathname, searchParams }) => answer(pathname, searchParams)));
  return {
    ...session,
    async read(streams, config = {}) {
      const quotas = { requests_per_minute: 1_000_000, requests_per_second: 1_000_000 };
      const run = await runSource(source, {
        verb: 'read',
        config: { api_token: TOKEN, ...quotas, ...config },
        catalog: catalogOf(streams) as unknown as ConfiguredAirbyteCatalog,
        clock,
      });
      assertRules(run);
      expect(session.unexpected).toEqual([]);
      return new Run({ ...run, signal: null });
    },
    get(path, query) {
      const { body } = answer(BASE_PATH + path, new URLSearchParams(query));
      session.requests.pop();
      return JSON.parse(body);
    },
  };
}
