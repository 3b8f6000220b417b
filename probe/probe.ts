import { openTransport } from '../src/cdk/http/transport.ts';
import type { SourceContext } from '../src/cdk/index.ts';
import type { FloatConfig } from '../src/float/config.ts';
import { openFloatClient } from '../src/float/open-client.ts';
import { Account, NoAccount } from './account.ts';
import { ASSUMPTIONS } from './assumptions.ts';
import { budgeted, MOST_REQUESTS } from './budget.ts';
import { named } from './questions.ts';
import type { Result } from './report.ts';

export interface Probed {
  readonly results: readonly Result[];
  readonly requests: number;
}

/** Checks all assumptions with the connector's own HTTP client, and so within its quotas. Throws a NoAccount. */
export async function probe(config: FloatConfig, context: SourceContext, open = openTransport): Promise<Probed> {
  const budget = budgeted(MOST_REQUESTS, open);
  const client = await openFloatClient(config, context, budget.open);
  try {
    const account = new Account(client, config, context.clock.now());
    await assertAnswers(account);
    const results: Result[] = [];
    for (const assumption of ASSUMPTIONS) results.push({ assumption, findings: await assumption.ask(account) });
    return { results, requests: budget.sent() };
  } finally {
    client.close();
  }
}

/** Requests the list that `check` uses first, so that a refused token is not sent again and again. */
async function assertAnswers(account: Account): Promise<void> {
  for (const stream of named('departments')) {
    const page = await account.firstPage(stream);
    if (page.kind === 'page') continue;
    const what = page.isAnswered ? 'The server does not answer like Float' : 'The server cannot be reached';
    throw new NoAccount(`${what}: ${page.why}. Check --base-url, and whether the connector's check succeeds.`);
  }
}
