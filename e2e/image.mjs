/** Builds the image and tests what only the image can break, under the platform's conditions, against the mock API. */
import { Containers } from './image/container.mjs';
import { testContents } from './image/contents.mjs';
import { testEndings } from './image/endings.mjs';
import { testMemory } from './image/memory.mjs';
import { testRebuilding } from './image/rebuild.mjs';
import { testVerbs } from './image/verbs.mjs';
import { buildImage } from './needs.mjs';
import { check } from './support/checks.mjs';
import { startMock } from './support/processes.mjs';

const IMAGE = 'source-float:dev';

if (await check('the image builds', () => void buildImage(IMAGE))) {
  const containers = await Containers.open(IMAGE);
  const mock = await startMock('--no-limits', '--rows', 'logged-time=20000');
  try {
    await testContents(containers);
    await testVerbs(containers, mock);
    await testEndings(containers);
    await testMemory(containers);
    await testRebuilding();
  } finally {
    mock.stop();
    await containers.close();
  }
}
