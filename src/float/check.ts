import type { HttpClient } from '../cdk/http/client.ts';
import { RequestFailed, statusOf } from '../cdk/http/failure.ts';
import { CHECK } from '../cdk/http/patience.ts';
import { ConnectorError, type SourceContext } from '../cdk/index.ts';
import { rowsOf } from './lists.ts';

/** Less than the 30 seconds after which programs that call `check` give up. */
const DEADLINE_MS = 25_000;

/** Every account has this list. It is small and contains no personal data. */
const LIST = { name: 'departments', path: '/departments' };

/** Resolves if the config gives access to a Float account. Otherwise throws a ConnectorError that says what to do. */
export async function checkConnection(client: HttpClient, { clock, signal }: SourceContext): Promise<void> {
  const over = new AbortController();
  const deadline = clock.sleep(DEADLINE_MS, AbortSignal.any([over.signal, signal])).then(() => {
    throw new ConnectorError(
      'transient_error',
      `Float gave no usable answer within ${DEADLINE_MS / 1000} seconds. Try again in a minute.`,
    );
  });
  try {
    const request = client.get(LIST, { page: 1, 'per-page': 1 }, { patience: CHECK, signal: over.signal });
    const answer = await Promise.race([request, deadline]);
    rowsOf(answer, LIST.name);
  } catch (error) {
    throw isNotFound(error) ? wrongAddress(error) : error;
  } finally {
    over.abort();
    deadline.catch(() => undefined);
  }
}

const isNotFound = (error: unknown): error is RequestFailed =>
  error instanceof RequestFailed && statusOf(error) === 404;

/**
 * For other streams, a 404 may mean that the account does not have the stream. Every account has this list, so here only the
 * address can be wrong.
 */
const wrongAddress = (cause: RequestFailed): ConnectorError =>
  new ConnectorError(
    'config_error',
    `The server has no ${LIST.path} (404). Check that base_url is the full address of a Float API, including its version (/v3).`,
    { internalMessage: cause.internalMessage, cause },
  );
