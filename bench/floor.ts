/**
 * The minimum cost of converting the bytes of Float's responses to the bytes of Airbyte messages: decode, parse, wrap in RECORD
 * messages, stringify, encode. No network, no checks, no output.
 * Prints the CPU seconds of that part alone, user and system.
 * usage: floor.js ROWS
 */
import { preparePages } from './pages.ts';

const [rows = 0] = process.argv.slice(2).map(Number);
const pages = preparePages(rows).map((text) => Buffer.from(text));
const before = process.cpuUsage();
let bytes = 0;
for (const page of pages) {
  let lines = '';
  for (const data of JSON.parse(page.toString()) as object[]) {
    const record = { stream: 'logged_time', emitted_at: 1_767_600_000_000, data };
    lines += `${JSON.stringify({ type: 'RECORD', record })}\n`;
  }
  bytes += Buffer.from(lines).length;
}
const { user, system } = process.cpuUsage(before);
process.stdout.write(`${JSON.stringify({ cpuSeconds: (user + system) / 1e6, bytes })}\n`);
