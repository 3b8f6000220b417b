import { ConnectorError } from '../protocol/errors.ts';

/** Every request was answered, but the answers do not show where the list ends or which rows it has. */
export class UnsettledList extends ConnectorError {}
