const FLOAT_HOST = 'api.float.com';

/** An instant as `modified_since` takes it, cut to the second: the parameter is inclusive, so cutting repeats rows and loses none. */
export function modifiedSince(timestamp: string, baseUrl: string): string {
  const seconds = `${timestamp.slice(0, 19)}Z`;
  // Float documents only `YYYY-MM-DD hh:mm:ss`, in UTC; the neutral contract takes ISO 8601.
  return new URL(baseUrl).hostname === FLOAT_HOST ? seconds.slice(0, 19).replace('T', ' ') : seconds;
}
