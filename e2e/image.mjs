/**
 * Builds the image and asks it for everything that Airbyte asks, under conditions like the platform's. The API is the mock
 * API. Prints each check, and at the end `N passed, N failed`.
 *
 * usage: node e2e/image.mjs [IMAGE]     without IMAGE it builds source-float:dev and tests that
 */

import { readCommandLine } from '../scripts/command-line.mjs';
import { Containers } from './image/container.mjs';
import { testContents } from './image/contents.mjs';
import { testEndings } from './image/endings.mjs';
import { testMemory } from './image/memory.mjs';
import { testProxies } from './image/proxies.mjs';
import { testRebuilding } from './image/rebuild.mjs';
import { testVerbs } from './image/verbs.mjs';
import { check, part, skip } from './support/checks.mjs';
import { ROOT, run, startMock, succeed } from './support/processes.mjs';

const { positionals } = readCommandLine({
  usage: 'usage: node e2e/image.mjs [IMAGE]',
  help: 'Tests the image: the given one, or source-float:dev, which it builds.',
  names: 'one',
});
const [given] = positionals;
const image = given ?? 'source-float:dev';

await part(async () => {
  const engine = await run('docker', ['version']);
  if (engine.code !== 0) skip('the image', `no Docker engine answers (${engine.stderr.trim().split('\n').at(-1)})`);
  else if (given !== undefined || (await check('the image builds', build))) await testImage();
});

async function testImage() {
  const containers = await Containers.open(image);
  const mock = await startMock('--no-limits', '--rows', 'logged-time=20000');
  try {
    await testContents(containers);
    await testVerbs(containers, mock);
    await testEndings(containers, mock);
    await testProxies(containers, mock);
    await testMemory(containers);
    await testRebuilding();
  } finally {
    mock.stop();
    await containers.close();
  }
}

async function build() {
  await succeed('docker', ['build', '--network', 'host', '--tag', image, ROOT]);
}
