import type { FailureType } from './messages.ts';

/**
 * A failure that the platform understands.
 * `message` is for the user; `internalMessage` is shown to users too where the failure is not a config_error
 * (Airbyte's web app, errorStatusMessage.tsx), so neither holds raw dumps.
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

/** The user must change something; the platform does not retry. */
export function configError(message: string, cause?: unknown): ConnectorError {
  return new ConnectorError('config_error', message, { cause });
}

/** Anything thrown, as a failure that the platform understands; what nobody classified is a system_error. */
export function asConnectorError(thrown: unknown): ConnectorError {
  if (thrown instanceof ConnectorError) return thrown;
  const internalMessage = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return new ConnectorError('system_error', 'Something went wrong in the connector.', {
    internalMessage,
    cause: thrown,
  });
}

/** Stack of an error and of its causes, the outermost first. */
export function stackOf(error: Error): string {
  const stacks: string[] = [];
  for (let at: unknown = error; at instanceof Error && stacks.length < 5; at = at.cause) {
    stacks.push(at.stack ?? `${at.name}: ${at.message}`);
  }
  return stacks.join('\ncaused by: ');
}
