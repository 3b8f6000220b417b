import { once } from 'node:events';
import { floatLimits } from '../mock-api/limits.ts';
import { withInputs } from './connector.ts';
import { type FastClock, realNow } from './fast-clock.ts';
import { built, measure, node, serve } from './process.ts';
import { printTable } from './table.ts';

const PAGES = 500;

interface Case {
  readonly latency: number;
  readonly mood: 'still' | 'lively';
  /** Real time is 1. */
  readonly speed: number;
}

const FAST: Case[] = [50, 300].flatMap((latency) =>
  (['still', 'lively'] as const).map((mood): Case => ({ latency, mood, speed: 10 })),
);

/** Under Float's quota: the time compared with the minimum that the quota allows, and the number of 429 responses. */
export async function quota(inRealTime: boolean): Promise<void> {
  const cases: Case[] = [...FAST, ...(inRealTime ? [{ latency: 300, mood: 'still' as const, speed: 1 }] : [])];
  const rows = [];
  for (const one of cases) rows.push(await readUnderQuota(one));
  printTable(`Quota: ${floatLimits.perMinute} requests a minute, ${floatLimits.perSecond} a second`, rows);
}

async function readUnderQuota({ latency, mood, speed }: Case): Promise<Record<string, string | number>> {
  const clock: FastClock = { speed, start: Date.now(), since: realNow() };
  return serve('quota-server.js', [PAGES, latency, JSON.stringify(clock), mood], ({ url }, server) =>
    withInputs(url, {}, async (args) => {
      const { wallSeconds } = await measure(process.execPath, node(built('fast-connector.js'), ...args), {
        env: { CLOCK: JSON.stringify(clock) },
      });
      server.send('tell');
      const [{ requests, refused, rows, rowsAPage }] = await once(server, 'message');
      const seconds = wallSeconds * speed;
      const least = leastSeconds(requests, latency);
      return {
        'latency ms': latency,
        list: mood === 'lively' ? 'changed just now' : 'unchanged',
        time: speed === 1 ? 'real' : `${speed} × as fast`,
        requests,
        pages: rows / rowsAPage,
        '429 responses': refused,
        s: seconds.toFixed(1),
        'minimum s': least.toFixed(1),
        ratio: (seconds / least).toFixed(3),
      };
    }),
  );
}

/** The minimum time for this number of requests, if each is sent as soon as both windows allow it. */
function leastSeconds(requests: number, latency: number): number {
  const sent: number[] = [];
  for (let index = 0; index < requests; index += 1) {
    const minute = (sent[index - floatLimits.perMinute] ?? -60) + 60;
    const second = (sent[index - floatLimits.perSecond] ?? -1) + 1;
    sent.push(Math.max(minute, second, 0));
  }
  return (sent.at(-1) ?? 0) + latency / 1000;
}
