import type { FailureType } from './messages.ts';

/**
 * An error with the failure type that the platform needs.
 * `message` is for users. `internalMessage` is shown to users too, except for a config_error (errorStatusMessage.tsx in Airbyte's
 * web app), so neither may contain raw dumps.
 */
export class ConnectorError extends Error {
  readonly failureType: FailureType;
  readonly internalMessage: string | undefined;

  constructor(
    failureType: FailureType,
    message: string,
    options: { internalMessage?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'ConnectorError';
    this.failureType = failureType;
    this.internalMessage = options.internalMessage;
  }
}

/** An error that the user must fix; the platform does not retry. */
export function configError(message: string, cause?: unknown): ConnectorError {
  return new ConnectorError('config_error', message, { cause });
}

/** Converts anything thrown to a ConnectorError; unknown errors become a system_error. */
export function asConnectorError(thrown: unknown): ConnectorError {
  if (thrown instanceof ConnectorError) return thrown;
  const internalMessage = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return new ConnectorError('system_error', 'Unexpected error in the connector. Report it to the maintainers.', {
    internalMessage,
    cause: thrown,
  });
}

/** Stack traces of an error and of its causes, outermost first. */
export function stackOf(error: Error): string {
  const stacks: string[] = [];
  for (let at: unknown = error; at instanceof Error && stacks.length < 5; at = at.cause) {
    stacks.push(at.stack ?? `${at.name}: ${at.message}`);
  }
  return stacks.join('\ncaused by: ');
}
