import { isObject, type JsonObject, type JsonValue } from './json.ts';

/** Keywords that contain schemas for the same value. */
const SAME_VALUE = ['allOf', 'anyOf', 'oneOf', 'if', 'then', 'else', 'not'];

/** Keywords that contain an object of schemas for the same value. */
const SAME_VALUE_BY_NAME = ['dependencies', 'dependentSchemas'];

/**
 * All strings and numbers in the config that the specification marks as `airbyte_secret`, at any depth, below any JSON Schema
 * keyword. Alternatives (`oneOf`) that the config does not match are searched too, because masking too much is harmless and
 * masking too little is not.
 */
export function secretValues(specification: JsonValue | undefined, config: JsonValue | undefined): string[] {
  const found = new Set<string>();
  // Recursion ends with the depth of the value, except if a schema refers to itself for the same value.
  const seen = new Map<JsonValue, Set<JsonValue>>();

  const visit = (schema: JsonValue | undefined, value: JsonValue | undefined): void => {
    if (!isObject(schema) || value === undefined || value === null) return;
    const values = seen.get(schema) ?? new Set();
    if (values.has(value)) return;
    seen.set(schema, values.add(value));
    if (schema.airbyte_secret === true) {
      for (const scalar of scalarsIn(value)) found.add(scalar);
      return;
    }
    if (typeof schema.$ref === 'string') visit(resolve(specification, schema.$ref), value);
    for (const keyword of SAME_VALUE) for (const inner of listOf(schema[keyword])) visit(inner, value);
    for (const keyword of SAME_VALUE_BY_NAME) for (const inner of membersOf(schema[keyword])) visit(inner, value);
    if (Array.isArray(value)) visitItems(schema, value);
    else if (isObject(value)) visitMembers(schema, value);
  };

  const visitItems = (schema: JsonObject, items: readonly JsonValue[]): void => {
    const tuple = [schema.items, schema.prefixItems].find((one) => Array.isArray(one));
    const first = Array.isArray(tuple) ? tuple : [];
    const rest = [
      schema.additionalItems,
      schema.unevaluatedItems,
      Array.isArray(schema.items) ? undefined : schema.items,
    ];
    for (const [at, item] of items.entries()) {
      if (at < first.length) visit(first[at], item);
      else for (const inner of rest) visit(inner, item);
      visit(schema.contains, item);
    }
  };

  const visitMembers = (schema: JsonObject, members: JsonObject): void => {
    const properties = isObject(schema.properties) ? schema.properties : {};
    const patterns = Object.entries(isObject(schema.patternProperties) ? schema.patternProperties : {});
    for (const [name, value] of Object.entries(members)) {
      const matching = patterns.filter(([pattern]) => matches(pattern, name)).map(([, inner]) => inner);
      const own = Object.hasOwn(properties, name) ? [properties[name], ...matching] : matching;
      const declared = own.length > 0 ? own : [schema.additionalProperties, schema.unevaluatedProperties];
      for (const inner of declared) visit(inner, value);
    }
  };

  visit(specification, config);
  return [...found];
}

function listOf(value: JsonValue | undefined): readonly (JsonValue | undefined)[] {
  return Array.isArray(value) ? value : [value];
}

function membersOf(value: JsonValue | undefined): readonly JsonValue[] {
  return isObject(value) ? Object.values(value) : [];
}

function scalarsIn(value: JsonValue): string[] {
  if (typeof value === 'string' || typeof value === 'number') return [String(value)];
  if (Array.isArray(value)) return value.flatMap(scalarsIn);
  return membersOf(value).flatMap(scalarsIn);
}

/** An invalid pattern matches every name, so that no secret is missed. */
function matches(pattern: string, name: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(name);
  } catch {
    return true;
  }
}

/** Resolves a reference within the specification, such as `#/definitions/key`. */
function resolve(root: JsonValue | undefined, reference: string): JsonValue | undefined {
  if (!reference.startsWith('#')) return undefined;
  const segments = decodeURIComponent(reference.slice(1)).split('/').slice(1);
  let at = root;
  for (const segment of segments) {
    const name = segment.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(at)) at = at[Number(name)];
    else at = isObject(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  }
  return at;
}
