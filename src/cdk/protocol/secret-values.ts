import { isObject, type JsonObject, type JsonValue } from './json.ts';

/** Keywords that hold schemas of the very same value. */
const SAME_VALUE = ['allOf', 'anyOf', 'oneOf', 'if', 'then', 'else', 'not'];

/** Keywords that hold schemas of the same value, by the name of a member. */
const SAME_VALUE_BY_NAME = ['dependencies', 'dependentSchemas'];

/**
 * Texts and numbers of the config that the specification marks as `airbyte_secret`, at any depth and in any of the forms that
 * a JSON Schema has. Forms that the config does not have count as well: a mark too many hides a value, one too few shows it.
 */
export function secretValues(specification: JsonValue | undefined, config: JsonValue | undefined): string[] {
  const found = new Set<string>();
  // A schema that refers to itself ends with the value, unless it refers to itself for the same value.
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

/** A pattern that is none matches every name. */
function matches(pattern: string, name: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(name);
  } catch {
    return true;
  }
}

/** The schema that a reference within the specification, such as `#/definitions/key`, points to. */
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
