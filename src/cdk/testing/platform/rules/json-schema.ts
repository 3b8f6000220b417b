import { Ajv } from 'ajv';
import { isObject, type JsonObject, type JsonValue } from '../../../protocol/json.ts';

/** A nested schema and its path. */
export interface Part {
  readonly path: string;
  readonly schema: JsonObject;
}

/** A schema and all schemas in its properties, items and variants, at any depth. */
export function partsOf(schema: JsonObject, path = ''): Part[] {
  const named = Object.entries(isObject(schema.properties) ? schema.properties : {});
  const listed = ['oneOf', 'anyOf', 'allOf'].flatMap((keyword) => {
    const variants = schema[keyword];
    return Array.isArray(variants)
      ? variants.map((variant, n): [string, JsonValue] => [`${keyword}[${n}]`, variant])
      : [];
  });
  const items: [string, JsonValue][] = schema.items === undefined ? [] : [['items', schema.items]];
  const inner = [...named, ...listed, ...items].flatMap(([name, value]) =>
    isObject(value) ? partsOf(value, path === '' ? name : `${path}.${name}`) : [],
  );
  return [{ path, schema }, ...inner];
}

/** Violations in parts of a schema, each with the path. */
export const ofParts = (schema: JsonObject, judge: (part: JsonObject, path: string) => string | undefined): string[] =>
  partsOf(schema).flatMap(({ path, schema: part }) => {
    const breach = judge(part, path);
    return breach === undefined ? [] : [`${path === '' ? 'the schema itself' : path}: ${breach}`];
  });

/** The types of a schema, without null. */
export const typesOf = ({ type }: JsonObject): JsonValue[] => [type ?? []].flat().filter((one) => one !== 'null');

const ajv = new Ajv({ strict: false });

/** Why a schema is not a valid JSON Schema of draft 07; empty if it is. */
export function problemsOfDraft07(schema: JsonObject): string[] {
  const { $schema, ...rest } = schema;
  if ($schema !== undefined && !/^https?:\/\/json-schema\.org\/draft-07\/schema#?$/.test(String($schema))) {
    return [`$schema is ${String($schema)}`];
  }
  return ajv.validateSchema(rest) ? [] : [ajv.errorsText(ajv.errors)];
}
