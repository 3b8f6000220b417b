import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, fstatSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { parseCommandLine } from '#command-line';
import { COMMAND, taskOf } from '../../demo/arguments.ts';
import { writeConfig } from '../../demo/config-file.ts';
import { permissionWarning, tokenIn } from '../../demo/token-file.ts';

const task = (line: string, env: Record<string, string> = {}) => {
  const words = line.split(' ').filter((word) => word !== '');
  return taskOf(parseCommandLine(COMMAND, words, env), env);
};

const FLOAT = 'https://api.float.com/v3';
const MOCK = 'http://127.0.0.1:8080/v3';

test('without a token, the demo shows the made-up company', () => {
  expect(task('')).toEqual({ kind: 'story', folder: 'demo-output' });
  const env = { FLOAT_API_TOKEN: '', FLOAT_BASE_URL: MOCK };
  expect(task('elsewhere', env)).toEqual({ kind: 'story', folder: 'elsewhere' });
});

const float = join('demo-output', 'api.float.com');
const mock = join('demo-output', '127.0.0.1_8080');
const own = { FLOAT_API_TOKEN: ' secret\n', FLOAT_BASE_URL: MOCK };
test.each([
  ['--token-file t', {}, { file: 't' }, FLOAT, float],
  ['--token-file=t elsewhere', { FLOAT_API_TOKEN: 'secret' }, { file: 't' }, FLOAT, 'elsewhere'],
  ['', own, { value: 'secret' }, MOCK, mock],
  [`--base-url ${FLOAT}`, own, { value: 'secret' }, FLOAT, float],
])('`%s` with %j means an account', (line, env, token, baseUrl, folder) => {
  expect(task(line, env)).toEqual({ kind: 'account', folder, account: { token, baseUrl } });
});

test.each([
  ['--token secret', /--token/],
  ['--base-url https://api.float.com/v3', /needs a token/],
  ['--token-file t --base-url secret', /not a URL/],
  ['a secret', /folder/],
])('`%s` is wrong usage, and the message does not quote it', (line, problem) => {
  expect(() => task(line)).toThrow(problem);
  expect(() => task(line)).not.toThrow(/secret/);
});

const folder = mkdtempSync(join(tmpdir(), 'demo-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(content: string): string {
  const file = join(folder, 'token');
  writeFileSync(file, content);
  return file;
}

test('a token file may end with a newline and begin with a byte order mark', async () => {
  await expect(tokenIn(fileOf('\uFEFFa-token\r\n'))).resolves.toBe('a-token');
});

test('a token file that others can read causes a warning, except on Windows, which has no such modes', async () => {
  const file = fileOf('a-token');
  const warnings = [];
  for (const mode of [0o600, 0o400, 0o640, 0o604]) {
    chmodSync(file, mode);
    warnings.push(await permissionWarning(file, 'linux'));
    expect(await permissionWarning(file, 'win32')).toBeUndefined();
  }
  const warned = (mode: string) => expect.stringMatching(`mode ${mode}.*chmod 600`);
  expect(warnings).toEqual([undefined, undefined, warned('640'), warned('604')]);
  chmodSync(file, 0o600);
});

test('a file that is not a token file is refused, and the message does not quote it', async () => {
  await expect(tokenIn(fileOf(' \n'))).rejects.toThrow(/is empty/);
  await expect(tokenIn(fileOf('{"api_token": "a-token"}'))).rejects.toThrow(
    /^(?!.*a-token).*contains more than a token/,
  );
  await expect(tokenIn(join(folder, 'missing'))).rejects.toThrow(/cannot be read: ENOENT: no such file/);
  await expect(tokenIn(folder)).rejects.toThrow(/cannot be read: EISDIR/);
});

const CONFIG = { api_token: 'a token of nobody' };

test('a process inherits and reads the config, which is in no folder', async () => {
  const file = await writeConfig(CONFIG);
  expect(file.inherited.map((descriptor) => fstatSync(descriptor).nlink)).toEqual([0]);
  const program = 'process.stdout.write(require("node:fs").readFileSync(process.argv[1], "utf8"))';
  const { stdout } = spawnSync(process.execPath, ['-e', program, file.path], {
    stdio: ['ignore', 'pipe', 'inherit', ...file.inherited],
    encoding: 'utf8',
  });
  expect(JSON.parse(stdout)).toEqual(CONFIG);
  await file.close();
});

test('on Windows, only the owner can read the config file, and it is deleted with its folder', async () => {
  const file = await writeConfig(CONFIG, 'win32');
  expect(JSON.parse(readFileSync(file.path, 'utf8'))).toEqual(CONFIG);
  expect(file.inherited).toEqual([]);
  const itsFolder = dirname(file.path);
  const modes = [file.path, itsFolder].map((path) => statSync(path).mode & 0o777);
  expect(modes).toEqual([0o600, 0o700]);
  await file.close();
  expect(existsSync(itsFolder)).toBe(false);
});
