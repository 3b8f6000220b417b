/** Generates the data dictionary: the schemas and the table of streams as Markdown, for people who query the data. */
import type { FloatStream } from '../src/float/streams.ts';
import { markdownTable } from './markdown-table.ts';

export interface Schema {
  type: string | string[];
  title?: string;
  description?: string;
  format?: string;
  airbyte_type?: string;
  known_values?: number[];
  additionalProperties?: boolean;
  required?: string[];
  properties?: Record<string, Schema>;
  items?: Schema;
}

export interface Field {
  /** `department.parent_id` is inside an object, `tags[].name` inside each object of an array. */
  path: string;
  schema: Schema;
}

/** A field of a stream. */
export interface Pointer {
  stream: string;
  field: string;
}

/** A row of the table with the schema of its records. */
export interface DescribedStream extends FloatStream {
  readonly schema: Schema;
}

/** Every field of a schema, each followed by the fields inside it. */
export function* fieldsOf(schema: Schema, prefix = ''): Generator<Field> {
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    const path = `${prefix}${name}`;
    yield { path, schema: field };
    yield* fieldsOf(field.items ?? field, `${path}${field.items ? '[]' : ''}.`);
  }
}

const POINTER = / ?\(→ (\w+)\.(\w+)(?:, ([^)]*))?\)/;

/** A reference to a field of another stream, written in the description as `(→ people.id)`. */
export function pointerOf({ description = '' }: Schema): Pointer | undefined {
  const [, stream, field] = POINTER.exec(description) ?? [];
  return stream === undefined || field === undefined ? undefined : { stream, field };
}

/** Whether 0 means "no row". */
export const zeroIsNone = ({ description = '' }: Schema): boolean => /\b0 (for none|until)\b/.test(description);

/** Authors of a row. All streams reference accounts with these fields, so the diagram omits them to stay readable. */
const AUTHORS = ['created_by', 'modified_by'];

export function dictionary(streams: readonly DescribedStream[]): string {
  return [
    '<!-- Generated from schemas/ and src/float/streams.ts by npm run generate; not edited by hand. -->',
    '# Data dictionary',
    INTRODUCTION,
    '## Streams',
    markdownTable(
      ['stream', 'one row is', 'primary key', 'cursor', 'sync modes'],
      streams.map((stream) => [
        `[${stream.name}](#${stream.name})`,
        `${stream.schema.title}`,
        keyOf(stream),
        code(stream.cursorField),
        syncModesOf(stream),
      ]),
    ),
    '## How the streams are related',
    DIAGRAM_NOTE,
    `\`\`\`mermaid\n${diagram(streams)}\`\`\``,
    ...streams.flatMap(section),
  ]
    .join('\n\n')
    .concat('\n');
}

const INTRODUCTION = `Every field of every stream. [recipes.md](recipes.md) has ready-made SQL.

- Every field except the key can be null or missing. \`a.b\` is the field \`b\` of the object \`a\`. \`a[].b\` is the field \`b\` of each
  object in the array \`a\`. Arrays and objects arrive as JSON (or the destination's equivalent).
- _references_ names the stream and the field with the same value. A row without a reference has null there, or 0 if the meaning says \`0 for none\`.
- \`created_by\`, \`modified_by\`, \`project_manager\` and similar fields contain ids of accounts, not of people.
- 1 is yes and 0 is no. Dates have no time zone; times are UTC. Rates are decimal text, as Float sends them.
- Float adds fields and enum values without notice. A new field arrives in \`additional_fields\` until it has a column. A value
  that does not fit the type of its column arrives there too. The log of the sync names each such field once.`;

const DIAGRAM_NOTE = `Each line links a stream to the streams that reference it, labelled with the referencing fields. To keep the diagram
readable, it leaves out \`created_by\` and \`modified_by\`, which reference accounts everywhere.`;

function section(stream: DescribedStream): string[] {
  const { name, path, schema } = stream;
  const rows = [...fieldsOf(schema)].map(({ path, schema }) => [
    code(path),
    typeOf(schema),
    meaningOf(schema),
    linkTo(pointerOf(schema)),
  ]);
  return [
    `## ${name}`,
    schema.description ?? '',
    [
      `- Path in Float's API: \`${path}\`${stream.isOptional ? ', if the account has it' : ''}`,
      `- Primary key: ${keyOf(stream)}`,
      ...(stream.cursorField === undefined ? [] : [`- Cursor: ${code(stream.cursorField)}`]),
      `- Sync modes: ${syncModesOf(stream)}`,
    ].join('\n'),
    markdownTable(['field', 'type', 'meaning', 'references'], rows),
  ];
}

export const followsDeletions = ({ deleteLog, comparesKeys }: FloatStream) => deleteLog !== undefined || comparesKeys;

function syncModesOf(stream: DescribedStream): string {
  if (stream.cursorField === undefined) return 'full refresh';
  return `full refresh, incremental${followsDeletions(stream) ? ' with deletions' : ''}`;
}

const keyOf = ({ primaryKey }: DescribedStream): string => primaryKey.map(code).join(', ');

/** The type in Airbyte's terms. */
export function typeOf({ type, format, airbyte_type: airbyteType, items }: Schema): string {
  const own = [type].flat().find((one) => one !== 'null') ?? 'any';
  if (items !== undefined) return `array of ${typeOf(items)}`;
  return airbyteType ?? (own === 'string' && format !== undefined ? format : own);
}

/** The description without the reference, which has its own column. A condition in it is kept. */
function meaningOf({ description = '' }: Schema): string {
  return description.replace(POINTER, (_, _stream, _field, when?: string) => (when === undefined ? '' : ` (${when})`));
}

const linkTo = (pointer: Pointer | undefined): string =>
  pointer === undefined ? '' : `[${pointer.stream}](#${pointer.stream}).${pointer.field}`;

/** A Mermaid `erDiagram`: each stream with its key and its references, and one line for each pair of streams. */
function diagram(streams: readonly DescribedStream[]): string {
  const names = new Set(streams.map(({ name }) => name));
  const entities: string[] = [];
  const lines: string[] = [];
  for (const { name, primaryKey, schema } of streams) {
    const pointing = pointingFields(schema).filter(({ pointer }) => names.has(pointer.stream));
    const attributes = [
      ...primaryKey.map((field) => `    ${typeName(schema.properties?.[field])} ${field} PK`),
      ...pointing
        .filter(({ path }) => /^\w+$/.test(path) && !primaryKey.includes(path))
        .map(({ path, schema }) => `    ${typeName(schema)} ${path} FK`),
    ];
    entities.push(`  ${name} {\n${attributes.join('\n')}\n  }`);
    for (const target of new Set(pointing.map(({ pointer }) => pointer.stream))) {
      const own = pointing.filter(({ pointer }) => pointer.stream === target);
      // Public holidays are referenced by their region, which is not unique.
      const toMany = own.some(({ path, pointer }) => path.includes('[]') || pointer.field !== 'id');
      lines.push(`  ${target} ${toMany ? '}o' : '|o'}--o{ ${name} : "${own.map(({ path }) => path).join(', ')}"`);
    }
  }
  return ['erDiagram', ...lines, ...entities, ''].join('\n');
}

/** The references of a stream. Arrays have `[]` in their path, such as `people_ids[]`. */
function pointingFields(stream: Schema): { path: string; schema: Schema; pointer: Pointer }[] {
  return [...fieldsOf(stream)].flatMap(({ path, schema }) => {
    const pointer = pointerOf(schema);
    return pointer === undefined || AUTHORS.includes(path)
      ? []
      : [{ path: schema.items ? `${path}[]` : path, schema, pointer }];
  });
}

const typeName = (schema: Schema | undefined): string => (schema === undefined ? 'any' : typeOf(schema));

const code = (text: string | undefined): string => (text === undefined ? '' : `\`${text}\``);
