import assert from 'node:assert/strict';
import { appendFile, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildImage } from '../needs.mjs';
import { check } from '../support/checks.mjs';
import { ROOT, run, succeed } from '../support/processes.mjs';
import { filesAboveTheBase } from './layers.mjs';

/** Files in working copies that must not be in the image. */
const STRAYS = [
  '.env',
  'secrets/config.json',
  'schemas/.people.json.swp',
  'src/float/stray.test.ts',
  'unit_tests/stray.ts',
];
/** As builders with and without BuildKit print it. */
const CACHED_INSTALLATION = /RUN npm ci.*\n(?:#\d+ CACHED| ---> Using cache)/g;

/** Builds from a copy of this folder twice, the second time after a change of the code. */
export async function testRebuilding() {
  const folder = await mkdtemp(join(tmpdir(), 'image-rebuild-'));
  const tags = ['first', 'second'].map((which) => `source-float-rebuild:${which}`);
  try {
    await copyProject(folder);
    buildImage(tags[0], folder);
    await leaveStrays(folder);
    const mark = `// changed at ${Date.now()}`;
    await appendFile(join(folder, 'src/main.ts'), `${mark}\n`);

    await check('a change of the code rebuilds without installing packages again', async () => {
      const began = performance.now();
      const printed = buildImage(tags[1], folder);
      const seconds = (performance.now() - began) / 1000;
      assert.equal(printed.match(CACHED_INSTALLATION)?.length, 2, printed.slice(-3000));
      const show = ['run', '--rm', '--network', 'none', '--entrypoint', 'cat', tags[1], 'dist/src/main.js'];
      assert.ok((await succeed('docker', show)).stdout.includes(mark));
      return `rebuilt in ${seconds.toFixed(1)} s`;
    });

    await check('untracked files of a working copy are not in the image', async () => {
      const [before, after] = await Promise.all(tags.map(filesAboveTheBase));
      const paths = (files) => files.map(({ path }) => path).sort();
      assert.deepEqual(paths(after), paths(before));
    });
  } finally {
    await run('docker', ['rmi', '--force', ...tags]);
    await rm(folder, { recursive: true });
  }
}

/** A working copy without large folders. */
async function copyProject(folder) {
  const large = ['.git', 'dist', 'node_modules'].map((name) => join(ROOT, name));
  await cp(ROOT, folder, { recursive: true, filter: (path) => !large.includes(path) });
}

async function leaveStrays(folder) {
  for (const stray of STRAYS) {
    await mkdir(dirname(join(folder, stray)), { recursive: true });
    await writeFile(join(folder, stray), 'throw new Error("this is no part of the connector");\n');
  }
}
