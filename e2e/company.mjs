/**
 * The mock API for tests in other languages. Serves a made-up company and changes it on request.
 *
 * usage: node e2e/company.mjs [OPTIONS]     OPTIONS: those of startMockApi (mock-api/server.ts), as JSON
 *
 * Prints {"url", "token"} as a line of JSON. Then each line of stdin is a command, answered by one line:
 *
 *     ["insert", "clients", {"name": "New"}]        → the row
 *     ["update", "people", 18031663, {"active": 0}] → the row
 *     ["remove", "tasks", 638221076]                → null
 *     ["unexpected"]                                → complaints about requests that a correct client would not send
 *
 * Ends when stdin ends.
 */
import { createInterface } from 'node:readline';
import { startMockApi } from '../dist/mock-api/server.js';

const mock = await startMockApi(JSON.parse(process.argv[2] ?? '{}'));
print({ url: mock.url, token: mock.token });
for await (const line of createInterface({ input: process.stdin })) {
  const [command, ...args] = JSON.parse(line);
  print(command === 'unexpected' ? mock.unexpected : (mock.company[command](...args) ?? null));
}
await mock.close();

function print(answer) {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
