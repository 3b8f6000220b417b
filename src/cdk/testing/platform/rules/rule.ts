import type { ParsedRun } from '../parse-run.ts';

export interface Rule {
  /** What must hold. */
  readonly holds: string;
  /** Where somebody sees to it: files of airbyte-platform, or of another program that is named. */
  readonly seenBy: string;
  /** What becomes of a sync that breaks it. */
  readonly otherwise: string;
  /** Nothing can be said about it where the run was cut short. */
  readonly atEnd?: true;
  /** A sentence for each place where it does not hold. */
  readonly violations: (output: ParsedRun) => string[];
}
