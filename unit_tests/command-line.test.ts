import { expect, test } from '@jest/globals';
import { parseCommandLine } from '#command-line';

const COMMAND = {
  options: { file: { type: 'string' }, quick: { type: 'boolean' } },
  names: ['first', 'second'],
} as const;

const parse = (args: string[], env = {}) => parseCommandLine(COMMAND, args, env);

test('options and names that are known are read', () => {
  expect(parse(['second', '--file', 'a b', '--quick', 'first'])).toMatchObject({
    values: { file: 'a b', quick: true },
    positionals: ['second', 'first'],
  });
});

test.each([
  [['third', 'first'], 'Unknown: third. Known names: first, second.'],
  [['--fiel=flt_secret'], 'Unknown option --fiel. Known options: --file, --quick, --help.'],
  [['-x'], 'Unknown option -x. Known options: --file, --quick, --help.'],
  [['--file'], '--file needs a value.'],
  [['--file', '--quick'], '--file needs a value.'],
  [['--quick=flt_secret'], '--quick takes no value.'],
])('%j is refused without quoting values, which may be secrets', (args, message) => {
  expect(() => parse(args)).toThrow(message);
});

test('a command without names refuses them without quoting, because they may be tokens', () => {
  const error = 'An argument is not an option. Known options: --help.';
  expect(() => parseCommandLine({}, ['flt_secret'], {})).toThrow(error);
});

test('an option that npm consumed because of a missing -- is noticed', () => {
  const env = { npm_config_file: 'true', npm_lifecycle_event: 'probe' };
  expect(() => parse([], env)).toThrow('npm consumed --file. Put -- before it: npm run probe -- --file …');
  // npm itself has such settings outside scripts.
  expect(parse([], { npm_config_file: 'true' }).positionals).toEqual([]);
});
