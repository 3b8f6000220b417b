import { ConnectorError } from '../protocol/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '../protocol/json.ts';

/**
 * The rows in the body of an answer. `selector`: where they stand, `data` or `result.items`; an empty text for a body that is
 * the array itself. A body that is undefined (204) has no rows. Throws a system_error for anything that is no list of objects:
 * a list must never count as empty because its form has changed. `advice`: what a user can do about it.
 */
export function rowsAt(
  body: JsonValue | undefined,
  selector: string,
  name: string,
  advice = 'Check the address of the API in the config.',
): JsonObject[] {
  if (body === undefined) return [];
  const rows = selector === '' ? body : selector.split('.').reduce(memberOf, body);
  if (Array.isArray(rows) && rows.every(isObject)) return rows;
  throw new ConnectorError('system_error', `The answer to the request for ${name} is no list of rows. ${advice}`, {
    internalMessage: `expected an array of objects ${selector === '' ? 'as the body' : `at ${selector}`}, found ${shapeOf(body)}`,
  });
}

function memberOf(value: JsonValue, name: string): JsonValue {
  return isObject(value) && Object.hasOwn(value, name) ? (value[name] ?? null) : null;
}

/** What a body is, without its values: they are the company's. */
function shapeOf(body: JsonValue): string {
  if (Array.isArray(body)) return body.every(isObject) ? 'an array' : 'an array with members that are no objects';
  if (!isObject(body)) return body === null ? 'null' : `a ${typeof body}`;
  return `an object with the members ${Object.keys(body).slice(0, 10).join(', ') || '(none)'}`;
}
