import { interpret } from '../http/answer.ts';
import type { OpenTransport } from '../http/transport.ts';

/** A response of a fake server. */
export interface FakeAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The text of the body. */
  readonly body: string;
}

/** A server in the process of the test. `answer` is called with the URL and headers of each request. */
export function fakeTransport(
  answer: (url: URL, headers: Readonly<Record<string, string>>) => FakeAnswer | Promise<FakeAnswer>,
): OpenTransport {
  return async (_baseUrl, requestHeaders, _clock, runSignal) => ({
    close: () => undefined,
    async get(url, _timeoutMs, signal = runSignal) {
      signal.throwIfAborted();
      const { status, headers = {}, body } = await answer(new URL(url), requestHeaders);
      return interpret(status, { get: (name) => headers[name.toLowerCase()] ?? null }, body);
    },
  });
}
