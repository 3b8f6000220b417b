import { STATUS_CODES } from 'node:http';

export interface MockResponse {
  status: number;
  /** Under lower-case names. */
  headers: Record<string, string>;
  body: string;
}

const JSON_TYPE = { 'content-type': 'application/json; charset=UTF-8' };

export const json = (value: unknown, headers: Record<string, string> = {}, status = 200): MockResponse => ({
  status,
  headers: { ...JSON_TYPE, ...headers },
  body: JSON.stringify(value),
});

/** Yii's error object: recorded for 401, assumed for other statuses. */
export const problem = (status: number, message: string): MockResponse =>
  json({ name: STATUS_CODES[status] ?? 'Error', message, code: 0, status }, {}, status);

/** The edge answers before Float does when there is no Authorization header (probed). */
export const edgeForbidden: MockResponse = {
  status: 403,
  headers: { 'content-type': 'text/html; charset=UTF-8' },
  body: '<html><head><title>403 Forbidden</title></head><body><h1>403 Forbidden</h1></body></html>',
};

/** The body of a 429 is unknown; this is what a Kong gateway, whose headers Float's resemble, sends (low). */
export const tooManyRequests: MockResponse = json({ message: 'API rate limit exceeded' }, {}, 429);

export const noContent: MockResponse = { status: 204, headers: {}, body: '' };

/** Thrown for a request that Float would refuse. */
export class Refusal extends Error {
  readonly response: MockResponse;

  constructor(status: number, message: string) {
    super(message);
    this.response = problem(status, message);
  }
}
