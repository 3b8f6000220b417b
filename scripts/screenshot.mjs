/** Updates docs/images/demo.png, the screenshot of the demo's page in README.md. Needs a build and Chromium (Debian package). */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, succeed } from '../e2e/support/processes.mjs';
import { readCommandLine } from './command-line.mjs';

readCommandLine({
  usage: 'usage: node scripts/screenshot.mjs',
  help: "Renews docs/images/demo.png, the picture of the demo's page. Needs a build, and Chromium.",
});

const { findChromium, withPage } = await import('../e2e/support/browser.mjs');
const missing = await findChromium();
if (missing !== undefined) throw new Error(missing);
const folder = await mkdtemp(join(tmpdir(), 'screenshot-'));
try {
  await succeed(process.execPath, [join(ROOT, 'dist/demo/main.js'), folder]);
  await withPage(join(folder, 'float.html'), { width: 1120, height: 760 }, (page) =>
    page.screenshot({ path: join(ROOT, 'docs/images/demo.png') }),
  );
} finally {
  await rm(folder, { recursive: true });
}
