import { expect, test } from '@jest/globals';
import { catalogEntry } from '../../../src/cdk/protocol/discover.ts';

const jsonSchema = { type: 'object', properties: { id: { type: 'integer' }, region: {}, at: { type: 'string' } } };
const plain = { name: 'a', json_schema: jsonSchema, supported_sync_modes: ['full_refresh'], is_resumable: false };

test.each([
  ['a stream without a key names none', { primaryKey: [] }, {}],
  [
    'each part of a key is a path',
    { primaryKey: ['id', 'region'] },
    { source_defined_primary_key: [['id'], ['region']] },
  ],
  [
    'a cursor makes a stream incremental; full_refresh stays the first mode',
    { primaryKey: [], cursorField: 'at', resumable: true },
    {
      supported_sync_modes: ['full_refresh', 'incremental'],
      source_defined_cursor: true,
      default_cursor_field: ['at'],
      is_resumable: true,
    },
  ],
])('%s', (_, definition, more) => {
  expect(catalogEntry({ name: 'a', jsonSchema, ...definition })).toEqual({ ...plain, ...more });
});
