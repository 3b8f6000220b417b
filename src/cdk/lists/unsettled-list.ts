import { ConnectorError } from '../protocol/errors.ts';

/** All requests were answered, but the responses do not show where the list ends or which rows it contains. */
export class UnsettledList extends ConnectorError {}
