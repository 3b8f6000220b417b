import { isObject, type JsonValue } from '../protocol/json.ts';
import type { Failure, Headers, Success } from './outcome.ts';
import { isQuotaRefusal } from './quota-refusal.ts';

/** Interprets a complete response: a usable body, or an outcome for the error policy. */
export function interpret(status: number, headers: Headers, text: string): Success | Failure {
  if (status === 204) return { body: undefined, headers };
  const body = parse(text);
  if (status < 200 || status > 299) {
    const said = wordsOf(body, text);
    if (isQuotaRefusal(status, headers, text)) {
      return { outcome: { kind: 'status', status: 429, sentStatus: status, said }, headers };
    }
    return { outcome: { kind: 'status', status, said }, headers };
  }
  return body === undefined ? { outcome: { kind: 'not json' }, headers } : { body, headers };
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The server's error message in full length; it is truncated only after secrets are masked. Yii2, a common framework, sends
 * `{name, message, …}`, and `[{field, message}]` for validation errors. HTML, which gateways send, gives an empty message.
 */
function wordsOf(body: JsonValue | undefined, text: string): string {
  if (body === undefined) return text.trimStart().startsWith('<') ? '' : text;
  const entries = Array.isArray(body) ? body : [body];
  const messages = entries.flatMap((entry) => {
    if (!isObject(entry) || typeof entry.message !== 'string') return [];
    return typeof entry.field === 'string' ? `${entry.field}: ${entry.message}` : entry.message;
  });
  return (messages.length > 0 ? messages : leavesOf(body)).join('; ');
}

/** All values as plain text, not as JSON, because masking would not find a secret with escaped characters. */
function leavesOf(value: JsonValue): string[] {
  if (value === null) return [];
  if (Array.isArray(value)) return value.flatMap(leavesOf);
  if (!isObject(value)) return [String(value)];
  return Object.entries(value).flatMap(([name, member]) =>
    isObject(member) || Array.isArray(member) ? leavesOf(member) : leavesOf(member).map((leaf) => `${name}: ${leaf}`),
  );
}
