/** Builds the image and tests what only the image can break, under the platform's conditions, against the mock API. */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Containers } from './image/container.mjs';
import { testContents } from './image/contents.mjs';
import { testEndings } from './image/endings.mjs';
import { testMemory } from './image/memory.mjs';
import { testVerbs } from './image/verbs.mjs';
import { buildImage } from './needs.mjs';
import { check } from './support/checks.mjs';
import { ROOT, readJson, startMock } from './support/processes.mjs';

const IMAGE = 'source-float:dev';
/** Untracked files that a working copy may have. The contents are checked later. */
const STRAYS = ['.env', 'secrets/config.json', 'schemas/.people.json.swp', 'src/float/stray.test.ts', 'tests/stray.ts'];

if (await check('the image builds from a working copy with untracked files', buildFromWorkingCopy)) {
  const containers = new Containers(IMAGE, await readJson('integration_tests/configured_catalog.json'));
  const mock = await startMock('--no-limits', '--rows', 'logged-time=20000');
  try {
    await testContents(containers);
    await testVerbs(containers, mock);
    await testEndings(containers);
    await testMemory(containers);
  } finally {
    mock.stop();
    containers.close();
  }
}

async function buildFromWorkingCopy() {
  const folder = await mkdtemp(join(tmpdir(), 'image-build-'));
  try {
    const large = ['.git', 'dist', 'node_modules', '.ci/sbom/node_modules'].map((name) => join(ROOT, name));
    await cp(ROOT, folder, { recursive: true, filter: (path) => !large.includes(path) });
    for (const stray of STRAYS) {
      await mkdir(dirname(join(folder, stray)), { recursive: true });
      await writeFile(join(folder, stray), 'throw new Error("this is not part of the connector");\n');
    }
    buildImage(IMAGE, folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
