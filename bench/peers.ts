import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { SCHEMA, withInputs } from './connector.ts';
import { type Measured, measure } from './process.ts';

const CDK = 'airbyte-cdk==7.39.1';
const PYTHONS = ['python3', 'python3.12', 'python3.11', 'python3.10'];
const IS_FIT = 'import sys, venv; sys.exit(not (3, 10) <= sys.version_info < (3, 13))';

/**
 * The stream as a declarative CDK manifest, like Airbyte's own source-float: page after page, one request at a time, with the
 * cursor `modified` and unchanged rows.
 */
const manifest = (url: string) => ({
  version: '6.0.0',
  type: 'DeclarativeSource',
  check: { type: 'CheckStream', stream_names: ['logged_time'] },
  streams: [
    {
      type: 'DeclarativeStream',
      name: 'logged_time',
      primary_key: ['logged_time_id'],
      schema_loader: { type: 'InlineSchemaLoader', schema: SCHEMA },
      incremental_sync: {
        type: 'DatetimeBasedCursor',
        cursor_field: 'modified',
        datetime_format: '%Y-%m-%d %H:%M:%S',
        cursor_datetime_formats: ['%Y-%m-%d %H:%M:%S'],
        start_datetime: {
          type: 'MinMaxDatetime',
          datetime: '2000-01-01 00:00:00',
          datetime_format: '%Y-%m-%d %H:%M:%S',
        },
        start_time_option: { type: 'RequestOption', inject_into: 'request_parameter', field_name: 'modified_since' },
      },
      retriever: {
        type: 'SimpleRetriever',
        requester: {
          type: 'HttpRequester',
          url_base: url,
          path: '/logged-time',
          http_method: 'GET',
          authenticator: { type: 'BearerAuthenticator', api_token: "{{ config['api_token'] }}" },
        },
        record_selector: { type: 'RecordSelector', extractor: { type: 'DpathExtractor', field_path: [] } },
        paginator: {
          type: 'DefaultPaginator',
          page_token_option: { type: 'RequestOption', inject_into: 'request_parameter', field_name: 'page' },
          page_size_option: { type: 'RequestOption', inject_into: 'request_parameter', field_name: 'per-page' },
          pagination_strategy: { type: 'PageIncrement', page_size: 200, start_from_page: 1 },
        },
      },
    },
  ],
  concurrency_level: { type: 'ConcurrencyLevel', default_concurrency: 1 },
  spec: {
    type: 'Spec',
    connection_specification: { type: 'object', properties: { api_token: { type: 'string', airbyte_secret: true } } },
  },
});

/** Reads logged time with Airbyte's Python CDK, which is installed if needed. */
export async function pythonReader(url: string, records: number): Promise<() => Promise<Measured>> {
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'source-float', CDK);
  const runner = join(folder, 'bin', 'source-declarative-manifest');
  if (!existsSync(runner)) {
    const python = PYTHONS.find((name) => spawnSync(name, ['-c', IS_FIT]).status === 0);
    if (python === undefined) throw new Error('--peers needs Python 3.10 to 3.12.');
    process.stderr.write(`Installing ${CDK} into ${folder} …\n`);
    run(python, ['-m', 'venv', '--clear', folder]);
    run(join(folder, 'bin', 'pip'), ['install', '--quiet', CDK]);
  }
  const config = { __injected_declarative_manifest: manifest(url) };
  return () => withInputs(url, config, (args) => measure(runner, args, records));
}

function run(command: string, args: readonly string[]): void {
  const { status } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed.`);
}
