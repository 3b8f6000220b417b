import { isObject, type JsonObject, type JsonValue } from '../../../protocol/json.ts';
import { eachOf, type ParsedRun } from '../parse-run.ts';
import { ofParts, partsOf, problemsOfDraft07, typesOf } from './json-schema.ts';
import type { Rule } from './rule.ts';

const ACCEPTANCE = 'TestSpec of the connector acceptance tests';

const SECRET_NAMES =
  /^(client_token|access_token|api_token|token|secret|client_secret|password|key|service_account(_info)?|tenant_id|certificate|jwt|credentials|app_?id|refresh_token)$/;

const FORBIDDEN = [
  ...['not', 'anyOf', 'allOf', 'if', 'then', 'else', 'patternProperties', 'prefixItems'],
  ...['dependentSchemas', 'dependentRequired', '$ref'],
];

/** Matches regular expression syntax that Python does not support: other escapes, `(?<name>`, look-behind, empty classes. */
const UNKNOWN_TO_PYTHON = /\\(?![dDsSwWbBfnrtvx]|u[0-9a-fA-F]{4}|[^a-zA-Z])|\(\?<|\[\^?\]/;

const form = ({ messages }: ParsedRun): JsonObject[] =>
  eachOf(messages, 'SPEC').map(({ spec }) => spec.connectionSpecification);

const ofFields = (output: ParsedRun, judge: (field: JsonObject, path: string) => string | undefined): string[] =>
  form(output).flatMap((schema) => ofParts(schema, judge));

const propertiesOf = ({ properties }: JsonObject): [string, JsonObject][] =>
  Object.entries(isObject(properties) ? properties : {}).flatMap(([name, value]): [string, JsonObject][] =>
    isObject(value) ? [[name, value]] : [],
  );

function problemOfPattern(pattern: JsonValue | undefined): string | undefined {
  if (typeof pattern !== 'string') return undefined;
  try {
    // ajv compiles patterns with the u flag, the form in the browser without it.
    for (const flags of ['', 'u']) new RegExp(pattern, flags);
  } catch (error) {
    return String(error);
  }
  const unknown = UNKNOWN_TO_PYTHON.exec(pattern);
  return unknown === null ? undefined : `${pattern}: Python does not support ${unknown[0]}`;
}

/** Rules for the output of `spec`. */
export const OF_SPECS = {
  'a specification of draft 07': {
    holds: 'connectionSpecification is an object schema (JSON Schema draft 07) with properties',
    seenBy: `${ACCEPTANCE}; JsonSecretsProcessor.kt`,
    otherwise: 'the platform cannot build the form, and shows secrets',
    violations: (output) =>
      form(output).flatMap((schema) => {
        const problems = problemsOfDraft07(schema);
        if (problems.length > 0) return problems;
        return schema.type === 'object' && propertiesOf(schema).length > 0 ? [] : ['not an object with properties'];
      }),
  },
  'no protocol version': {
    holds: 'protocol_version is omitted',
    seenBy: 'ActorDefinitionHandlerHelper.kt',
    otherwise: 'a version that is not between 0.0.0 and 0.3.0 makes the connector unsupported',
    violations: ({ messages }) => eachOf(messages, 'SPEC').flatMap(({ spec }) => spec.protocol_version ?? []),
  },
  'secrets are marked': {
    holds: 'a field whose name suggests a secret has airbyte_secret, and only strings and numbers have airbyte_secret',
    seenBy: `JsonSecretsProcessor.kt; test_secret_is_properly_marked, ${ACCEPTANCE}`,
    otherwise: 'the secret is stored and shown in plain text',
    violations: (output) =>
      ofFields(output, (field, path) => {
        const isStorable = typesOf(field).some((type) => ['string', 'number', 'integer'].includes(String(type)));
        const isSecret = SECRET_NAMES.test(path.split('.').at(-1) ?? '') && isStorable && field.const === undefined;
        if (isSecret && field.airbyte_secret !== true) return 'a secret without airbyte_secret';
        return field.airbyte_secret === true && !isStorable
          ? 'airbyte_secret on a type that cannot be stored as a secret'
          : undefined;
      }),
  },
  'orders are unique': {
    holds: 'no two fields of a group have the same order',
    seenBy: `schemaToFormBlock.ts; test_duplicate_order, ${ACCEPTANCE}`,
    otherwise: 'the order of the two in the form is undefined',
    violations: (output) =>
      ofFields(output, (part) => {
        const places = propertiesOf(part).flatMap(([, { order, group = '' }]) =>
          order === undefined ? [] : [`${String(group)} ${String(order)}`.trim()],
        );
        return places.find((place, index) => places.indexOf(place) < index);
      }),
  },
  'groups exist': {
    holds: 'only top-level fields have a group, and the form declares this group',
    seenBy: `schemaToFormBlock.ts; test_nested_group, ${ACCEPTANCE}`,
    otherwise: 'the field is not shown in any card',
    violations: (output) =>
      form(output).flatMap((schema) => {
        const { groups } = schema;
        const known = (Array.isArray(groups) ? groups : []).map((group) => (isObject(group) ? group.id : undefined));
        return partsOf(schema).flatMap(({ path, schema: { group } }) =>
          group === undefined || (known.includes(group) && !path.includes('.')) ? [] : [`${path}: ${String(group)}`],
        );
      }),
  },
  'supported keywords in the form': {
    holds: `the form uses none of ${FORBIDDEN.join(', ')}, and allows additional properties`,
    seenBy: `schemaToFormBlock.ts; test_forbidden_complex_types, ${ACCEPTANCE}`,
    otherwise: 'the platform cannot build the form, or a config is invalid because of its reserved fields',
    violations: (output) =>
      ofFields(output, (field) => {
        const keyword = FORBIDDEN.find((name) => Object.hasOwn(field, name));
        return keyword ?? (field.additionalProperties === false ? 'additionalProperties false' : undefined);
      }),
  },
  'one type a field': {
    holds: 'a field has one type, and an object has properties',
    seenBy: `test_property_type_is_not_array and test_object_not_empty, ${ACCEPTANCE}`,
    otherwise: 'the field is rendered as its first type, or not at all',
    violations: (output) =>
      ofFields(output, (field, path) => {
        if (path === '') return undefined;
        if (typesOf(field).length !== 1) return `types ${typesOf(field).join(', ')}`;
        const isEmpty = field.type === 'object' && propertiesOf(field).length === 0 && field.oneOf === undefined;
        return isEmpty ? 'an object without properties' : undefined;
      }),
  },
  'patterns for JavaScript and Python': {
    holds: 'each pattern means the same in JavaScript and in Python',
    seenBy: 'schemaToYup.ts; validate_config of PyAirbyte',
    otherwise: 'the form accepts a config that PyAirbyte rejects, or rejects one that PyAirbyte accepts',
    violations: (output) => ofFields(output, (field) => problemOfPattern(field.pattern)),
  },
} satisfies Record<string, Rule>;
