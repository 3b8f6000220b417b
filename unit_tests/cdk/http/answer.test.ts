import { describe, expect, test } from '@jest/globals';
import { interpret } from '../../../src/cdk/http/answer.ts';

const headersOf = (headers: Record<string, string> = {}) => ({ get: (name: string) => headers[name] ?? null });

describe('the error message of the server is', () => {
  test.each([
    ['its message', '{"name":"x","message":"Bad\\n token"}', 'Bad\n token'],
    ['its message of each field', '[{"field":"a","message":"b"},{"message":"c"},7]', 'a: b; c'],
    [
      'all values where no member is a message',
      '{"error":{"code":7,"why":"a\\/b"},"data":[null,"c"]}',
      'code: 7; why: a/b; c',
    ],
    ['a text that is no JSON', 'Gone for good', 'Gone for good'],
    ['a text in JSON', '"Gone"', 'Gone'],
    ['no page', ' <html>Denied</html>', ''],
    ['nothing', '', ''],
    ['nothing where they are null', 'null', ''],
  ])('%s', (_, text, said) => {
    expect(interpret(500, headersOf(), text)).toMatchObject({ outcome: { kind: 'status', status: 500, said } });
  });
});

describe('a 403 means "quota exceeded"', () => {
  test.each<[string, Record<string, string>, string]>([
    ['where it says when to come back', { 'retry-after': '2' }, ''],
    ['where it says so without sense', { 'retry-after': 'soon' }, '{"message":"No."}'],
    ...[
      '{"message":"API rate limit exceeded"}',
      '{"message":"You have exceeded a secondary rate limit."}',
      '{"error":{"errors":[{"reason":"userRateLimitExceeded"}]}}',
      '{"code":"rate_limit_exceeded"}',
      '{"message":"Rate-limited"}',
      '<html><title>You are being rate limited</title></html>',
      'Too Many Requests',
      '{"code":"TooManyRequests"}',
      '{"message":"Request was throttled."}',
      '{"code":"ThrottlingException"}',
      '{"message":"Request limit exceeded"}',
      '{"message":"The request quota is used up"}',
      '{"message":"At most 200 requests per minute"}',
    ].map((text): [string, Record<string, string>, string] => [`by the words ${text}`, {}, text]),
  ])('%s', (_, headers, text) => {
    expect(interpret(403, headersOf(headers), text)).toMatchObject({ outcome: { status: 429, sentStatus: 403 } });
  });

  test.each([
    '',
    '{"message":"Not in your plan."}',
    '{"message":"You may not read cost rates."}',
    '{"message":"The limit of projects in your plan is reached."}',
    '{"message":"Corporate limits apply."}',
    '{"message":"Separate limits for rate cards: ask an admin."}',
    '<html>Forbidden</html>',
  ])('no other text means it: %j', (text) => {
    expect(interpret(403, headersOf(), text)).toMatchObject({ outcome: { status: 403 } });
  });
});

test.each([400, 404, 500, 503])('a %d with Retry-After keeps its status', (status) => {
  const headers = headersOf({ 'retry-after': '2' });
  expect(interpret(status, headers, 'Rate limit exceeded')).toMatchObject({ outcome: { status } });
});
