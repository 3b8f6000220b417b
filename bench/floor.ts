/**
 * What parsing the pages and printing their rows costs at least: no network, no protocol, nothing written.
 * Prints the CPU seconds of that part alone, user and system.
 * usage: floor.js ROWS
 */
import { preparePages } from './pages.ts';

const [rows = 0] = process.argv.slice(2).map(Number);
const pages = preparePages(rows).map((text) => Buffer.from(text));
const before = process.cpuUsage();
let length = 0;
for (const page of pages) {
  for (const row of JSON.parse(page.toString()) as object[]) length += JSON.stringify(row).length;
}
const { user, system } = process.cpuUsage(before);
process.stdout.write(`${JSON.stringify({ seconds: (user + system) / 1e6, length })}\n`);
