import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { readCommandLine, WrongUsage } from '#command-line';
import type { CompanyOptions } from './company.ts';
import { endpointNames, isEndpointName } from './endpoints.ts';
import { type MockApi, type MockOptions, startMockApi } from './server.ts';

const text = { type: 'string' } as const;
const texts = { type: 'string', multiple: true } as const;
const flag = { type: 'boolean', default: false } as const;

const { values } = readCommandLine({
  usage: 'usage: npm run mock [-- OPTION …], or node dist/mock-api/main.js [OPTION …]',
  help: `A mock of Float's API with a made-up company. Runs until SIGTERM or SIGINT.
Prints {"url", "token"} as one line of JSON when it listens.

  --config FILE             writes a config for the connector to FILE: the token and the base_url
  --port N                  listens on this port of 127.0.0.1; default: any free port (0); npm run mock sets 8080
  --rows ENDPOINT=N         number of rows of one list; may be repeated
  --pagination-headers all|none|per-page-only
  --delete-log available|missing|forbidden
  --absent /PATH            answers 404 on this path; may be repeated
  --denied /PATH            answers 403 on this path; may be repeated
  --latency-ms N            delay before every response
  --no-limits, --no-time-tracking`,
  options: {
    config: text,
    port: text,
    rows: texts,
    'pagination-headers': text,
    'delete-log': text,
    absent: texts,
    denied: texts,
    'latency-ms': text,
    'no-limits': flag,
    'no-time-tracking': flag,
  },
});

function readOptions(): MockOptions {
  const options: { [Name in keyof MockOptions]: MockOptions[Name] | undefined } = {
    port: number('--port', values.port),
    latencyMs: number('--latency-ms', values['latency-ms']),
    paginationHeaders: oneOf('--pagination-headers', values['pagination-headers'], ['all', 'none', 'per-page-only']),
    deleteLog: oneOf('--delete-log', values['delete-log'], ['available', 'missing', 'forbidden']),
    absent: values.absent,
    denied: values.denied,
    limits: values['no-limits'] ? null : undefined,
    timeTracking: !values['no-time-tracking'],
    company: { counts: rowCounts(values.rows ?? []) },
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function number(option: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const read = Number(value);
  if (value === '' || !(read >= 0)) throw new WrongUsage(`${option} ${value} is not a number`);
  return read;
}

function oneOf<T extends string>(option: string, value: string | undefined, known: readonly T[]): T | undefined {
  if (value === undefined) return undefined;
  const found = known.find((one) => one === value);
  if (found === undefined) throw new WrongUsage(`${option} ${value} is not one of ${known.join(', ')}`);
  return found;
}

function rowCounts(pairs: readonly string[]): NonNullable<CompanyOptions['counts']> {
  const counts: NonNullable<CompanyOptions['counts']> = {};
  for (const pair of pairs) {
    const [name = '', count] = pair.split('=');
    if (!isEndpointName(name) || count === undefined) throw new WrongUsage(`--rows ${pair} is not ENDPOINT=N`);
    counts[name] = number('--rows', count) ?? 0;
  }
  return counts;
}

/** Writes a config for the connector's `--config`. */
async function writeConfig(file: string, { url, token }: MockApi): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify({ api_token: token, base_url: url }, null, 2)}\n`);
  process.stderr.write(`The connector's config is in ${file}. Press Ctrl-C to stop.\n`);
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isInUse = 'code' in error && error.code === 'EADDRINUSE';
  return isInUse
    ? `Another program listens on port ${values.port}. Choose another with --port N (0 chooses a free one).`
    : error.message;
}

try {
  const mock = await startMockApi(readOptions());
  // Generate the rows now, so that the first requests are not slow.
  for (const name of endpointNames) mock.company.rows(name);
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => void mock.close());
  if (values.config !== undefined) await writeConfig(values.config, mock);
  process.stdout.write(`${JSON.stringify({ url: mock.url, token: mock.token })}\n`);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = error instanceof WrongUsage ? 2 : 1;
}
