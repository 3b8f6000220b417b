import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { succeed } from './processes.mjs';

/** Paths on Debian and on GitHub's machines. */
const BROWSERS = ['/usr/bin/chromium', '/usr/bin/google-chrome'];
const CHROMIUM = BROWSERS.find((path) => existsSync(path)) ?? BROWSERS[0];
const QUIET = ['quic', 'background-networking', 'component-update', 'sync', 'gpu'].map(
  (feature) => `--disable-${feature}`,
);

/** Finds Chromium, or installs Debian's if possible. Otherwise resolves to the reason. */
export async function findChromium() {
  if (existsSync(CHROMIUM)) return undefined;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
    return `${CHROMIUM} is missing: apt-get install chromium`;
  await succeed('apt-get', ['update']);
  await succeed('apt-get', ['install', '--yes', '--no-install-recommends', 'chromium']);
  return undefined;
}

/** Opens a file in a fresh browser. `use` gets the page, its requests and its console messages. */
export async function withPage(file, { width, height = 900, colorScheme = 'light', bypassCSP = false }, use) {
  const profile = await mkdtemp(join(tmpdir(), 'chromium-'));
  try {
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--no-first-run', ...QUIET],
      viewport: { width, height },
      colorScheme,
      bypassCSP,
    });
    try {
      const page = await context.newPage();
      const [requests, messages] = [[], []];
      context.on('request', (request) => requests.push(request.url()));
      page.on('console', (message) => messages.push(message.text()));
      page.on('pageerror', (error) => messages.push(String(error)));
      await page.goto(pathToFileURL(file).href, { waitUntil: 'networkidle' });
      return await use(page, { requests, messages });
    } finally {
      await context.close();
    }
  } finally {
    await rm(profile, { recursive: true, force: true });
  }
}
