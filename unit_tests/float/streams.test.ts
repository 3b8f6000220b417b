import { expect, test } from '@jest/globals';
import type { Table } from '../../src/float/streams.ts';

test('a row that does not match its schema does not compile: `npm run types` fails if a line below has no error', () => {
  const agreeing: Partial<Table> = { people: { path: '/people', nativeKey: 'people_id', cursorField: 'modified' } };
  const disagreeing: Partial<Table>[] = [
    // @ts-expect-error: the key is that of another stream
    { people: { path: '/people', nativeKey: 'account_id' } },
    // @ts-expect-error: departments have no `modified`
    { departments: { path: '/departments', nativeKey: 'department_id', cursorField: 'modified' } },
    // @ts-expect-error: time off has no `region`
    { time_off: { path: '/timeoffs', nativeKey: 'timeoff_id', primaryKey: ['id', 'region'] } },
    // @ts-expect-error: roles have no column `contracts`
    { roles: { path: '/roles', nativeKey: 'id', expand: ['contracts'] } },
    // @ts-expect-error: no schema has this name
    { no_such_stream: { path: '/no-such-stream', nativeKey: 'id' } },
    // @ts-expect-error: a row has no member of this name
    { roles: { path: '/roles', nativeKey: 'id', isOptonal: true } },
  ];
  // @ts-expect-error: the schemas of the other streams have no row
  const incomplete: Table = agreeing;
  expect([...disagreeing, incomplete].every((rows) => Object.keys(rows).length === 1)).toBe(true);
});
