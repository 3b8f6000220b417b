import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { newestStamp, stampOf } from '../../../src/cdk/records/stamps.ts';
import { seedOf } from '../../support/random.ts';

const instant = fc.date({ min: new Date('2026-01-01'), max: new Date('2026-03-31'), noInvalidDate: true });
const forms: ((iso: string) => string)[] = [
  (iso) => iso,
  (iso) => iso.slice(0, 19),
  (iso) => `${iso.slice(0, 19)}Z`,
  (iso) => iso.slice(0, 23).replace('T', ' '),
  (iso) => iso.slice(0, 19).replace('T', ' '),
  (iso) => `${iso.slice(0, 16)}+02`,
  (iso) => `${iso.slice(0, 19)}+02:00`,
  (iso) => iso.slice(0, 10),
];
const stamp = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.tuple(instant, fc.constantFrom(...forms)).map(([date, form]) => form(date.toISOString())),
  },
  { weight: 1, arbitrary: fc.constantFrom(null, '', '0000-00-00 00:00:00', 7) },
);

test('the newest stamp is found whatever the formats', () => {
  const rows = fc.array(fc.record({ modified: stamp, created: stamp }), { maxLength: 30 });
  fc.assert(
    fc.property(rows, (rows) => {
      const stamps = rows.map((row) => stampOf(row) ?? Number.NEGATIVE_INFINITY);
      expect(newestStamp(rows)).toBe(Math.max(Number.NEGATIVE_INFINITY, ...stamps));
    }),
    { seed: seedOf(1), numRuns: 100 },
  );
});
