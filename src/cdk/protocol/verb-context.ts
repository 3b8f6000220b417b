import type { Output } from './output.ts';
import type { Reporter } from './reporter.ts';
import type { SourceContext } from './source.ts';

/** The objects that every verb needs. */
export interface VerbContext {
  readonly output: Output;
  readonly reporter: Reporter;
  /** Passed to the source. */
  readonly context: SourceContext;
}
