import { DEFAULTS, randomSpec } from './server.mjs';
import { judge, run } from './judge.mjs';
const noise = ['seed'];
async function verdict(spec) { try { const res = await run(spec); return [judge(res), res]; } catch (e) { return ['CRASH', undefined]; } }
export async function shrink(spec, want) {
  let cur = { ...spec };
  let rounds = 0; for (let again = true; again && rounds < 4; rounds++) {
    again = false;
    for (const k of Object.keys(DEFAULTS)) if (cur[k] !== DEFAULTS[k] && k !== 'n' && k !== 'stream' && k !== 'mode') {
      const t = { ...cur, [k]: DEFAULTS[k] }; if ((await verdict(t))[0] === want) { cur = t; again = true; }
    }
    if (cur.stream !== 'clients') for (const t of [{ ...cur, stream: 'clients', mode: 'full_refresh', state: false }, { ...cur, mode: 'full_refresh', state: false }]) if (JSON.stringify(t) !== JSON.stringify(cur) && (await verdict(t))[0] === want) { cur = t; again = true; break; }
    for (const [k, v] of [['cap', 10], ['cap', 3], ['cap', 2], ['n', Math.floor(cur.n / 2)], ['n', cur.n - 10], ['n', cur.n - 1]]) if (v < cur[k] && v >= 0) { const t = { ...cur, [k]: v }; if ((await verdict(t))[0] === want) { cur = t; again = true; } }
  }
  return cur;
}
export const diff = (s) => Object.fromEntries(Object.keys(s).filter((k) => s[k] !== DEFAULTS[k]).map((k) => [k, s[k]]));
export function print(res) {
  const idx = (keys) => keys === undefined ? '-' : keys.length > 14 ? `${keys.length} keys ${keys[0]}…${keys.at(-1)}` : `${keys.length} [${keys.join(' ')}]`;
  for (const q of res.server.requests.slice(0, Number(process.env.LINES ?? 16))) console.log(`   ${q.path} ${q.isList ? `page=${q.query.page} pp=${q.query['per-page']}${q.query.modified_since ? ` since ${q.query.modified_since}` : ''}` : JSON.stringify(q.query)} -> ${q.status}${q.glitch ? ` GLITCH ${q.glitch}` : ''} ${Object.entries(q.headers ?? {}).filter(([k]) => k.startsWith('x-')).map(([k, v]) => `${k.replace('x-pagination-', '')}=${v}`).join(' ')} ${idx(q.keys)}`);
  console.log('   requests', res.server.requests.length, 'must', res.must, 'delivered', res.delivered.size, 'lost', res.lost.length, res.lost.slice(0, 8).join(' '), 'rep', res.repeated.slice(0, 5).join(' '), 'tombs', [...res.tombs].join(' '), 'wrong', res.wrongTombs.join(' '));
  console.log('  ', res.complete ? 'COMPLETE' : 'INCOMPLETE', 'cursor moved', res.cursorMoved, String(JSON.stringify(res.states.at(-1))).slice(0, 300)); for (const m of [...res.errors.map((e) => 'ERROR ' + e), ...res.warns.map((w) => 'WARN ' + w)]) console.log('   ', m);
}
if (process.argv[1].endsWith('show.mjs')) for (const a of process.argv.slice(2)) {
  if (a === '-s') continue;
  const spec = randomSpec(Number(a)); const [v, res] = await verdict(spec);
  if (process.argv[2] === '-s') { const small = await shrink(spec, v); console.log(`\n${a} ${v} SMALL`, JSON.stringify(diff(small))); print((await verdict(small))[1]); }
  else { console.log(`\n${a} ${v}`, JSON.stringify(diff(spec))); print(res); }
}
