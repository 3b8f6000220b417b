/**
 * Builds the image and tests what only the image can break, under the platform's conditions, against the mock API.
 *
 * usage: node e2e/image.mjs [IMAGE]     default: builds and tests source-float:dev
 */

import { readCommandLine } from '../scripts/command-line.mjs';
import { Containers } from './image/container.mjs';
import { testContents } from './image/contents.mjs';
import { testEndings } from './image/endings.mjs';
import { testMemory } from './image/memory.mjs';
import { testRebuilding } from './image/rebuild.mjs';
import { testVerbs } from './image/verbs.mjs';
import { buildImage } from './needs.mjs';
import { check, skip } from './support/checks.mjs';
import { run, startMock } from './support/processes.mjs';

const { positionals } = readCommandLine({
  usage: 'usage: node e2e/image.mjs [IMAGE]',
  help: 'Tests the given image. Default: builds and tests source-float:dev.',
  names: 'one',
});
const [given] = positionals;
const image = given ?? 'source-float:dev';

const engine = await run('docker', ['version']);
if (engine.code !== 0) {
  await skip('the image', `no Docker engine responds (${engine.stderr.trim().split('\n').at(-1)})`);
} else if (given !== undefined || (await check('the image builds', () => void buildImage(image)))) {
  await testImage();
}

async function testImage() {
  const containers = await Containers.open(image);
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
