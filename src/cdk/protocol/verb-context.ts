import type { Output } from './output.ts';
import type { Reporter } from './reporter.ts';
import type { SourceContext } from './source.ts';

/** What a verb works with. */
export interface VerbContext {
  readonly output: Output;
  readonly reporter: Reporter;
  /** Handed on to the source. */
  readonly context: SourceContext;
}
