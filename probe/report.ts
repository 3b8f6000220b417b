/** The results of the probe, as a table for the terminal and as Markdown for an issue. */
import Table from 'cli-table3';
import { markdownTable } from '../scripts/markdown-table.ts';
import type { Assumption, Finding, Verdict } from './assumption.ts';

export interface Result {
  readonly assumption: Assumption;
  readonly findings: readonly Finding[];
}

export interface Surroundings {
  /** Version of the connector. */
  readonly version: string;
  /** Whether the host is Float's. Other hosts are not printed, because they may be private. */
  readonly isFloat: boolean;
  readonly requests: number;
}

const HEAD = ['assumption', 'expected', 'seen', 'what it means'] as const;
/** Maximum number of lists in one cell. */
const FEW = 4;
const NARROWEST = 80;
const WIDEST = 160;

const MEANS: Readonly<Record<Verdict, (assumption: Assumption) => string>> = {
  'as expected': () => 'as expected',
  different: ({ ifDifferent }) => `different: ${ifDifferent}`,
  'cannot be seen': () => 'this account cannot show it',
  'not asked': () => 'not asked',
};

export const differs = (results: readonly Result[]): boolean => countOf(results, 'different') > 0;

export function markdownReport(results: readonly Result[], surroundings: Surroundings): string {
  return [
    `# Probe of source-float ${surroundings.version}`,
    '',
    `Server: ${surroundings.isFloat ? 'api.float.com' : 'another server'}. Requests: ${surroundings.requests}. Node ${process.versions.node}.`,
    summaryOf(results),
    '',
    markdownTable(HEAD, rowsOf(results)),
    '',
  ].join('\n');
}

/** `columns`: width of the terminal. */
export function terminalReport(results: readonly Result[], columns: number): string {
  const width = Math.min(Math.max(columns, NARROWEST), WIDEST);
  const parts = [0.27, 0.23, 0.23, 0.27].map((part) => Math.floor((width - HEAD.length - 1) * part));
  const table = new Table({ head: [...HEAD], colWidths: parts, wordWrap: true, style: { head: [], border: [] } });
  table.push(...rowsOf(results));
  return `${table}\n${summaryOf(results)}\n`;
}

/** One row for each assumption and result. Lists with the same result share a row. */
function rowsOf(results: readonly Result[]): string[][] {
  return results.flatMap(({ assumption, findings }) => {
    const groups = new Map<string, Finding[]>();
    for (const finding of findings) {
      const same = `${finding.verdict}\n${finding.seen}`;
      groups.set(same, [...(groups.get(same) ?? []), finding]);
    }
    const largest = Math.max(...[...groups.values()].map((group) => group.length));
    return [...groups.values()].flatMap((group) => {
      const [finding] = group;
      if (finding === undefined) return [];
      const isMost = group.length === largest && group.length > FEW;
      const about = isMost ? (groups.size === 1 ? 'all' : 'all others') : aboutOf(group);
      const name = about === '' ? assumption.name : `${assumption.name}: ${about}`;
      return [[name, assumption.expected, finding.seen, MEANS[finding.verdict](assumption)]];
    });
  });
}

const aboutOf = (group: readonly Finding[]): string => group.flatMap(({ about }) => about ?? []).join(', ');

/** Summary of the results, and what to do. */
function summaryOf(results: readonly Result[]): string {
  const open = countOf(results, 'cannot be seen') + countOf(results, 'not asked');
  const rest = open === 0 ? '' : ` ${open} could not be checked with this account.`;
  const settled = `${countOf(results, 'as expected')} findings are as expected.`;
  if (!differs(results)) return `This account behaves as the connector assumes. ${settled}${rest}`;
  return (
    `${countOf(results, 'different')} findings differ from what the connector assumes. ${settled}${rest} ` +
    'Paste probe-report.md into an issue, or mail it to the maintainers. It contains no personal data.'
  );
}

const countOf = (results: readonly Result[], verdict: Verdict): number =>
  results.flatMap(({ findings }) => findings).filter((finding) => finding.verdict === verdict).length;
