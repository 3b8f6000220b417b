import { DEFAULTS, randomSpec } from './server.mjs';
import { judge, run } from './judge.mjs';
const [from, to] = [Number(process.argv[2] ?? 1), Number(process.argv[3] ?? 1000)];
const tally = {}, cases = {}; let maxRatio = 0, maxReq = 0, ratioSeed, honestOver = [];
const sentences = new Map();
for (let seed = from; seed <= to; seed++) {
  const spec = randomSpec(seed);
  let res, v;
  try { res = await run(spec); v = judge(res); } catch (e) { v = 'CRASH'; console.log(seed, e.stack?.slice(0, 600)); }
  tally[v] = (tally[v] ?? 0) + 1;
  if (!['whole', 'failed'].includes(v)) (cases[v] ??= []).push(seed);
  if (res) {
    const pages = Math.max(...res.asked.map((q) => q.n), 1) ;
    const P = Math.max(1, Math.ceil(res.spec.n / Math.min(res.spec.cap, 200)));
    const ratio = res.asked.length / (P + 4);
    if (ratio > maxRatio) { maxRatio = ratio; ratioSeed = seed; }
    maxReq = Math.max(maxReq, res.asked.length);
    for (const m of [...res.errors.map((e) => `ERROR ${e}`), ...res.warns.map((e) => `WARN ${e}`)]) { const key = m.replace(/\d[\d,]*/g, '#').replace(/\b(people|projects|tasks|logged_time|clients|holidays|public_holidays|logged-time|public-holidays)\b/g, '§'); const x = sentences.get(key) ?? { n: 0, eg: [], text: m }; x.n++; if (x.eg.length < 5) x.eg.push(`${seed}:${v}`); sentences.set(key, x); }
    const keysOff = Object.keys(DEFAULTS).filter((k) => res.spec[k] !== DEFAULTS[k] && !['stream', 'mode', 'state', 'n', 'bare', 'idKey', 'order', 'concurrency', 'cap', 'glitchPage', 'glitchTimes', 'moveRate', 'singles', 'log', 'per', 'past', 'seed'].includes(k));
    if (keysOff.length === 0 && ['right', 'missing'].includes(res.spec.per) && !res.spec.state && res.asked.length > Math.max(1, Math.ceil(res.spec.n / Math.min(200, res.spec.cap)))) honestOver.push(seed);
  }
}
console.log(tally, { maxRatio, ratioSeed, maxReq, honestOver: honestOver.slice(0, 20), honest: honestOver.length });
for (const [k, v] of Object.entries(cases)) console.log(k, v.length, v.slice(0, 25).join(' '));
if (process.argv[4]) for (const [, x] of [...sentences].sort((a, b) => b[1].n - a[1].n)) console.log(`${x.n}× ${x.text.slice(0, 420)}   [${x.eg.join(' ')}]`);
