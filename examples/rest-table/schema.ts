import type { JsonObject } from 'source-float/cdk';
import type { Columns, DataType } from './rest-table.ts';

/** Contains the fields without a column. */
export const ADDITIONAL_FIELDS = 'additional_fields';

const TYPES: Readonly<Record<DataType, JsonObject>> = {
  text: { type: 'string' },
  bigint: { type: 'integer' },
  double: { type: 'number' },
  bool: { type: 'boolean' },
  date: { type: 'string', format: 'date' },
  timestamp: { type: 'string', format: 'date-time', airbyte_type: 'timestamp_with_timezone' },
};

/** The JSON Schema of a record. Every field except `key` may be null. */
export function schemaOf(columns: Columns, key: string): JsonObject {
  const properties = Object.entries(columns).map(([name, { data_type }]) => {
    const schema = TYPES[data_type];
    return [name, name === key ? schema : { ...schema, type: ['null', schema.type ?? 'string'] }];
  });
  const additional = { type: ['null', 'object'], additionalProperties: true };
  return {
    type: 'object',
    additionalProperties: true,
    properties: { ...Object.fromEntries(properties), [ADDITIONAL_FIELDS]: additional },
  };
}
