import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseCommandLine } from '#command-line';
import { COMMAND, wishOf } from '../../demo/arguments.ts';
import { permissionWarning, tokenIn } from '../../demo/token-file.ts';

const wish = (line: string, env: Record<string, string> = {}) => {
  const words = line.split(' ').filter((word) => word !== '');
  return wishOf(parseCommandLine(COMMAND, words, env), env);
};

const FLOAT = 'https://api.float.com/v3';
const MOCK = 'http://127.0.0.1:8080/v3';

test.each([
  ['', {}, { kind: 'story', folder: 'demo-output' }],
  ['elsewhere', {}, { kind: 'story', folder: 'elsewhere' }],
  ['', { FLOAT_API_TOKEN: '', FLOAT_BASE_URL: MOCK }, { kind: 'story', folder: 'demo-output' }],
])('without a token, `%s` with %j does not mean an account', (line, env, expected) => {
  expect(wish(line, env)).toEqual(expected);
});

const float = join('demo-output', 'api.float.com');
test.each([
  ['--token-file t', {}, { file: 't' }, FLOAT, float],
  ['--token-file=t elsewhere', {}, { file: 't' }, FLOAT, 'elsewhere'],
  ['--token-file t', { FLOAT_API_TOKEN: 'secret' }, { file: 't' }, FLOAT, float],
  [`--token-file t --base-url ${MOCK}`, {}, { file: 't' }, MOCK, join('demo-output', '127.0.0.1_8080')],
  ['', { FLOAT_API_TOKEN: ' secret\n' }, { value: 'secret' }, FLOAT, float],
  [
    '',
    { FLOAT_API_TOKEN: 'secret', FLOAT_BASE_URL: MOCK },
    { value: 'secret' },
    MOCK,
    join('demo-output', '127.0.0.1_8080'),
  ],
  [`--base-url ${FLOAT}`, { FLOAT_API_TOKEN: 'secret', FLOAT_BASE_URL: MOCK }, { value: 'secret' }, FLOAT, float],
])('`%s` with %j means an account', (line, env, token, baseUrl, folder) => {
  expect(wish(line, env)).toEqual({ kind: 'account', folder, account: { token, baseUrl } });
});

test.each([
  ['--token secret', /--token/],
  ['--token=secret', /--token/],
  ['--token-file', /--token-file/],
  ['--base-url https://api.float.com/v3', /needs a token/],
  ['--token-file t --base-url secret', /not a URL/],
  ['a secret', /folder/],
])('`%s` is wrong usage, and the message does not quote it', (line, problem) => {
  expect(() => wish(line)).toThrow(problem);
  expect(() => wish(line)).not.toThrow(/secret/);
});

test.each([
  ['secret.txt', { npm_config_token_file: 'true', npm_lifecycle_event: 'demo' }],
  ['', { npm_config_token_file: 'secret.txt', npm_lifecycle_event: 'demo' }],
  ['https://secret.example', { npm_config_base_url: 'true', FLOAT_API_TOKEN: 'secret', npm_lifecycle_event: 'demo' }],
])('`%s` with %j is recognised as a command without --', (line, env) => {
  expect(() => wish(line, env)).toThrow(/^npm consumed --(token-file|base-url)\. Put -- before it: npm run demo -- /);
});

describe('a token file', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'token-'));
    await writeFile(join(folder, 'good'), '\uFEFFa-token\r\n');
    await writeFile(join(folder, 'empty'), ' \n');
    await writeFile(join(folder, 'config'), '{"api_token": "a-token"}');
  });
  afterAll(() => rm(folder, { recursive: true }));

  const token = (name: string) => tokenIn(join(folder, name));

  test('may end with a newline and begin with a byte order mark', async () => {
    await expect(token('good')).resolves.toBe('a-token');
  });

  test.each([
    ['600', undefined],
    ['400', undefined],
    ['640', /mode 640.*chmod 600/],
    ['604', /mode 604/],
    ['644', /mode 644/],
  ])('with mode %s causes a warning if others can read it', async (mode, warning) => {
    const file = join(folder, 'good');
    await chmod(file, Number.parseInt(mode, 8));
    const told = await permissionWarning(file, 'linux');
    if (warning === undefined) expect(told).toBeUndefined();
    else expect(told).toMatch(warning);
    // Its files have no such modes.
    await expect(permissionWarning(file, 'win32')).resolves.toBeUndefined();
  });

  test.each([
    ['empty', /is empty/],
    ['config', /contains more than a token/],
    ['missing', /does not exist/],
    ['.', /is a directory/],
  ])('%s is refused without quoting its content', async (name, problem) => {
    await expect(token(name)).rejects.toThrow(problem);
    await expect(token(name)).rejects.not.toThrow(/a-token/);
  });
});
