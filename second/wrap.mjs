import { DEFAULTS } from './server.mjs'; import { judge, run } from './judge.mjs';
for (const [name, s] of Object.entries({
 'wrap, right counts, an insert in every 10th request': { n: 450, cap: 30, past: 'wrap', move: 'insert', moveRate: 0.1 },
 'wrap, right counts, every 30th': { n: 450, cap: 30, past: 'wrap', move: 'insert', moveRate: 0.03 },
 'wrap, no counts, asc every 10th': { n: 450, cap: 30, past: 'wrap', order: 'asc', total: 'missing', pages: 'missing', move: 'insert', moveRate: 0.1 },
 'wrap people 200/page, n=4000, every 20th': { stream: 'people', n: 4000, past: 'wrap', move: 'insert', moveRate: 0.05 },
 'wrap still': { n: 450, cap: 30, past: 'wrap' },
 'wrap still no counts': { n: 450, cap: 30, past: 'wrap', total: 'missing', pages: 'missing' },
 'wrap still, random order, total plus1': { n: 450, cap: 30, past: 'wrap', order: 'random', total: 'plus1' },
 'last, asc, right counts, insert each': { n: 450, cap: 30, past: 'last', order: 'asc', move: 'insert', moveRate: 1 },
})) { const r = await run({ ...DEFAULTS, seed: 11, ...s }); console.log(name, r.endless ? 'ENDLESS' : `${r.asked.length} ${judge(r)}`, [...r.errors.filter((e) => !/token/.test(e)), ...r.warns.filter((e) => !/token/.test(e))].join(' | ').slice(0, 300)); }
