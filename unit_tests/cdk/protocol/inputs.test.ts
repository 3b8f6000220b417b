import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { JsonValue } from '../../../src/cdk/index.ts';
import { parseCatalog } from '../../../src/cdk/protocol/catalog.ts';
import { readJsonFile } from '../../../src/cdk/protocol/files.ts';

describe('the configured catalog', () => {
  const stream = { name: 'people', json_schema: {} };

  test('may have members that a source does not need, nulls, and unknown streams and modes', () => {
    const people = { stream, sync_mode: 'incremental', destination_sync_mode: 'append_dedup', cursor_field: null };
    const unknown = { stream: { name: 'x', namespace: null }, sync_mode: 'new', minimum_generation_id: 1 };
    expect(parseCatalog({ streams: [people, unknown], more: true })).toEqual([
      { name: 'people', syncMode: 'incremental' },
      { name: 'x', syncMode: 'new' },
    ]);
    expect(parseCatalog({ streams: [] })).toEqual([]);
  });

  test.each<[string, JsonValue, string[] | undefined]>([
    ['those of its schema', { type: 'object', properties: { id: {}, name: {} } }, ['id', 'name']],
    ['all if it has no schema', null, undefined],
    ['all if the schema has no fields', { properties: {} }, undefined],
  ])('the selected fields of a stream are %s', (_, json_schema, names) => {
    const [{ fields } = {}] = parseCatalog({ streams: [{ stream: { name: 'people', json_schema }, sync_mode: 'x' }] });
    expect(fields && [...fields]).toEqual(names);
  });

  test.each<[JsonValue | undefined, RegExp]>([
    [undefined, /no list of streams/],
    [[], /no list of streams/],
    [{ streams: { people: {} } }, /no list of streams/],
    [{ streams: [{ stream, sync_mode: 'incremental' }, null] }, /Entry 2 .*has no stream name/],
    [{ streams: [{ stream: { name: 7 } }] }, /Entry 1 .*has no stream name/],
    [{ streams: [{ stream }, { stream }] }, /people twice/],
  ])('%j is refused', (content, problem) => {
    const refused = { failureType: 'config_error', message: expect.stringMatching(problem) };
    expect(() => parseCatalog(content)).toThrow(expect.objectContaining(refused));
  });
});

describe('a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'source-float-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each<[string, string | Buffer, JsonValue | undefined]>([
    ['with a byte order mark and spaces', '\uFEFF\n {"a":1}\n\n', { a: 1 }],
    ['with null', 'null', null],
    ['that is empty', '', undefined],
    ['that is blank', '\uFEFF \r\n\t', undefined],
  ])('%s', async (_, content, expected) => {
    const path = join(folder, 'file.txt');
    writeFileSync(path, content, { mode: 0o444, flag: 'w' });
    expect(await readJsonFile('config', path)).toEqual(expected);
    rmSync(path);
  });

  const JSON_TEXT = '{"api_token": "flt_secret"}';
  const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');
  const utf32 = (text: string): Buffer =>
    Buffer.from(Uint32Array.from(text, (character) => character.codePointAt(0) ?? 0).buffer);

  test.each<[string, Buffer, string]>([
    ['UTF-16LE with a byte order mark, as PowerShell writes it', utf16(`\uFEFF${JSON_TEXT}\r\n`), 'is saved as UTF-16'],
    ['UTF-16BE with a byte order mark', utf16(`\uFEFF${JSON_TEXT}`).swap16(), 'is saved as UTF-16'],
    ['UTF-16LE', utf16(JSON_TEXT), 'is saved as UTF-16'],
    ['UTF-16BE', utf16(JSON_TEXT).swap16(), 'is saved as UTF-16'],
    ['UTF-16LE with a letter beyond ASCII', utf16('["ж"]'), 'is saved as UTF-16'],
    ['UTF-32LE with a byte order mark', utf32(`\uFEFF${JSON_TEXT}`), 'is saved as UTF-32'],
    ['UTF-32BE', utf32(JSON_TEXT).swap32(), 'is saved as UTF-32'],
    ['Latin-1', Buffer.from('{"api_token": "flt_secret", "name": "Zoë"}', 'latin1'), 'is not in UTF-8'],
    ['UTF-8 that is cut within a letter', Buffer.from('{"name": "Zoë').subarray(0, -1), 'is not in UTF-8'],
  ])('in %s is refused with a message that says so', async (_, content, found) => {
    const path = join(folder, 'encoded.json');
    writeFileSync(path, content);
    const message = `The state file ${path} ${found}. Save it as UTF-8.`;
    await expect(readJsonFile('state', path)).rejects.toMatchObject({ failureType: 'config_error', message });
  });

  test.each<[string, string, RegExp]>([
    ['that does not exist', 'missing.json', /config file \S+missing\.json cannot be read: it does not exist/],
    ['that is a folder', '.', /it is a directory/],
    ['below a file', 'secret.json/x', /cannot be read: ENOTDIR/],
    ['that is not JSON, without quoting it', 'secret.json', /^The config file \S+secret\.json is not valid JSON\.$/],
  ])('%s', async (_, name, problem) => {
    writeFileSync(join(folder, 'secret.json'), '{"api_token": "flt_secret"');
    const failure = { failureType: 'config_error', message: expect.stringMatching(problem), cause: undefined };
    await expect(readJsonFile('config', join(folder, name))).rejects.toMatchObject(failure);
  });
});
