/**
 * The simplest possible reader: reads page after page, parses and prints it, without any checks.
 * usage: bare-reader.js URL
 */
import { once } from 'node:events';
import { Agent } from 'node:http';
import fetch from 'node-fetch';

const [url = ''] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true });
for (let page = 1, last = 1; page <= last; page += 1) {
  const response = await fetch(`${url}/logged-time?page=${page}&per-page=200`, { agent });
  last = Number(response.headers.get('x-pagination-page-count'));
  let lines = '';
  for (const row of JSON.parse(await response.text())) lines += `${JSON.stringify(row)}\n`;
  if (!process.stdout.write(lines)) await once(process.stdout, 'drain');
}
agent.destroy();
