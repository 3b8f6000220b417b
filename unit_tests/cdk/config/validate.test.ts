import { describe, expect, test } from '@jest/globals';
import { requireValidConfig, validateConfig } from '../../../src/cdk/config/validate.ts';
import type { JsonObject } from '../../../src/cdk/index.ts';

const SPECIFICATION: JsonObject = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'object',
  required: ['host'],
  properties: {
    host: { type: 'string', order: 0, pattern: '^[a-z.]+$', pattern_descriptor: 'a host name' },
    port: { type: 'integer', default: 443, minimum: 1 },
    mode: { type: 'string', enum: ['fast', 'careful'] },
    limits: {
      type: 'object',
      default: {},
      required: ['rows'],
      properties: { rows: { type: 'integer', default: 100 }, bytes: { type: 'integer' } },
    },
    paths: { type: 'array', items: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } } },
    login: {
      type: 'object',
      oneOf: [
        {
          required: ['kind', 'token'],
          properties: { kind: { const: 'token' }, token: { type: 'string', airbyte_secret: true, minLength: 8 } },
        },
        {
          required: ['kind', 'user', 'password'],
          properties: { kind: { const: 'password' }, user: { type: 'string' }, password: { type: 'string' } },
        },
      ],
    },
    until: { type: 'string', format: 'an unknown format' },
    since: { type: 'string', format: 'date', pattern: '^\\d{4}-', pattern_descriptor: 'YYYY-MM-DD' },
  },
};

const problemsOf = async (config: JsonObject) =>
  (await validateConfig({ host: 'a.example', ...config }, SPECIFICATION)).problems.map(
    ({ field, sentence }) => `${field}: ${sentence}`,
  );

test('defaults are added, in nested objects too, without changing the given config', async () => {
  const given = { host: 'a.example', limits: { bytes: 5 }, more: { unknown: true } };
  const before = structuredClone(given);
  const { config, problems } = await validateConfig(given, SPECIFICATION);
  expect(problems).toEqual([]);
  expect(config).toEqual({ ...given, port: 443, limits: { bytes: 5, rows: 100 } });
  expect(given).toEqual(before);
  expect((await validateConfig({ host: 'a' }, SPECIFICATION)).config.limits).toEqual({ rows: 100 });
});

test('a field that was cleared counts as absent, at any depth', async () => {
  const given = {
    host: 'a',
    port: null,
    mode: '',
    limits: { rows: null, bytes: '' },
    paths: [{ name: 'x', more: '' }],
  };
  const { config, problems } = await validateConfig(given, SPECIFICATION);
  expect(problems).toEqual([]);
  expect(config).toEqual({ host: 'a', port: 443, limits: { rows: 100 }, paths: [{ name: 'x' }] });
});

describe('a problem is named by its field', () => {
  test.each<[JsonObject, string[]]>([
    [{ host: '' }, ['host: is required.']],
    [{ host: 'UPPER' }, ['host: must be a host name.']],
    [{ port: 0 }, ['port: must be >= 1.']],
    [{ mode: 'x', port: 'x' }, ['port: must be integer.', 'mode: must be one of ["fast","careful"].']],
    [{ limits: { rows: 'x' } }, ['limits.rows: must be integer.']],
    [{ paths: [{ name: 'a' }, {}] }, ['paths.1.name: is required.']],
    [{ until: 'x' }, []],
    // Pattern and format make one problem.
    [{ since: 'yesterday' }, ['since: must be YYYY-MM-DD.']],
    [{ since: '2026-13-45' }, ['since: must be YYYY-MM-DD.']],
    // The constant in the config selects one of the forms.
    [{ login: { kind: 'token' } }, ['login.token: is required.']],
    [{ login: { kind: 'token', token: 'short' } }, ['login.token: must NOT have fewer than 8 characters.']],
    [{ login: { kind: 'password' } }, ['login.user: is required.', 'login.password: is required.']],
    [{ login: { kind: 'other' } }, ['login: fits none of the forms that this field allows.']],
    [{ login: {} }, ['login: fits none of the forms that this field allows.']],
    [{ login: 'x' }, ['login: must be object.']],
  ])('%j', async (config, expected) => {
    expect(await problemsOf(config)).toEqual(expected);
  });
});

test('all problems make one config_error, which quotes no value', async () => {
  const config = { port: 'flt_secret', mode: 'flt_secret', until: 'yesterday' };
  const rules = {
    until: () => ['is over.'],
    mode: () => ['is never used, because the schema already refuses the value.'],
  };
  await expect(requireValidConfig(config, SPECIFICATION, rules)).rejects.toMatchObject({
    failureType: 'config_error',
    message:
      'The config is not valid. host: is required. port: must be integer. mode: must be one of ["fast","careful"]. until: is over.',
  });
});
