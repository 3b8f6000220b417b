/** Possible outcomes of one request instead of the normal response. */
export type Fault =
  /** Any HTTP response; the body is sent unchanged. */
  | { kind: 'answer'; status: number; headers?: Record<string, string>; body?: string }
  /** A 200 with this body and the counts of a list with exactly its rows. */
  | { kind: 'body'; body: string }
  | { kind: 'redirect'; to: string; status?: number }
  /** The normal response, delayed by this time. */
  | { kind: 'delay'; ms: number }
  /** The normal response: a placeholder before a fault on a later page. */
  | { kind: 'none' }
  /** The connection is reset before the response. */
  | { kind: 'reset' }
  | { kind: 'reset-mid-body' }
  /** No response, and the connection stays open. */
  | { kind: 'hang' }
  /** Headers and half a body, then nothing. */
  | { kind: 'hang-mid-body' }
  /** The connection is closed normally before Content-Length is reached. */
  | { kind: 'cut-body' }
  /** A gzip body truncated at a block boundary, with a matching Content-Length. A lenient reader sees an empty text. */
  | { kind: 'cut-gzip' };

const lost: ReadonlySet<Fault['kind']> = new Set(['reset', 'reset-mid-body', 'hang', 'hang-mid-body', 'cut-body']);

/** Faults without a complete response. */
export const losesTheAnswer = (fault: Fault | undefined): boolean => fault !== undefined && lost.has(fault.kind);
