import { DEFAULTS } from './server.mjs'; import { judge, run } from './judge.mjs';
for (const moveRate of [0.03, 0.015]) for (const seed of [1, 2]) { const r = await run({ ...DEFAULTS, seed, n: 450, cap: 30, past: 'wrap', total: 'missing', pages: 'missing', move: 'insert', moveRate }); console.log(moveRate, r.endless ? 'ENDLESS' : `${r.asked.length} ${judge(r)}`); }
for (const s of [{ total: 'missing', n: 30, cap: 3, past: 'empty' }]) { /* pages 3 and 4 stuck on page 2, Page-Count 10, no Total */
  const { Server } = await import('./server.mjs'); const old = Server.prototype.page; Server.prototype.page = function (l, n, q) { return old.call(this, l, n === 3 || n === 4 ? 2 : n, q); };
  const r = await run({ ...DEFAULTS, seed: 3, ...s }); Server.prototype.page = old; console.log('stuck, Page-Count 10, no Total', judge(r), r.delivered.size, 'of 30', r.warns, r.asked.map((q) => q.n).join(' ')); }
