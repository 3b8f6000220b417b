/**
 * Prints the bill of materials, CycloneDX in JSON: the npm packages that the connector runs with, from package-lock.json
 * alone. With an image also what its base brings: Debian packages, Node, and the packages of npm. The same input gives the
 * same text, so there is no serial number and no time in it.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCommandLine } from './command-line.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const { positionals } = readCommandLine({
  usage: 'usage: npm run --silent sbom [-- IMAGE]',
  help: 'Prints the bill of materials (CycloneDX) of what the connector runs with; with IMAGE that of the whole image.',
  names: 'one',
});
const [image] = positionals;

const bom = packagesOfTheLock();
if (image !== undefined) {
  bom.metadata.component.type = 'container';
  bom.components.push(...packagesOfTheBase(image));
}
process.stdout.write(`${JSON.stringify(bom, null, 2)}\n`);

/**
 * npm is shown the project without what is for development: of `--omit dev`, npm 11.19 makes that ajv is left out as well,
 * since a package for development names it as a peer.
 */
function packagesOfTheLock() {
  const { devDependencies, ...project } = readJson('package.json');
  const lock = readJson('package-lock.json');
  const { '': root, ...packages } = lock.packages;
  const { devDependencies: _, ...running } = root;
  const locked = Object.entries(packages).filter(([, { dev }]) => dev !== true);
  const folder = mkdtempSync(join(tmpdir(), 'sbom-'));
  try {
    const write = (name, content) => writeFileSync(join(folder, name), JSON.stringify(content));
    write('package.json', project);
    write('package-lock.json', { ...lock, packages: { '': running, ...Object.fromEntries(locked) } });
    const options = ['--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--package-lock-only', '--offline'];
    const { serialNumber, ...bom } = JSON.parse(execute('npm', ['sbom', ...options], folder));
    const { timestamp, ...metadata } = bom.metadata;
    // npm takes the name of the folder.
    return { ...bom, metadata: { ...metadata, component: { ...metadata.component, name: project.name } } };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function packagesOfTheBase(image) {
  const options = ['run', '--rm', '--network', 'none', '--entrypoint', 'node', image];
  const { node, debian, packages, globals } = JSON.parse(execute('docker', [...options, '--eval', `(${inventory})()`]));
  const components = [
    { type: 'platform', name: 'node', version: node, purl: `pkg:generic/node@${node}` },
    ...packages.map(([name, version, arch]) => ({
      type: 'library',
      name,
      version,
      purl: `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=${arch}&distro=debian-${debian}`,
    })),
    ...globals.map(([name, version]) => ({
      type: 'library',
      name,
      version,
      purl: `pkg:npm/${name.replace('@', '%40')}@${encodeURIComponent(version)}`,
    })),
  ];
  // npm has some packages more than once.
  const byPurl = new Map(components.map((component) => [component.purl, { 'bom-ref': component.purl, ...component }]));
  return [...byPurl.values()].sort((one, other) => (one.purl < other.purl ? -1 : 1));
}

/** Runs in the image, as a text. */
function inventory() {
  const { execFileSync } = require('node:child_process');
  const { existsSync, readdirSync, readFileSync } = require('node:fs');
  // biome-ignore lint/suspicious/noTemplateCurlyInString: these are placeholders of dpkg-query.
  const format = '${Package}\\t${Version}\\t${Architecture}\\n';
  const packages = execFileSync('dpkg-query', ['--show', '--showformat', format], { encoding: 'utf8' })
    .trimEnd()
    .split('\n');
  const globals = [];
  const list = (folder) => {
    if (!existsSync(folder)) return;
    for (const name of readdirSync(folder)) {
      const path = `${folder}/${name}`;
      if (name.startsWith('@')) list(path);
      else if (existsSync(`${path}/package.json`)) {
        const own = JSON.parse(readFileSync(`${path}/package.json`, 'utf8'));
        globals.push([own.name, own.version]);
        list(`${path}/node_modules`);
      }
    }
  };
  list('/usr/local/lib/node_modules');
  const [, debian] = /^VERSION_ID="?(\d+)/m.exec(readFileSync('/etc/os-release', 'utf8'));
  const found = { node: process.versions.node, debian, packages: packages.map((line) => line.split('\t')), globals };
  process.stdout.write(JSON.stringify(found));
}

function execute(command, args, cwd = ROOT) {
  return execFileSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
}

function readJson(path) {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
}
