import { describe, expect, test } from '@jest/globals';
import { parseCommand } from '../../../src/cdk/protocol/args.ts';

const verb = (verb: string, files: object = {}, debug = false) => ({ kind: 'verb', verb, files, debug });

describe('valid arguments', () => {
  test.each<[string, object]>([
    ['spec', verb('spec')],
    ['spec --debug', verb('spec', {}, true)],
    ['check --config c', verb('check', { config: 'c' })],
    ['check --config=c', verb('check', { config: 'c' })],
    ['--config c discover', verb('discover', { config: 'c' })],
    ['read --config c --catalog k --state s', verb('read', { config: 'c', catalog: 'k', state: 's' })],
    ['read --config a=b --catalog=c=d', verb('read', { config: 'a=b', catalog: 'c=d' })],
    ['--help', { kind: 'help' }],
    ['read --help', { kind: 'help' }],
    ['--version', { kind: 'version' }],
  ])('%s', (line, command) => {
    expect(parseCommand(line.split(' '))).toEqual(command);
  });
});

describe('invalid arguments', () => {
  test.each<[string, RegExp]>([
    ['', /no command/],
    ['--debug', /no command/],
    ['write', /unknown command write/],
    ['toString', /unknown command toString/],
    ['spec check', /unexpected argument check/],
    ['spec --config c', /spec does not accept --config/],
    ['check', /check requires --config/],
    ['check --config=', /check requires --config/],
    ['check --config c --state s', /check does not accept --state/],
    ['read --config c', /read requires --catalog/],
    ['read --config c --catalog k --manifest-path m', /--manifest-path/],
    ['spec --debug=yes', /--debug/],
  ])('%s', (line, problem) => {
    const argv = line === '' ? [] : line.split(' ');
    expect(parseCommand(argv)).toEqual({ kind: 'wrong usage', problem: expect.stringMatching(problem) });
  });
});
