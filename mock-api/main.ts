import { parseArgs } from 'node:util';
import type { CompanyOptions } from './company.ts';
import { endpointNames, isEndpointName } from './endpoints.ts';
import { type MockOptions, startMockApi } from './server.ts';

const usage = `usage: main.js [--port N] [--host H] [--token T] [--seed N] [--people N] [--projects N] [--weeks N]
  [--rows ENDPOINT=N ...] [--dialect float|neutral] [--pagination-headers all|none|per-page-only]
  [--past-the-end repeat|empty] [--delete-log available|missing|forbidden] [--absent /PATH ...] [--denied /PATH ...]
  [--latency-ms N] [--time-scale N] [--no-limits] [--no-gzip] [--no-time-tracking]
Prints {"url", "token"} as one line of JSON when listening; runs until SIGTERM or SIGINT.`;

function readOptions(): MockOptions {
  const text = { type: 'string' } as const;
  const texts = { type: 'string', multiple: true } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    options: {
      port: text,
      host: text,
      token: text,
      seed: text,
      people: text,
      projects: text,
      weeks: text,
      rows: texts,
      dialect: text,
      'pagination-headers': text,
      'past-the-end': text,
      'delete-log': text,
      absent: texts,
      denied: texts,
      'latency-ms': text,
      'time-scale': text,
      'no-limits': flag,
      'no-gzip': flag,
      'no-time-tracking': flag,
    },
  });
  return withoutUndefined<MockOptions>({
    port: number('--port', values.port),
    host: values.host,
    token: values.token,
    latencyMs: number('--latency-ms', values['latency-ms']),
    timeScale: number('--time-scale', values['time-scale']),
    dialect: oneOf('--dialect', values.dialect, ['float', 'neutral']),
    paginationHeaders: oneOf('--pagination-headers', values['pagination-headers'], ['all', 'none', 'per-page-only']),
    pastTheEnd: oneOf('--past-the-end', values['past-the-end'], ['repeat', 'empty']),
    deleteLog: oneOf('--delete-log', values['delete-log'], ['available', 'missing', 'forbidden']),
    absent: values.absent,
    denied: values.denied,
    limits: values['no-limits'] ? null : undefined,
    gzip: !values['no-gzip'],
    timeTracking: !values['no-time-tracking'],
    company: withoutUndefined<CompanyOptions>({
      seed: number('--seed', values.seed),
      people: number('--people', values.people),
      projects: number('--projects', values.projects),
      weeks: number('--weeks', values.weeks),
      counts: rowCounts(values.rows ?? []),
    }),
  });
}

const withoutUndefined = <T extends object>(options: { [Name in keyof T]: T[Name] | undefined }): T =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;

function number(option: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const read = Number(value);
  if (value === '' || !(read >= 0)) throw new Error(`${option} ${value} is not a number`);
  return read;
}

function oneOf<T extends string>(option: string, value: string | undefined, known: readonly T[]): T | undefined {
  if (value === undefined) return undefined;
  const found = known.find((one) => one === value);
  if (found === undefined) throw new Error(`${option} ${value} is none of ${known.join(', ')}`);
  return found;
}

function rowCounts(pairs: readonly string[]): NonNullable<CompanyOptions['counts']> {
  const counts: NonNullable<CompanyOptions['counts']> = {};
  for (const pair of pairs) {
    const [name = '', count] = pair.split('=');
    if (!isEndpointName(name) || count === undefined) throw new Error(`--rows ${pair} is not ENDPOINT=N`);
    counts[name] = number('--rows', count) ?? 0;
  }
  return counts;
}

try {
  const mock = await startMockApi(readOptions());
  // Invented now, so that no first request has to wait for it.
  for (const name of endpointNames) mock.company.rows(name);
  process.stdout.write(`${JSON.stringify({ url: mock.url, token: mock.token })}\n`);
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => void mock.close());
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n${usage}\n`);
  process.exitCode = 2;
}
