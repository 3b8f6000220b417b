import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { succeed } from './processes.mjs';

/** Paths on Debian and on GitHub's machines. */
const BROWSERS = ['/usr/bin/chromium', '/usr/bin/google-chrome'];
const CHROMIUM = BROWSERS.find((path) => existsSync(path)) ?? BROWSERS[0];

/** Finds Chromium, or installs Debian's if possible. Otherwise resolves to the reason. */
export async function findChromium() {
  if (existsSync(CHROMIUM)) return undefined;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
    return `${CHROMIUM} is missing: apt-get install chromium`;
  await succeed('apt-get', ['update']);
  await succeed('apt-get', ['install', '--yes', '--no-install-recommends', 'chromium']);
  return undefined;
}

/** Opens a file in a new browser. `use` gets the page, its requests and its console messages. */
export async function withPage(file, { width, height = 900, colorScheme = 'light', bypassCSP = false }, use) {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage({ viewport: { width, height }, colorScheme, bypassCSP });
    const [requests, messages] = [[], []];
    page.on('request', (request) => requests.push(request.url()));
    page.on('console', (message) => messages.push(message.text()));
    page.on('pageerror', (error) => messages.push(String(error)));
    await page.goto(pathToFileURL(file).href, { waitUntil: 'networkidle' });
    return await use(page, { requests, messages });
  } finally {
    await browser.close();
  }
}
