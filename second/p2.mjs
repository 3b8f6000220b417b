import { DEFAULTS } from './server.mjs'; import { judge, run } from './judge.mjs'; import { print } from './show.mjs';
const list = {
 'G1 projects': { stream: 'projects', mode: 'incremental', n: 999, sizing: 'ignore', pageParam: 'offByOne' },
 'G1b clients': { stream: 'clients', n: 999, sizing: 'ignore', pageParam: 'offByOne' },
 'G1c clients no counts': { stream: 'clients', n: 999, sizing: 'ignore', pageParam: 'offByOne', total: 'missing', pages: 'missing' },
 'G1d honoured per-page': { stream: 'clients', n: 999, pageParam: 'offByOne' },
 'G2': { stream: 'holidays', n: 1000, order: 'almost', cap: 1000, base: 'overlap1' },
 'tomb': { stream: 'tasks', mode: 'incremental', state: true, n: 12, cap: 200, glitch: 'empty', glitchPage: 1, glitchTimes: 9 },
 'tomb2': { stream: 'tasks', mode: 'incremental', state: true, n: 60, cap: 3, glitch: 'dropOne', glitchPage: 1, glitchTimes: 99 },
 'tomb3 half': { stream: 'tasks', mode: 'incremental', state: true, n: 60, cap: 3, glitch: 'empty', glitchPage: 1, glitchTimes: 99 },
};
const rows = (k) => !process.argv[2] || k.startsWith(process.argv[2]);
for (const [name, s] of Object.entries(list)) if (rows(name)) for (const seed of name.startsWith('tomb') ? [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] : [7]) { const res = await run({ ...DEFAULTS, seed, ...s }); const v = judge(res); if (name.startsWith('tomb') && v !== 'tomb') continue; console.log(`\n${name}: ${v}`); print(res); if (name.startsWith('tomb')) break; }
