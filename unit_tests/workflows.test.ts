import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';

interface Step {
  uses?: string;
  run?: string;
}

interface Workflow {
  permissions: Record<string, string>;
  jobs: Record<string, { steps?: Step[]; strategy?: { matrix: { node: number[] } } }>;
}

const file = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const text = (path: string): string => readFileSync(file(path), 'utf8');
const names = readdirSync(file('.github/workflows'));
const workflows = names.map((name): [string, string] => [name, text(`.github/workflows/${name}`)]);
const read = (content: string): Workflow => parse(content);
const stepsOf = (content: string): Step[] => Object.values(read(content).jobs).flatMap(({ steps }) => steps ?? []);

/** What GitHub's own parser says against a workflow: its form, its expressions. */
const faultsOf = (name: string, content: string): string[] =>
  parseWorkflow({ name, content }, new NoOperationTraceWriter())
    .context.errors.getErrors()
    .map(({ message }) => message);

describe.each(workflows)('%s', (name, content) => {
  test("GitHub's parser accepts it", () => {
    expect(faultsOf(name, content)).toEqual([]);
  });

  test('its default permission is read-only; a job declares what else it needs', () => {
    expect(read(content).permissions).toEqual({ contents: 'read' });
  });

  test('each third-party action is pinned to a commit, with its version in a comment', () => {
    const uses = [...content.matchAll(/uses: (.*)$/gm)].map(([, used = '']) => used);
    expect(uses.length).toBeGreaterThan(0);
    const pinned = /^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;
    expect(uses.filter((used) => !used.startsWith('./') && !pinned.test(used))).toEqual([]);
  });

  test('each step runs a program of this checkout', () => {
    const scripts = JSON.parse(text('package.json')).scripts;
    for (const { run } of stepsOf(content)) {
      if (run === undefined) continue;
      const [, script = '', path = ''] =
        /^(?:npm (test)|(?:node )?([\w./-]+\.mjs|\.ci\/run)(?: \w+)?)$/.exec(run) ?? [];
      expect([run, script in scripts || existsSync(file(path || '-'))]).toEqual([run, true]);
    }
  });
});

test.each([
  ['an unknown right', 'contents: read', 'content: read'],
  ['an unknown key of a job', 'timeout-minutes', 'timeout-seconds'],
  ['an expression about nothing', 'matrix.node', 'matrx.node'],
])("GitHub's parser finds %s", (_, from, to) => {
  const content = text('.github/workflows/checks.yml');
  expect(faultsOf('checks.yml', content.replaceAll(from, to))).not.toEqual([]);
});

test('an action is pinned to the same commit everywhere', () => {
  const uses = new Set(workflows.flatMap(([, content]) => stepsOf(content).flatMap(({ uses }) => uses ?? [])));
  const actions = [...uses].map((used) => used.split('@')[0]);
  expect(new Set(actions).size).toBe(actions.length);
});

test('npm test runs on the oldest supported Node and on the version in the image', () => {
  const versions = read(text('.github/workflows/checks.yml')).jobs.test?.strategy?.matrix.node ?? [];
  const [, oldest] = /^>=(\d+)/.exec(JSON.parse(text('package.json')).engines.node) ?? [];
  const [, ofImage] = /^FROM node:(\d+)/m.exec(text('Dockerfile')) ?? [];
  expect(versions.map(String)).toEqual(expect.arrayContaining([oldest, ofImage]));
  expect(text('.nvmrc').trim()).toBe(ofImage);
});

test('Dependabot is configured for folders that have something to update', () => {
  const manifests: Record<string, string> = {
    npm: 'package.json',
    docker: 'Dockerfile',
    'docker-compose': 'compose.yaml',
    pip: 'requirements.txt',
    'github-actions': '.github/workflows/checks.yml',
  };
  const { updates } = parse(text('.github/dependabot.yml'));
  expect(new Set(updates.map((update: { 'package-ecosystem': string }) => update['package-ecosystem']))).toEqual(
    new Set(Object.keys(manifests)),
  );
  for (const { 'package-ecosystem': ecosystem, directory, directories = [directory] } of updates) {
    for (const folder of directories) {
      const path = `.${folder}/${manifests[ecosystem]}`;
      expect([path, existsSync(file(path))]).toEqual([path, true]);
    }
  }
});

describe('a release', () => {
  const { version } = JSON.parse(text('package.json'));
  const publish = (part: string, env = {}): string =>
    execFileSync(process.execPath, [file('scripts/publish.mjs'), part, '--dry-run'], {
      encoding: 'utf8',
      stdio: 'pipe',
      env: {
        ...process.env,
        GITHUB_REPOSITORY: 'Some/Source',
        GITHUB_REF_NAME: `v${version}`,
        GITHUB_TOKEN: 'secret',
        ...env,
      },
    });

  test('the image is for both architectures, with bill of materials and provenance, in the registry of the repository', () => {
    const printed = publish('image');
    const options = [
      'linux/amd64,linux/arm64',
      '--sbom=true',
      '--provenance=mode=max',
      `ghcr.io/some/source:${version}`,
    ];
    for (const option of [...options, '--push']) expect(printed).toContain(option);
    expect(printed).not.toContain('secret');
  });

  test('the npm package has provenance and contains its repository', () => {
    const printed = publish('package');
    expect(printed).toContain('repository.url=git+https://github.com/Some/Source.git');
    expect(printed).toContain('npm publish --provenance');
  });

  test.each([
    ['a tag of another version', { GITHUB_REF_NAME: 'v99.0.0' }, /must be v\d/],
    ['no repository', { GITHUB_REPOSITORY: '' }, /owner\/name/],
  ])('nothing is published from %s', (_, env, reason) => {
    expect(() => publish('image', env)).toThrow(reason);
  });
});
