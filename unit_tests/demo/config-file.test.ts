import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { writeConfig } from '../../demo/config-file.ts';

const CONFIG = { api_token: 'a token of nobody' };

let folder: string;
let before: string | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'config-'));
  before = process.env.TMPDIR;
  process.env.TMPDIR = folder;
});

afterEach(async () => {
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
  await rm(folder, { recursive: true });
});

test('a process inherits and reads the config, which is in no folder', async () => {
  const file = await writeConfig(CONFIG);
  expect(readdirSync(folder)).toEqual([]);
  const program = 'process.stdout.write(require("node:fs").readFileSync(process.argv[1], "utf8"))';
  const { stdout } = spawnSync(process.execPath, ['-e', program, file.path], {
    stdio: ['ignore', 'pipe', 'inherit', ...file.inherited],
    encoding: 'utf8',
  });
  expect(JSON.parse(stdout)).toEqual(CONFIG);
  await file.close();
  expect(readdirSync(folder)).toEqual([]);
});

test('if the file must have a path, only its owner can read it, and it is deleted with its folder', async () => {
  const file = await writeConfig(CONFIG, 'win32');
  expect(JSON.parse(readFileSync(file.path, 'utf8'))).toEqual(CONFIG);
  expect(file.inherited).toEqual([]);
  const modes = [file.path, join(file.path, '..')].map((path) => statSync(path).mode & 0o777);
  expect(modes).toEqual([0o600, 0o700]);
  await file.close();
  expect(existsSync(file.path)).toBe(false);
  expect(readdirSync(folder)).toEqual([]);
});
