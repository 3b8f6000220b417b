import { DEFAULTS } from './server.mjs'; import { judge, run } from './judge.mjs'; import { print } from './show.mjs';
const list = {
 'A page1 empty twice, then 404': { n: 1, past: '404', glitch: 'empty', glitchPage: 1, glitchTimes: 9 },
 'A2 people, 150 rows, page1 empty twice, then 422': { stream: 'people', n: 150, past: '422', glitch: 'empty', glitchPage: 1, glitchTimes: 9 },
 'A3 page2 of 2 empty twice, then 404': { n: 5, cap: 3, past: '404', glitch: 'empty', glitchPage: 2, glitchTimes: 9 },
 'A4 page2 of 2 empty twice, then empty': { n: 5, cap: 3, past: 'empty', glitch: 'empty', glitchPage: 2, glitchTimes: 9 },
 'A5 page2 of 2 204 (no headers), page 1 promised': { n: 5, cap: 3, past: 'empty', glitch: '204', glitchPage: 2, glitchTimes: 9 },
 'A6 page2 of 2 404 twice with counts on page 1': { n: 5, cap: 3, glitch: '404', glitchPage: 2, glitchTimes: 9 },
 'A7 incremental with state, page1 empty twice, then 404': { stream: 'people', mode: 'incremental', state: true, n: 60, past: '404', glitch: 'empty', glitchPage: 1, glitchTimes: 9 },
 'B page 2 repeats page 1': { n: 8, cap: 3, glitch: 'first', glitchPage: 2, glitchTimes: 9 },
 'B2 page 2 repeats page 1, 201': { n: 201, cap: 200, glitch: 'first', glitchPage: 2, glitchTimes: 9 },
 'B3 dropOne': { n: 8, cap: 3, glitch: 'dropOne', glitchPage: 2, glitchTimes: 9 },
 'B4 dropOne people': { stream: 'people', mode: 'incremental', n: 8, cap: 3, glitch: 'dropOne', glitchPage: 2, glitchTimes: 9 },
 'B5 next': { n: 12, cap: 3, glitch: 'next', glitchPage: 2, glitchTimes: 9 },
 'B6 first people incremental': { stream: 'people', mode: 'incremental', n: 8, cap: 3, glitch: 'first', glitchPage: 2, glitchTimes: 9 },
 'B7 half once, counts right': { n: 8, cap: 3, glitch: 'half', glitchPage: 2, glitchTimes: 1 },
};
const only = process.argv[2];
for (const [name, s] of Object.entries(list)) if (!only || name.startsWith(only)) { const res = await run({ ...DEFAULTS, seed: 7, ...s }); console.log(`\n${name}: ${judge(res)}`); print(res); }
