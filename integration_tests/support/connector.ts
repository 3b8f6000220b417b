import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect } from '@jest/globals';
import type { JsonObject } from '../../src/cdk/index.ts';
import type { ConnectorRun, RuleName } from '../../src/cdk/testing/index.ts';
import { type Config, catalogOf, jsonFile } from './inputs.ts';
import { assertRules } from './platform-rules.ts';
import { command, type ProcessOptions } from './process.ts';
import type { Run } from './run.ts';

const VERBS: readonly ConnectorRun['verb'][] = ['spec', 'check', 'discover', 'read'];

export interface Expectations extends ProcessOptions {
  /** The rules of the platform that this run breaks on purpose. */
  breaks?: readonly RuleName[];
  /** The test kills the run, so the rules about the end of a run do not apply. */
  killed?: boolean;
}

/** Runs a verb of the connector, and checks the run against the rules of the platform. */
export async function connector(args: readonly string[], expectations: Expectations = {}): Promise<Run> {
  const { breaks = [], killed = false, ...options } = expectations;
  const verb = VERBS.find((one) => args.includes(one));
  if (verb === undefined) throw new Error(`No verb in: ${args.join(' ')}`);
  const run = await command(args, options);
  if (!killed) expect(run.signal).toBeNull();
  const [catalog, state] = await Promise.all(
    ['--catalog', '--state'].map((option) => contentOf(optionOf(args, option), options.cwd)),
  );
  const { stdout, stderr, code } = run;
  assertRules({ verb, catalog, state, stdout, stderr, code, cutShort: killed }, breaks);
  return run;
}

function optionOf(args: readonly string[], option: string): string | undefined {
  const joined = args.find((arg) => arg.startsWith(`${option}=`))?.slice(option.length + 1);
  return joined ?? (args.includes(option) ? args[args.indexOf(option) + 1] : undefined);
}

/** Undefined for a file that is missing or is not JSON. */
async function contentOf(path: string | undefined, cwd = '.'): Promise<unknown> {
  if (path === undefined) return undefined;
  try {
    return JSON.parse(await readFile(resolve(cwd, path), 'utf8'));
  } catch {
    return undefined;
  }
}

export interface ReadInput {
  config: Config;
  streams: readonly string[];
  mode?: string | undefined;
  /** Default: the catalog of the streams and the mode. */
  catalog?: JsonObject;
  /** Undefined: without `--state`. */
  state?: unknown;
}

export async function read(input: ReadInput, expectations: Expectations = {}): Promise<Run> {
  const { config, streams, mode, catalog = catalogOf(streams, mode), state } = input;
  const args = ['read', '--config', await jsonFile(config), '--catalog', await jsonFile(catalog)];
  if (state !== undefined) args.push('--state', await jsonFile(state));
  return connector(args, { secrets: [config.api_token], ...expectations });
}

/** Runs `check`, which must exit with 0 whatever it answers. */
export async function check(config: JsonObject, expectations: Expectations = {}): Promise<Run> {
  const secrets = typeof config.api_token === 'string' ? [config.api_token] : [];
  const run = await connector(['check', '--config', await jsonFile(config)], { secrets, ...expectations });
  expect(run.code).toBe(0);
  return run;
}

export async function discover(config: Config, expectations: Expectations = {}): Promise<Run> {
  const args = ['discover', '--config', await jsonFile(config)];
  const run = await connector(args, { secrets: [config.api_token], ...expectations });
  expect(run.code).toBe(0);
  return run;
}
