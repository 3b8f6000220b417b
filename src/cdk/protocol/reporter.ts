import type { ConnectorError } from './errors.ts';
import { stackOf } from './errors.ts';
import type { StreamStatus, TraceMessage } from './messages.ts';
import type { Output } from './output.ts';

/** Writes the TRACE messages of a sync: statuses, errors and estimates of streams. */
export class Reporter {
  private readonly output: Output;
  private readonly now: () => number;
  private readonly running = new Set<string>();
  private readonly configErrors: { name: string; error: ConnectorError }[] = [];

  constructor(output: Output, now: () => number) {
    this.output = output;
    this.now = now;
  }

  async status(name: string, status: StreamStatus): Promise<void> {
    if (status === 'RUNNING') this.running.add(name);
    if (status === 'COMPLETE' || status === 'INCOMPLETE') this.running.delete(name);
    await this.trace({
      type: 'STREAM_STATUS',
      emitted_at: this.now(),
      stream_status: { stream_descriptor: { name }, status },
    });
  }

  /**
   * Reports a wait that ends at `quotaResetMs` (epoch milliseconds). Until a record comes, the platform shows a countdown to
   * that time.
   */
  async rateLimited(quotaResetMs: number, streams: ReadonlySet<string> = this.running): Promise<void> {
    for (const name of this.running) {
      if (!streams.has(name)) continue;
      await this.trace({
        type: 'STREAM_STATUS',
        emitted_at: this.now(),
        stream_status: {
          stream_descriptor: { name },
          status: 'RUNNING',
          reasons: [{ type: 'RATE_LIMITED', rate_limited: { quota_reset: quotaResetMs } }],
        },
      });
    }
  }

  async estimate(name: string, rows: number): Promise<void> {
    await this.trace({
      type: 'ESTIMATE',
      emitted_at: this.now(),
      estimate: { name, type: 'STREAM', row_estimate: rows },
    });
  }

  /**
   * Reports a failed stream: the error, then the status INCOMPLETE. The first error of a job decides whether the platform
   * retries; after a config_error the platform does not retry (FailureHelper.kt, ConnectionManagerWorkflowImpl.kt), even if
   * other streams failed only temporarily. So the TRACE with a config_error is held back until all streams have
   * ended. The status INCOMPLETE follows it, because no message about a stream may come after its final status. Only a LOG with
   * the error is sent as soon as the stream fails.
   */
  async failure(name: string, error: ConnectorError): Promise<void> {
    if (error.failureType !== 'config_error') return this.endFailed(name, error);
    // The stream no longer waits for a quota.
    this.running.delete(name);
    this.configErrors.push({ name, error });
    await this.output.log('ERROR', `${name}: ${error.message}`);
  }

  /** Reports the streams whose config_error was held back. */
  async endHeldBack(): Promise<void> {
    for (const { name, error } of this.configErrors.splice(0)) await this.endFailed(name, error);
  }

  private async endFailed(name: string, error: ConnectorError): Promise<void> {
    await this.error(error, name);
    await this.status(name, 'INCOMPLETE');
  }

  async error(error: ConnectorError, name?: string): Promise<void> {
    await this.trace({
      type: 'ERROR',
      emitted_at: this.now(),
      error: {
        message: error.message,
        ...(error.internalMessage === undefined ? {} : { internal_message: error.internalMessage }),
        stack_trace: stackOf(error),
        failure_type: error.failureType,
        ...(name === undefined ? {} : { stream_descriptor: { name } }),
      },
    });
  }

  private async trace(trace: TraceMessage['trace']): Promise<void> {
    await this.output.message({ type: 'TRACE', trace });
  }
}
