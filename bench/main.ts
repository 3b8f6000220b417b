/**
 * Measures the connector on this machine; nothing here passes or fails. docs/performance.md explains the tables.
 */
import { cpus } from 'node:os';
import { readCommandLine } from '#command-line';
import { memory } from './memory.ts';
import { quota } from './quota.ts';
import { startup } from './startup.ts';
import { throughput } from './throughput.ts';

const { values, positionals } = readCommandLine({
  usage: 'usage: npm run bench [-- [throughput] [memory] [startup] [quota] [--peers]]',
  help: `Measures the connector on this machine. Runs all measurements, or only the named ones.

  --peers   also installs and measures Airbyte's Python CDK; needs Python 3.10 to 3.12`,
  options: { peers: { type: 'boolean', default: false } },
  names: ['throughput', 'memory', 'startup', 'quota'],
});
const parts: Record<string, () => Promise<void>> = {
  throughput: () => throughput(values.peers),
  memory,
  startup,
  quota,
};
const { model = 'unknown processor' } = cpus()[0] ?? {};
process.stdout.write(`Node ${process.version}, ${cpus().length} × ${model}, ${process.platform} ${process.arch}\n`);
for (const [name, part] of Object.entries(parts)) {
  if (positionals.length === 0 || positionals.includes(name)) await part();
}
