import { expect, test } from '@jest/globals';
import { barLines, tableLines, wrapped } from '../../demo/show.ts';

const COLUMNS = [{ title: 'stream' }, { title: 'records', align: 'right' }] as const;

test.each([200, 40, 24, 16])('a table is never wider than %i columns', (width) => {
  const lines = tableLines(
    COLUMNS,
    [
      ['a_stream_of_some_length', '1,234'],
      ['b', '5'],
    ],
    width,
  );
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
  expect(lines).toHaveLength(3);
});

test('numbers are aligned', () => {
  expect(
    tableLines(
      COLUMNS,
      [
        ['accounts', '1,234'],
        ['b', '5'],
      ],
      80,
    ),
  ).toEqual(['  stream    records', '  accounts    1,234', '  b               5']);
});

test('bars are proportional to their values, and the longest fills the width', () => {
  const [half, whole, none] = barLines(
    [
      { label: 'half', value: 500 },
      { label: 'whole', value: 1000 },
      { label: 'none', value: 0 },
    ],
    36,
  );
  expect(whole?.bar).toBe('█'.repeat(20));
  expect(half?.bar).toBe('█'.repeat(10));
  expect(none?.bar).toBe('');
  expect(`${whole?.label}${whole?.bar}${whole?.value}`).toHaveLength(36);
});

test('no projects, no bars', () => {
  expect(barLines([], 80)).toEqual([]);
});

test('text is broken between words and keeps its indentation; a word that is too long stays whole', () => {
  expect(wrapped('one two three\n  four five\n\nincomprehensibilities', 10)).toEqual([
    'one two',
    'three',
    '  four',
    '  five',
    '',
    'incomprehensibilities',
  ]);
});
