import assert from 'node:assert/strict';
import { join } from 'node:path';
import { check } from '../support/checks.mjs';
import { readJson, run } from '../support/processes.mjs';
import { completeStreams, messages, reading, recordsOf } from './container.mjs';

const CONFIG = ['--config', '/secrets/config.json'];

/** Tests each verb, started as by `docker run` and as by the platform. */
export async function testVerbs(containers, mock) {
  const { streams, folder } = containers;
  containers.putConfig('config.json', mock);

  await check('spec prints the specification', async () => {
    const printed = messages(await containers.connector('spec'));
    assert.deepEqual(printed, [{ type: 'SPEC', spec: await readJson('spec.json') }]);
  });

  await check('spec, check and discover into a file, as the platform runs them', async () => {
    for (const [args, type] of [
      ['spec', 'SPEC'],
      [`check ${CONFIG.join(' ')}`, 'CONNECTION_STATUS'],
      [`discover ${CONFIG.join(' ')}`, 'CATALOG'],
    ]) {
      const ran = await containers.shell(
        `cd /config && eval "$AIRBYTE_ENTRYPOINT ${args}" >jobOutput.json && cat jobOutput.json`,
      );
      assert.equal(messages(ran).at(-1).type, type);
    }
  });

  await check(`discover offers the ${streams.length} streams in any working directory`, async () => {
    for (const cwd of ['/', '/source']) {
      const ran = await run('docker', [...containers.command('--workdir', cwd), 'discover', ...CONFIG]);
      const offered = messages(ran)
        .at(-1)
        .catalog.streams.map(({ name }) => name);
      assert.deepEqual(offered.sort(), streams, cwd);
    }
  });

  let first = [];
  await check('read emits the same records as the build outside the image', async () => {
    first = messages(await containers.connector(...reading('config.json')));
    assert.deepEqual(completeStreams(first), streams);
    const inputs = ['--config', join(folder, 'config.json'), '--catalog', join(folder, 'catalog.json')];
    const outside = messages(await run(process.execPath, ['dist/src/main.js', 'read', ...inputs]));
    assert.deepEqual(recordsOf(first), recordsOf(outside));
    assert.ok(recordsOf(first).length > 20_000);
    return `${recordsOf(first).length} records`;
  });

  await check('read through named pipes, as the platform reads', async () => {
    const ran = await containers.shell(
      `cd /source && mkfifo stdout stderr && { cat stdout >out & cat stderr >err & }
       eval "$AIRBYTE_ENTRYPOINT ${reading('config.json').join(' ')}" >stdout 2>stderr
       code=$?; wait; cat out; cat err >&2; exit $code`,
    );
    assert.deepEqual(recordsOf(messages(ran)), recordsOf(first));
  });

  await check('read continues from its state, and leaves no files in a writable container', async () => {
    containers.put(
      'state.json',
      first.filter(({ type }) => type === 'STATE').map(({ state }) => state),
    );
    const name = `${folder.split('/').at(-1)}-diff`;
    const writable = ['run', '--name', name, '--network', 'host', '--volume', `${folder}:/secrets:ro`];
    try {
      const ran = await run('docker', [...writable, containers.image, ...reading('config.json', 'state.json')]);
      const second = messages(ran);
      assert.deepEqual(completeStreams(second), streams);
      const count = (all) => recordsOf(all).filter((record) => record.startsWith('logged_time ')).length;
      assert.ok(count(second) < count(first) / 10, `${count(second)} of ${count(first)} logged_time records again`);
      const { stdout } = await run('docker', ['diff', name]);
      // Docker creates the mount point.
      assert.equal(stdout.replace(/^. \/secrets\n/m, ''), '');
    } finally {
      await run('docker', ['rm', '--force', name]);
    }
  });
}
