import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';

interface Update {
  'package-ecosystem': string;
  directory?: string;
  directories?: string[];
}

const file = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const text = (path: string): string => readFileSync(file(path), 'utf8');
const names = readdirSync(file('.github/workflows'));
const workflows = names.map((name): [string, string] => [name, text(`.github/workflows/${name}`)]);

describe.each(workflows)('%s', (name, content) => {
  test("GitHub's own parser accepts its structure and expressions", () => {
    const { context } = parseWorkflow({ name, content }, new NoOperationTraceWriter());
    expect(context.errors.getErrors().map(({ message }) => message)).toEqual([]);
  });

  test('its default permission is read-only; a job declares what else it needs', () => {
    expect(parse(content).permissions).toEqual({ contents: 'read' });
  });

  test('each third-party action is pinned to a commit, with its version in a comment', () => {
    const uses = [...content.matchAll(/uses: (.*)$/gm)].map(([, used = '']) => used);
    expect(uses.length).toBeGreaterThan(0);
    const pinned = /^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;
    expect(uses.filter((used) => !used.startsWith('./') && !pinned.test(used))).toEqual([]);
  });

  test('the programs that it runs exist', () => {
    const programs = [...content.matchAll(/run: (?:node )?(\S+\/\S+)/g)].map(([, path = '']) => path);
    expect(programs.filter((path) => !existsSync(file(path)))).toEqual([]);
  });
});

test('npm test runs on the oldest supported Node and on the version in the image', () => {
  const versions = parse(text('.github/workflows/checks.yml')).jobs.test.strategy.matrix.node;
  const [, oldest] = /^>=(\d+)/.exec(JSON.parse(text('package.json')).engines.node) ?? [];
  const [, ofImage] = /^FROM node:(\d+)/m.exec(text('Dockerfile')) ?? [];
  expect(versions.map(String)).toEqual(expect.arrayContaining([oldest, ofImage]));
  expect(text('.nvmrc').trim()).toBe(ofImage);
});

test('Dependabot updates every lock file, image, service and workflow', () => {
  const ecosystems: Record<string, RegExp> = {
    npm: /(^|\/)package-lock\.json$/,
    docker: /^(examples\/.*)?Dockerfile$/,
    'docker-compose': /(^|\/)compose\.yaml$/,
    pip: /(^|\/)requirements\.txt$/,
    'github-actions': /^\.github\/workflows\//,
  };
  const tracked = execFileSync('git', ['ls-files'], { cwd: file(''), encoding: 'utf8' }).split('\n');
  const { updates }: { updates: Update[] } = parse(text('.github/dependabot.yml'));
  const configured = updates.map(({ 'package-ecosystem': ecosystem, directory, directories = [directory] }) => [
    ecosystem,
    directories,
  ]);
  const folders = (pattern: RegExp) =>
    tracked
      .filter((path) => pattern.test(path))
      .map((path) => `/${dirname(path)}`.replace(/^\/(\.|\.github\/workflows)$/, '/'));
  const expected = Object.entries(ecosystems).map(([name, pattern]) => [name, [...new Set(folders(pattern))].sort()]);
  expect(Object.fromEntries(configured)).toEqual(Object.fromEntries(expected));
});

describe('publishing', () => {
  const { version } = JSON.parse(text('package.json'));
  const GITHUB = { GITHUB_REPOSITORY: 'Some/Source', GITHUB_REF_NAME: `v${version}`, GITHUB_TOKEN: 'secret' };
  const publish = (part: string, env = {}): string =>
    execFileSync(process.execPath, [file('scripts/publish.mjs'), part, '--dry-run'], {
      encoding: 'utf8',
      stdio: 'pipe',
      env: { ...process.env, ...GITHUB, ...env },
    });

  test('the image gets the version as its tag, in lower case, and the token is not printed', () => {
    const printed = publish('image');
    expect(printed).toContain(`ghcr.io/some/source:${version}`);
    expect(printed).not.toContain('secret');
  });

  test('nothing is published from a tag of another version', () => {
    expect(() => publish('image', { GITHUB_REF_NAME: 'v99.0.0' })).toThrow(/must be v\d/);
  });
});
