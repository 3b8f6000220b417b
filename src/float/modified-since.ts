const FLOAT_HOST = 'api.float.com';

/**
 * An instant as a `modified_since` value, truncated to the second. The parameter is inclusive, so this may repeat rows but skips
 * none.
 */
export function modifiedSince(timestamp: string, baseUrl: string): string {
  const seconds = `${timestamp.slice(0, 19)}Z`;
  // Float documents only `YYYY-MM-DD hh:mm:ss`, in UTC; other servers with the same API take ISO 8601.
  return new URL(baseUrl).hostname === FLOAT_HOST ? seconds.slice(0, 19).replace('T', ' ') : seconds;
}
