import { ConnectorError } from '../protocol/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '../protocol/json.ts';

/**
 * The rows in the body of a response. `selector`: the path to the rows, such as `data` or `result.items`; empty if the body
 * itself is the array. An undefined body (204) has no rows. Throws a system_error if there is no array of objects. Otherwise a
 * changed format would look like an empty list. `advice`: what the user can do, for the message.
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
  throw new ConnectorError('system_error', `The response to the request for ${name} is not a list of rows. ${advice}`, {
    internalMessage: `expected an array of objects ${selector === '' ? 'as the body' : `at ${selector}`}, found ${shapeOf(body)}`,
  });
}

function memberOf(value: JsonValue, name: string): JsonValue {
  return isObject(value) && Object.hasOwn(value, name) ? (value[name] ?? null) : null;
}

/** Describes a body without its values, because they may be personal data. */
function shapeOf(body: JsonValue): string {
  if (Array.isArray(body)) return body.every(isObject) ? 'an array' : 'an array with elements that are not objects';
  if (!isObject(body)) return body === null ? 'null' : `a ${typeof body}`;
  return `an object with the keys ${Object.keys(body).slice(0, 10).join(', ') || '(none)'}`;
}
