/** What can happen to one request instead of the normal answer. */
export type Fault =
  /** An HTTP answer of any kind; a body is sent as it stands. */
  | { kind: 'answer'; status: number; headers?: Record<string, string>; body?: string }
  /** A 200 with this body; the counts are those of a list that has its rows and no others. */
  | { kind: 'body'; body: string }
  | { kind: 'redirect'; to: string; status?: number }
  /** The normal answer, so much later (divided by the time scale). */
  | { kind: 'delay'; ms: number }
  /** The normal answer: a place holder before a fault on a later page. */
  | { kind: 'none' }
  /** The normal answer with another Date header. */
  | { kind: 'date'; date: string }
  /** The connection is reset before any answer. */
  | { kind: 'reset' }
  | { kind: 'reset-mid-body' }
  /** Nothing is ever answered. */
  | { kind: 'hang' }
  /** Headers and half a body, then nothing. */
  | { kind: 'hang-mid-body' }
  /** The connection is closed in good order before Content-Length is reached. */
  | { kind: 'cut-body' }
  /** A gzip body cut at a block boundary, its Content-Length right: a lenient reader sees an empty text. */
  | { kind: 'cut-gzip' };

const lost: ReadonlySet<Fault['kind']> = new Set(['reset', 'reset-mid-body', 'hang', 'hang-mid-body', 'cut-body']);

/** No whole answer reaches the client. */
export const losesTheAnswer = (fault: Fault | undefined): boolean => fault !== undefined && lost.has(fault.kind);
