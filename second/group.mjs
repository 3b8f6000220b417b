import { randomSpec } from './server.mjs'; import { shrink, diff } from './show.mjs'; import { judge, run } from './judge.mjs';
const groups = new Map();
for (const a of process.argv.slice(2)) { const spec = randomSpec(Number(a)); const v = judge(await run(spec)); const s = await shrink(spec, v); const d = diff(s); const sig = v + ' ' + Object.entries(d).filter(([k]) => !['n', 'cap', 'seed', 'glitchPage', 'moveRate'].includes(k)).map(([k, x]) => `${k}=${x}`).join(' '); console.log(sig, `${a}(n=${s.n},cap=${s.cap})`); (groups.get(sig) ?? groups.set(sig, []).get(sig)).push(`${a}(n=${s.n},cap=${s.cap})`); }
if (0) for (const [s, x] of [...groups].sort()) console.log(s, '::', x.join(' '));
