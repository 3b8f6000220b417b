import assert from 'node:assert/strict';
import { join } from 'node:path';
import { check } from '../support/checks.mjs';
import { readJson, run } from '../support/processes.mjs';
import { completeStreams, messages, reading, recordsOf } from './container.mjs';

const CONFIG = ['--config', '/secrets/config.json'];

/** Tests each verb, started as by `docker run` and as by the platform. */
export async function testVerbs(containers, mock) {
  const { streams, folder } = containers;
  await containers.putConfig('config.json', mock);
  await containers.putConfig('wrong-token.json', { ...mock, token: 'a-token-of-nobody' });
  await containers.put('invalid.json', { start_date: 'yesterday' });
  const statusOf = async (...args) => messages(await containers.connector('check', ...args)).at(-1).connectionStatus;

  await check('spec prints the specification', async () => {
    const printed = messages(await containers.connector('spec'));
    assert.deepEqual(printed, [{ type: 'SPEC', spec: await readJson('spec.json') }]);
  });

  await check('spec, check and discover into a file, as the platform asks', async () => {
    for (const [args, type] of [
      ['spec', 'SPEC'],
      [`check ${CONFIG.join(' ')}`, 'CONNECTION_STATUS'],
      [`discover ${CONFIG.join(' ')}`, 'CATALOG'],
    ]) {
      const asked = await containers.shell(
        `cd /config && eval "$AIRBYTE_ENTRYPOINT ${args}" >jobOutput.json && cat jobOutput.json`,
      );
      assert.equal(messages(asked).at(-1).type, type);
    }
  });

  await check('check accepts a good config', async () => {
    assert.deepEqual(await statusOf(...CONFIG), { status: 'SUCCEEDED' });
  });

  await check('check refuses a wrong token, and does not show it', async () => {
    const asked = await containers.connector('check', '--config', '/secrets/wrong-token.json');
    const { status, message } = messages(asked).at(-1).connectionStatus;
    assert.equal(status, 'FAILED');
    assert.match(message, /token/);
    assert.ok(!asked.stdout.includes('a-token-of-nobody'));
  });

  await check('check lists every invalid field of a config', async () => {
    const { status, message } = await statusOf('--config', '/secrets/invalid.json');
    assert.equal(status, 'FAILED');
    assert.match(message, /api_token.*start_date/);
  });

  const discovered = async (...options) => {
    const ran = await run('docker', [...containers.command(...options), 'discover', ...CONFIG]);
    return messages(ran)
      .at(-1)
      .catalog.streams.map(({ name }) => name)
      .sort();
  };

  await check(`discover offers the ${streams.length} streams, from whatever folder`, async () => {
    for (const cwd of ['/', '/tmp', '/source', '/usr/lib']) {
      assert.deepEqual(await discovered('--workdir', cwd), streams, cwd);
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
    const asked = await containers.shell(
      `cd /source && mkfifo stdout stderr && { cat stdout >out & cat stderr >err & }
       eval "$AIRBYTE_ENTRYPOINT ${reading('config.json').join(' ')}" >stdout 2>stderr
       code=$?; wait; cat out; cat err >&2; exit $code`,
    );
    assert.deepEqual(recordsOf(messages(asked)), recordsOf(first));
  });

  await check('read continues from its state', async () => {
    await containers.put(
      'state.json',
      first.filter(({ type }) => type === 'STATE').map(({ state }) => state),
    );
    const second = messages(await containers.connector(...reading('config.json', 'state.json')));
    assert.deepEqual(completeStreams(second), streams);
    const count = (all) => recordsOf(all).filter((record) => record.startsWith('logged_time ')).length;
    assert.ok(count(second) < count(first) / 10, `${count(second)} of ${count(first)} logged_time records came again`);
  });

  await check('read leaves no files in a writable container', async () => {
    const name = `${folder.split('/').at(-1)}-diff`;
    const writable = ['run', '--name', name, '--network', 'host', '--volume', `${folder}:/secrets:ro`];
    try {
      const ran = await run('docker', [...writable, containers.image, ...reading('config.json')]);
      assert.deepEqual(completeStreams(messages(ran)), streams);
      const { stdout } = await run('docker', ['diff', name]);
      // The mount point is Docker's.
      assert.equal(stdout.replace(/^. \/secrets\n/m, ''), '');
    } finally {
      await run('docker', ['rm', '--force', name]);
    }
  });
}
