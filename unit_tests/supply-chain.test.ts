import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

interface Locked {
  version: string;
  dev?: boolean;
  license?: string;
}

/** Licences that let the image be passed on, as long as the packages' own licence texts stay in it. */
const LICENCES = new Set(['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT']);

const file = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const locked: Record<string, Locked> = JSON.parse(readFileSync(file('package-lock.json'), 'utf8')).packages;

/** What runs, transitive packages too, as `name version`. */
function running(packages: Record<string, Locked>): [string, Locked][] {
  return Object.entries(packages)
    .filter(([path, { dev }]) => path !== '' && dev !== true)
    .map(([path, entry]) => [`${path.replace(/^.*node_modules\//, '')} ${entry.version}`, entry]);
}

/** Packages without one of these licences. An expression such as `MIT OR GPL-3.0` is for a person to decide. */
function doubtful(packages: Record<string, Locked>): string[] {
  return running(packages)
    .filter(([, { license }]) => license === undefined || !LICENCES.has(license))
    .map(([name, { license }]) => `${name}: ${license ?? 'no licence'}`);
}

test('every run-time package has a licence that allows redistribution', () => {
  expect(running(locked).length).toBeGreaterThan(3);
  expect(doubtful(locked)).toEqual([]);
});

test('another licence, or none, of a run-time package is noticed', () => {
  const changed = {
    ...locked,
    'node_modules/ajv/node_modules/copyleft': { version: '1.0.0', license: 'GPL-3.0-only' },
    'node_modules/@scope/silent': { version: '2.0.0' },
    'node_modules/only-here': { version: '3.0.0', license: 'GPL-3.0-only', dev: true },
  };
  expect(doubtful(changed)).toEqual(['copyleft 1.0.0: GPL-3.0-only', '@scope/silent 2.0.0: no licence']);
});

test('the bill of materials contains exactly the run-time packages', () => {
  // Which checks it against the schema of CycloneDX.
  const text = execFileSync('npm', ['run', '--silent', 'sbom'], { cwd: file(''), encoding: 'utf8' });
  const { bomFormat, metadata, components } = JSON.parse(text);
  expect(bomFormat).toBe('CycloneDX');
  expect(metadata.component).toMatchObject({ name: 'source-float', type: 'application' });
  const named = components.map(({ name, version }: { name: string; version: string }) => `${name} ${version}`);
  expect(named.sort()).toEqual(
    running(locked)
      .map(([name]) => name)
      .sort(),
  );
});
