/**
 * Tests the demo's page in Debian's Chromium: that of the made-up company, and that of an empty account.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findChromium, withPage } from './support/browser.mjs';
import { check, skip } from './support/checks.mjs';
import { ROOT, startMock, succeed } from './support/processes.mjs';

const DESKTOP = 1280;
const PHONE = 390;
/** WCAG 2, level AA, for small texts. */
const CONTRAST = 4.5;
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

const folder = await mkdtemp(join(tmpdir(), 'page-'));
try {
  const missing = await findChromium();
  if (missing !== undefined) await skip('the page in a browser', missing);
  else {
    await testStory();
    await testEmptyAccount();
  }
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
      await page.locator('details').evaluateAll((all) => all.map((one) => one.setAttribute('open', '')));
      const scrolling = await page
        .locator('.scroll:visible')
        .evaluateAll((all) =>
          all
            .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
            .map((one) => ({ name: one.ariaLabel, hint: one.previousElementSibling?.textContent ?? '' })),
        );
      assert.ok(scrolling.length > 0);
      for (const { name, hint } of scrolling) assert.match(hint, /^Swipe sideways/, name);
    }),
  );
  await check('npm run query reads the file that the demo created', async () => {
    const sql = 'SELECT count(*) AS weeks FROM utilisation_by_week';
    const database = join(folder, 'story', 'float.duckdb');
    const { stdout } = await succeed('npm', ['run', 'query', '--', '--file', database, sql]);
    assert.match(stdout, /│ weeks │.*│ +\d+ │.*1 row\n$/s);
  });
  await check('each chart has a table that opens with the keyboard', () =>
    withPage(file, { width: DESKTOP }, async (page) => {
      const summaries = page.locator('summary');
      assert.equal(await summaries.count(), 3);
      for (const summary of await summaries.all()) {
        await summary.focus();
        await page.keyboard.press('Enter');
      }
      for (const table of await page.locator('details table').all())
        assert.ok((await table.locator('tbody tr').count()) > 5);
      assert.ok(await page.locator('details table').first().isVisible());
    }),
  );
}

async function testView(file, view) {
  const name = `${view.width} pixels, ${view.colorScheme}`;
  await withPage(file, view, async (page, { requests, messages }) => {
    await check(`${name}: the page loads nothing and logs no errors`, () => {
      assert.deepEqual({ requests, messages }, { requests: [pathToFileURL(file).href], messages: [] });
    });

    await check(`${name}: three charts are visible, and the page is not wider than the screen`, async () => {
      const charts = page.locator('.chart svg:visible');
      assert.equal(await charts.count(), 3);
      for (const chart of await charts.all()) {
        const { width, height } = await chart.boundingBox();
        assert.ok(width > 300 && height > 300, `a chart of ${width} × ${height}`);
      }
      const { wide, screen } = await page.evaluate(() => ({
        wide: document.documentElement.scrollWidth,
        screen: innerWidth,
      }));
      assert.equal(wide, screen);
      assert.equal(screen, view.width);
    });

    await check(`${name}: every text is readable`, async () => {
      await page.locator('details').evaluateAll((all) => all.map((one) => one.setAttribute('open', '')));
      const texts = await page.evaluate(contrasts);
      assert.ok(texts.length > 500, `${texts.length} texts`);
      assert.deepEqual(
        texts.filter(({ contrast }) => contrast < CONTRAST),
        [],
      );
      return `${texts.length} texts, contrast ${Math.min(...texts.map(({ contrast }) => contrast)).toFixed(1)} or more`;
    });
  });

  // The page's policy blocks all scripts, including that of axe.
  await check(`${name}: axe finds no problems`, () =>
    withPage(file, { ...view, bypassCSP: true }, async (page) => {
      await page.addScriptTag({ path: AXE });
      const { violations, passes } = await page.evaluate(() => globalThis.axe.run());
      assert.deepEqual(
        violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
        [],
      );
      return `${passes.length} rules`;
    }),
  );
}

/** Runs the demo command for an account on a separate server. */
async function testEmptyAccount() {
  const sizes = [
    '--people',
    '0',
    '--projects',
    '0',
    '--rows',
    'logged-time=0',
    '--rows',
    'tasks=0',
    '--rows',
    'timeoffs=0',
  ];
  const mock = await startMock('--no-limits', ...sizes, '--rows', 'holidays=0', '--rows', 'public-holidays=0');
  try {
    const file = join(folder, 'empty', 'float.html');
    await writeFile(join(folder, 'token.txt'), mock.token, { mode: 0o600 });
    const account = ['--base-url', mock.url, '--token-file', join(folder, 'token.txt'), join(folder, 'empty')];
    await succeed(process.execPath, [join(ROOT, 'dist/demo/main.js'), ...account]);
    await check('an empty account: the page says so', () =>
      withPage(file, { width: PHONE }, async (page, { requests, messages }) => {
        assert.deepEqual([requests.length, messages], [1, []]);
        assert.equal(await page.locator('.chart').count(), 0);
        assert.ok(await page.getByText('There are no people in this account yet.').isVisible());
      }),
    );
  } finally {
    mock.stop();
  }
}

/** Runs in the page. Returns each visible text with its contrast to the background at its centre. */
function contrasts() {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const luminance = (colour) => {
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue] = [...canvas.getImageData(0, 0, 1, 1).data].map((channel) => {
      const share = channel / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const isClear = (colour) => colour === 'none' || colour === 'transparent' || colour === 'rgba(0, 0, 0, 0)';
  const paintOf = (element) => {
    const { fill, backgroundColor } = getComputedStyle(element);
    return element instanceof SVGElement ? (element.matches('rect, path') ? fill : 'none') : backgroundColor;
  };
  const results = [];
  const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (nodes.nextNode()) {
    const { parentElement: parent, textContent } = nodes.currentNode;
    if (textContent.trim() === '' || parent.closest('style, title') || !parent.checkVisibility()) continue;
    parent.scrollIntoView({ block: 'center', inline: 'center' });
    const range = document.createRange();
    range.selectNodeContents(nodes.currentNode);
    const { left, top, width, height } = range.getBoundingClientRect();
    // A caption for screen readers.
    if (width <= 1 || parent.closest('caption')) continue;
    const style = getComputedStyle(parent);
    const under = document
      .elementsFromPoint(left + width / 2, top + height / 2)
      .map(paintOf)
      .find((colour) => !isClear(colour));
    const pair = [parent instanceof SVGElement ? style.fill : style.color, under ?? 'white'];
    const [dark, light] = pair.map(luminance).sort((a, b) => a - b);
    results.push({ text: textContent.trim(), pair: pair.join(' on '), contrast: (light + 0.05) / (dark + 0.05) });
  }
  return results;
}
