import type { ParsedRun } from '../parse-run.ts';

export interface Rule {
  /** What must hold. */
  readonly holds: string;
  /** The source: files of airbyte-platform that enforce the rule, or the name of another program. */
  readonly seenBy: string;
  /** What happens to a sync that violates it. */
  readonly otherwise: string;
  /** Set if the rule applies only to runs that ended by themselves. */
  readonly atEnd?: true;
  /** A description of each violation. */
  readonly violations: (output: ParsedRun) => string[];
}
