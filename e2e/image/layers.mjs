import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { succeed } from '../support/processes.mjs';

/** Identifies the first instruction of our image above its base. */
const FIRST_OF_OURS = 'io.airbyte.name';

/**
 * The files that an image adds to its base, read from the layers: `{ path, mode, size }`. Includes links, and files that a later
 * layer removes.
 */
export async function filesAboveTheBase(image) {
  const folder = await mkdtemp(join(tmpdir(), 'image-layers-'));
  const archive = join(folder, 'image.tar');
  const json = async (name) => JSON.parse(await readFile(join(folder, name), 'utf8'));
  const unpack = (...names) => succeed('tar', ['-x', '-f', archive, '-C', folder, ...names]);
  try {
    await succeed('docker', ['save', '--output', archive, image]);
    await unpack('manifest.json');
    const [{ Config: config, Layers: layers }] = await json('manifest.json');
    await unpack(config);
    const { history } = await json(config);
    const first = history.findIndex(({ created_by: by }) => by?.includes(FIRST_OF_OURS));
    assert.ok(first > 0, `no instruction of the image names ${FIRST_OF_OURS}`);
    const ours = layers.slice(-history.slice(first).filter(({ empty_layer: empty }) => !empty).length);
    await unpack(...ours);
    const lists = await Promise.all(ours.map((layer) => succeed('tar', ['-t', '-v', '-f', join(folder, layer)])));
    return lists.flatMap(({ stdout }) => stdout.split('\n').flatMap(fileOf));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** From a line such as `-rw-r--r-- 0/0   1082 2026-11-24 21:22 opt/source-float/LICENSE`. */
function fileOf(line) {
  const [mode, , size, , , path] = line.trim().split(/\s+/);
  return mode === undefined || mode === '' || mode.startsWith('d') ? [] : [{ path, mode, size: Number(size) }];
}
