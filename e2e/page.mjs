/** Tests the demo's page of the made-up company in Chromium. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { STYLE } from '../dist/demo/page/style.js';
import { findChromium, withPage } from './support/browser.mjs';
import { check, skip } from './support/checks.mjs';
import { ROOT, succeed } from './support/processes.mjs';

const DESKTOP = 1280;
const PHONE = 390;
/** Texts in charts and their backgrounds. axe checks only texts in HTML. */
const PAIRS = [
  ...[0, 1, 2, 3, 4].map((level) => [`heat-${level}-text`, `heat-${level}`]),
  ...['text', 'muted', 'accent'].map((text) => [text, 'card']),
  ['away-text', 'away'],
  ['text', 'away-tentative'],
];

await check('the contrast of texts in charts is at least 4.5, in light and dark mode', () => {
  const { Color, getContrast } = axe.commons.color;
  const [light, dark] = STYLE.split('@media (prefers-color-scheme: dark)');
  for (const style of [light, dark]) {
    const colourOf = (name) => {
      const colour = new Color();
      colour.parseString(new RegExp(`--${name}: ([^;]+);`).exec(style)[1]);
      return colour;
    };
    for (const pair of PAIRS) assert.ok(getContrast(...pair.map(colourOf)) >= 4.5, pair.join(' on '));
  }
});

const folder = await mkdtemp(join(tmpdir(), 'page-'));
try {
  const missing = await findChromium();
  if (missing !== undefined) await skip('the page in a browser', missing);
  else await testStory();
} finally {
  await rm(folder, { recursive: true });
}

async function testStory() {
  const file = join(folder, 'story', 'float.html');
  await succeed(process.execPath, [join(ROOT, 'dist/demo/main.js'), join(folder, 'story')]);
  for (const width of [DESKTOP, PHONE]) {
    for (const colorScheme of ['light', 'dark']) await testView(file, { width, colorScheme });
  }
  await check('on a phone the calendar begins with today, and wide tables have a hint', () =>
    withPage(file, { width: PHONE }, async (page) => {
      const today = await page.getByText('today', { exact: true }).and(page.locator(':visible')).boundingBox();
      assert.ok(today.x > 0 && today.x + today.width <= PHONE, `“today” at ${today.x}`);
      await openTables(page);
      const hints = await page
        .locator('.scroll:visible')
        .evaluateAll((all) =>
          all
            .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
            .map((one) => one.previousElementSibling?.textContent ?? `no hint above ${one.ariaLabel}`),
        );
      assert.ok(hints.length > 0);
      for (const hint of hints) assert.match(hint, /^Swipe sideways/);
    }),
  );
  await check('npm run query reads the file that the demo created', async () => {
    const sql = 'SELECT count(*) AS weeks FROM utilisation_by_week';
    const database = join(folder, 'story', 'float.duckdb');
    const { stdout } = await succeed('npm', ['run', 'query', '--', '--file', database, sql]);
    assert.match(stdout, /│ weeks │.*│ +\d+ │.*1 row\n$/s);
  });
}

async function testView(file, view) {
  const name = `${view.width} pixels, ${view.colorScheme}`;
  // The page's policy blocks all scripts, including that of axe.
  await withPage(file, { ...view, bypassCSP: true }, async (page, { requests, messages }) => {
    await check(`${name}: the page loads nothing, logs no errors, and is not wider than the screen`, async () => {
      assert.deepEqual({ requests, messages }, { requests: [pathToFileURL(file).href], messages: [] });
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), view.width);
    });

    await check(`${name}: three charts are visible`, async () => {
      const charts = await page.locator('.chart svg:visible').all();
      assert.equal(charts.length, 3);
      for (const chart of charts) {
        const { width, height } = await chart.boundingBox();
        assert.ok(width > 300 && height > 300, `a chart of ${width} × ${height}`);
      }
    });

    await check(`${name}: axe finds no problems`, async () => {
      await openTables(page);
      await page.addScriptTag({ content: axe.source });
      const { violations, passes } = await page.evaluate(() => globalThis.axe.run());
      const problems = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
      assert.deepEqual(problems, []);
      return `${passes.length} rules`;
    });
  });
}

function openTables(page) {
  return page.locator('details').evaluateAll((all) => all.map((one) => one.setAttribute('open', '')));
}
