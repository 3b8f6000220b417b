import { isObject, type JsonObject, type JsonValue } from '../../../protocol/json.ts';
import type { AirbyteType, FieldFormat, FieldType } from '../../../protocol/messages.ts';
import { eachOf, type ParsedRun } from '../parse-run.ts';
import type { CatalogStream } from '../protocol.ts';
import { ofParts, problemsOfDraft07, typesOf } from './json-schema.ts';
import type { Rule } from './rule.ts';

const ACCEPTANCE = 'TestDiscovery of the connector acceptance tests';

const streams = ({ messages }: ParsedRun): CatalogStream[] =>
  eachOf(messages, 'CATALOG').flatMap(({ catalog }) => catalog.streams);

/** Violations in the streams of a catalog, each with the stream's name. */
const ofStreams = (output: ParsedRun, judge: (stream: CatalogStream) => string[]): string[] =>
  streams(output).flatMap((stream) => judge(stream).map((breach) => `${stream.name}: ${breach}`));

function fieldAt(schema: JsonObject, path: readonly string[]): JsonObject | undefined {
  let at: JsonValue | undefined = schema;
  for (const name of path) at = isObject(at) && isObject(at.properties) ? at.properties[name] : undefined;
  return isObject(at) ? at : undefined;
}

/** Violations in fields that a stream refers to. Schemas without properties are skipped, because another rule checks them. */
const ofFields = (output: ParsedRun, judge: (stream: CatalogStream) => string[]): string[] =>
  ofStreams(output, (stream) => (isObject(stream.json_schema.properties) ? judge(stream) : []));

const TYPES: readonly FieldType[] = ['null', 'string', 'number', 'integer', 'boolean', 'object', 'array'];

/** Type, format and airbyte_type. */
type Kind =
  | Exclude<FieldType, 'null'>
  | `string ${FieldFormat}`
  | `string ${FieldFormat} ${AirbyteType}`
  | `${'number' | 'integer'}  integer`;

/** The combinations that destinations support. */
const KINDS: readonly Kind[] = [
  ...(['string', 'number', 'integer', 'boolean', 'object', 'array'] as const),
  ...(['string date', 'string date-time', 'string time'] as const),
  'string date-time timestamp_with_timezone',
  'string date-time timestamp_without_timezone',
  'string time time_with_timezone',
  'string time time_without_timezone',
  'number  integer',
  'integer  integer',
];

function unknownKind(part: JsonObject): string | undefined {
  const types = [part.type ?? []].flat();
  if (!types.every((type) => TYPES.some((known) => known === type))) return `types ${types.join(', ')}`;
  if (part.format === undefined && part.airbyte_type === undefined) return undefined;
  const [type, ...more] = typesOf(part);
  const kind = [type, part.format ?? '', part.airbyte_type ?? ''].join(' ').trimEnd();
  return more.length === 0 && KINDS.some((known) => known === kind)
    ? undefined
    : `type, format and airbyte_type: ${kind}`;
}

/** Rules for the output of `discover`. */
export const OF_CATALOGS = {
  'a catalog of streams': {
    holds: 'a catalog has streams with unique names',
    seenBy: ACCEPTANCE,
    otherwise: 'no stream can be selected, or two streams are treated as one',
    violations: (output) => {
      const names = streams(output).map(({ name }) => name);
      const isEmpty = names.length === 0 && output.messages.some(({ type }) => type === 'CATALOG');
      return isEmpty ? ['an empty catalog'] : names.filter((name, index) => names.indexOf(name) < index);
    },
  },
  'schemas have properties': {
    holds: 'the schema of a stream lists properties',
    seenBy: 'FieldSelector.kt',
    otherwise: 'the sync fails when it starts',
    violations: (output) =>
      ofStreams(output, ({ json_schema: { properties } }) =>
        isObject(properties) && Object.keys(properties).length > 0 ? [] : ['no properties'],
      ),
  },
  'the cursor is a field': {
    holds: 'the default cursor field is in the schema, and a stream with source_defined_cursor or is_resumable has one',
    seenBy: `CatalogDiffHelpers.kt; ${ACCEPTANCE}`,
    otherwise: 'the connection is paused, because a change of the cursor is a breaking change',
    violations: (output) =>
      ofFields(output, (stream) => {
        const { default_cursor_field: path, json_schema: schema, source_defined_cursor: isDefined } = stream;
        if (path !== undefined) return fieldAt(schema, path) ? [] : [`no field ${path.join('.')}`];
        const needsOne = isDefined === true || stream.is_resumable === true;
        return needsOne ? ['no default_cursor_field, although source_defined_cursor or is_resumable is true'] : [];
      }),
  },
  'the key consists of fields': {
    holds: 'the fields of a primary key are in the schema and are neither objects nor arrays',
    seenBy: `CatalogDiffHelpers.kt; ${ACCEPTANCE}`,
    otherwise: 'the connection is paused, or the destination cannot deduplicate',
    violations: (output) =>
      ofFields(output, ({ source_defined_primary_key: key = [], json_schema: schema }) => {
        return key.flatMap((path) => {
          const field = fieldAt(schema, path);
          if (field === undefined) return [`no field ${path.join('.')}`];
          const types = typesOf(field);
          return types.includes('object') || types.includes('array')
            ? [`${path.join('.')} is ${types.join(', ')}`]
            : [];
        });
      }),
  },
  'sync modes': {
    holds: 'each stream supports full_refresh, and supports incremental only if it has a cursor',
    seenBy: ACCEPTANCE,
    otherwise: 'the stream cannot be configured',
    violations: (output) =>
      ofStreams(output, ({ supported_sync_modes: modes, default_cursor_field: cursor }) => {
        if (!modes.includes('full_refresh')) return ['no full refresh'];
        return modes.includes('incremental') && cursor === undefined ? ['incremental without a cursor'] : [];
      }),
  },
  'schemas of draft 07': {
    holds: 'the schema of a stream is a JSON Schema of draft 07',
    seenBy: ACCEPTANCE,
    otherwise: 'tools reject the catalog',
    violations: (output) => ofStreams(output, ({ json_schema: schema }) => problemsOfDraft07(schema)),
  },
  'types that destinations support': {
    holds: 'type, format and airbyte_type of a field are a supported combination',
    seenBy: `test_catalog_has_supported_data_types, ${ACCEPTANCE}`,
    otherwise: 'the destination creates a text or JSON column instead',
    violations: (output) =>
      ofStreams(output, ({ json_schema: schema }) =>
        // Invalid schemas are skipped, because another rule checks them.
        problemsOfDraft07(schema).length === 0 ? ofParts(schema, unknownKind) : [],
      ),
  },
  'keywords that destinations support': {
    holds: 'schemas use none of $ref, allOf and not, and allow additional properties',
    seenBy: ACCEPTANCE,
    otherwise: 'a field has no type, or a new field makes every row invalid',
    violations: (output) =>
      ofStreams(output, ({ json_schema: schema }) =>
        ofParts(schema, (part) => {
          const keyword = ['$ref', 'allOf', 'not'].find((name) => Object.hasOwn(part, name));
          return keyword ?? (part.additionalProperties === false ? 'additionalProperties false' : undefined);
        }),
      ),
  },
} satisfies Record<string, Rule>;
