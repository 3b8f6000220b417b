import { describe, expect, test } from '@jest/globals';
import { interpret } from '../../../src/cdk/http/answer.ts';

const headersOf = (headers: Record<string, string> = {}) => ({ get: (name: string) => headers[name] ?? null });

test.each([
  ['its message', '{"name":"x","message":"Bad\\n token"}', 'Bad\n token'],
  ['its message for each field', '[{"field":"a","message":"b"},{"message":"c"},7]', 'a: b; c'],
  ['all values if none is a message', '{"error":{"code":7,"why":"a\\/b"},"data":[null,"c"]}', 'code: 7; why: a/b; c'],
  ['a body that is not JSON', 'Gone for good', 'Gone for good'],
  ['a string in JSON', '"Gone"', 'Gone'],
  ['not a page of HTML', ' <html>Denied</html>', ''],
  ['empty for null', 'null', ''],
])('the error message of the server is %s', (_, text, said) => {
  expect(interpret(500, headersOf(), text)).toMatchObject({ outcome: { kind: 'status', status: 500, said } });
});

describe('a 403 means "quota exceeded"', () => {
  test.each([{ 'retry-after': '2' }, { 'retry-after': 'soon' }])('if it has the header %j', (headers) => {
    expect(interpret(403, headersOf(headers), '')).toMatchObject({ outcome: { status: 429, sentStatus: 403 } });
  });

  test.each([
    '{"message":"API rate limit exceeded"}',
    '{"error":{"errors":[{"reason":"userRateLimitExceeded"}]}}',
    '{"code":"rate_limit_exceeded"}',
    '<html><title>You are being rate limited</title></html>',
    'Too Many Requests',
    '{"code":"TooManyRequests"}',
    '{"message":"Request was throttled."}',
    '{"message":"Request limit exceeded"}',
    '{"message":"The request quota is used up"}',
    '{"message":"At most 200 requests per minute"}',
  ])('if its body is %j', (text) => {
    expect(interpret(403, headersOf(), text)).toMatchObject({ outcome: { status: 429, sentStatus: 403 } });
  });

  test.each([
    '',
    '{"message":"Not in your plan."}',
    '{"message":"The limit of projects in your plan is reached."}',
    '{"message":"Corporate limits apply."}',
    '{"message":"Separate limits for rate cards: ask an admin."}',
    '<html>Forbidden</html>',
  ])('but not if its body is %j', (text) => {
    expect(interpret(403, headersOf(), text)).toMatchObject({ outcome: { status: 403 } });
  });
});

test.each([404, 503])('a %d with Retry-After keeps its status', (status) => {
  const headers = headersOf({ 'retry-after': '2' });
  expect(interpret(status, headers, 'Rate limit exceeded')).toMatchObject({ outcome: { status } });
});
