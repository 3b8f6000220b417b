/** Entry point of the probe: `npm run probe -- --token-file FILE`. */
import { setMaxListeners } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { readCommandLine } from '#command-line';
import { Failure } from '../demo/failure.ts';
import { permissionWarning, tokenIn } from '../demo/token-file.ts';
import { ConnectorError, type JsonObject, type SourceContext, systemClock } from '../src/cdk/index.ts';
import { parseConfig } from '../src/float/config.ts';
import { PACKAGE, readProjectFile } from '../src/float/project-files.ts';
import { NoAccount } from './account.ts';
import { MOST_REQUESTS } from './budget.ts';
import { probe } from './probe.ts';
import { differs, markdownReport, terminalReport } from './report.ts';

const REPORT = 'probe-report.md';

const USAGE = 'usage: npm run probe -- --token-file FILE [--base-url URL]';
const { values } = readCommandLine({
  usage: USAGE,
  help: `Checks whether a Float account behaves as the connector assumes. Read-only, with at most ${MOST_REQUESTS} requests.
Prints a table, and writes it to ${REPORT}. The table contains no personal data: paste it into an issue.

  --token-file FILE   file with the API token and nothing else
  --base-url URL      another server that speaks the same API

Exit code: 0 no differences, 1 differences or the account cannot be reached, 2 wrong usage.`,
  options: { 'token-file': { type: 'string' }, 'base-url': { type: 'string' } },
});
const tokenFile = values['token-file'];

if (tokenFile === undefined) {
  process.stderr.write(`--token-file is missing.\n${USAGE}\n`);
  process.exitCode = 2;
} else {
  try {
    process.exitCode = (await run(tokenFile, values['base-url'])) ? 1 : 0;
  } catch (error) {
    const isKnown = error instanceof NoAccount || error instanceof ConnectorError || error instanceof Failure;
    process.stderr.write(
      `${isKnown ? error.message : 'The probe failed. The error is not printed, because it may contain data of the account.'}\n`,
    );
    process.exitCode = 1;
  }
}

/** Runs the probe. Resolves to whether there are differences. */
async function run(file: string, baseUrl: string | undefined): Promise<boolean> {
  const url = baseUrl === undefined ? {} : { base_url: baseUrl };
  const token = await tokenIn(file);
  const warning = await permissionWarning(file);
  if (warning !== undefined) process.stderr.write(`${warning}\n`);
  const { connectionSpecification } = await readProjectFile<{ connectionSpecification: JsonObject }>('spec.json');
  const config = await parseConfig({ api_token: token, ...url }, connectionSpecification, systemClock.now());
  process.stdout.write('Probing the account. This takes about ten seconds.\n');
  const { results, requests } = await probe(config, context());
  const isFloat = new URL(config.baseUrl).hostname === 'api.float.com';
  await writeFile(REPORT, markdownReport(results, { version: PACKAGE.version, isFloat, requests }));
  process.stdout.write(terminalReport(results, process.stdout.columns ?? 120));
  process.stdout.write(`The report is also in ${REPORT}. ${requests} requests were sent.\n`);
  return differs(results);
}

/** The mask hides all text from the server, so that none of it reaches a message. */
function context(): SourceContext {
  const { signal } = new AbortController();
  // Every request adds a listener, so Node's warning about many listeners is switched off.
  setMaxListeners(0, signal);
  return {
    clock: systemClock,
    signal,
    log: () => undefined,
    mask: () => '',
    rateLimited: (until) => {
      process.stdout.write(`Waiting ${Math.ceil((until - systemClock.now()) / 1000)} s for the request quota.\n`);
    },
  };
}
