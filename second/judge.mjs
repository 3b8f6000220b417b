import { Writable } from 'node:stream';
import { interpret } from '../dist/src/cdk/http/answer.js';
import { Output } from '../dist/src/cdk/protocol/output.js';
import { readStreams } from '../dist/src/cdk/protocol/read.js';
import { Reporter } from '../dist/src/cdk/protocol/reporter.js';
import { parseState } from '../dist/src/cdk/protocol/state.js';
import { createFloatSource } from '../dist/src/float/source.js';
import { START, Server, STREAMS, prng } from './server.mjs';

const CURSOR = START - 2 * 86_400_000;
const int = (t) => { if (t === undefined || t === null) return undefined; const m = /^\s*\+?0*(\d+)(?:\.0+)?\s*$/.exec(t); return m ? Number(m[1]) : undefined; };

export async function run(spec) {
  const server = new Server(spec);
  const r = prng(spec.seed ^ 0x1234567);
  const clock = { now: () => server.time, sleep: async (ms) => { server.time += Math.ceil(ms); } };
  const messages = [];
  const stdout = new Writable({ write(b, _e, done) { for (const l of b.toString().split('\n')) if (l) messages.push(JSON.parse(l)); done(); } });
  const output = new Output(stdout, { onGone() {} });
  const logs = [];
  const context = { clock, signal: new AbortController().signal, log: (level, message) => logs.push({ level, message }), rateLimited() {}, mask: (t) => t };
  let endless = false;
  const transport = { close() {}, get: async (url) => {
    const hops = Math.floor(r() * 3); for (let i = 0; i < hops; i++) await null;
    let a; try { a = server.answer(url); } catch (e) { if (!e.endless) throw e; endless = true; a = { status: 401, headers: {}, text: '' }; }
    for (let i = 0; i < hops; i++) await null;
    return interpret(a.status, { get: (n) => a.headers[n.toLowerCase()] ?? null }, a.text);
  } };
  const config = { apiToken: 't', baseUrl: 'https://api.test/v3', requestsPerMinute: 1e6, requestsPerSecond: 1e6, concurrency: spec.concurrency, startDate: undefined, contactEmail: undefined };
  const source = createFloatSource(async () => transport);
  const connection = await source.open(config, context, [spec.stream]);
  const iso = (ms) => new Date(ms).toISOString().replace('.000', '');
  const state = spec.state ? [{ type: 'STREAM', stream: { stream_descriptor: { name: spec.stream }, stream_state: { modified: iso(CURSOR), ...(STREAMS[spec.stream].log ? { deletions: iso(CURSOR) } : {}) } } }] : [];
  const complete = await readStreams({ output, reporter: new Reporter(output, clock.now), context }, connection, [{ name: spec.stream, syncMode: spec.mode }], parseState(state, new Set([spec.stream])));
  await new Promise((d) => setImmediate(d));
  const warns = [...logs, ...messages.filter((m) => m.type === 'LOG').map((m) => m.log)].filter((l) => l.level === 'WARN' || l.level === 'ERROR').map((l) => l.message);
  const errors = messages.filter((m) => m.trace?.type === 'ERROR').map((m) => m.trace.error.message);
  const finals = messages.filter((m) => m.trace?.type === 'STREAM_STATUS').map((m) => m.trace.stream_status.status);
  const states = messages.filter((m) => m.type === 'STATE').map((m) => m.state.stream.stream_state);
  const delivered = new Map(), tombs = new Set();
  for (const m of messages) if (m.type === 'RECORD') {
    const d = m.record.data; const k = spec.stream === 'public_holidays' ? `${d.id}/${d.region}` : String(d.id);
    if (d._ab_cdc_deleted_at) tombs.add(k); else delivered.set(k, (delivered.get(k) ?? 0) + 1);
  }
  const asked = server.requests.filter((q) => q.isList);
  const sinceUsed = asked.filter((q) => q.sinceMs !== undefined);
  const filteredRead = sinceUsed.length > 0;
  const since = filteredRead ? Math.min(...sinceUsed.map((q) => q.sinceMs)) : undefined;
  // visible throughout: alive from start to end, not hidden, matching the filter from the start
  const alive = new Set(server.list.map((x) => server.keyOf(x)));
  const original = since === undefined ? server.original : server.original.filter((x) => x.modified >= since);
  let must = original.filter((x) => alive.has(server.keyOf(x)) && !server.everDead.has(server.keyOf(x)) && !server.hidden(x));
  if (['gap1', 'shortFirstHole', 'zero', 'longFirst', 'pinned'].includes(spec.base) || spec.sizing === 'grow' || spec.sizing === 'shrink' || spec.pageParam !== 'honoured') {
    // what the numbers 1, 2, … at 200 a page show of a list that stands
    const probe = new Server({ ...spec, past: 'empty', glitch: 'none', move: 'none', replicas: 'none' });
    const seen = new Set(); const l = since === undefined ? probe.list : probe.filtered({ sinceMs: since });
    for (let n = 1; n < 3000; n++) { const p = probe.page(l, n, 200); for (const x of p.rows) seen.add(probe.keyOf(x)); if (p.isPast) break; if (spec.pageParam === 'ignored' && n > 2) break; }
    if (spec.move === 'none') must = must.filter((x) => seen.has(server.keyOf(x)));
    else must = [];
  }
  if (spec.replicas === 'lag') { const top = new Set((spec.order === 'asc' ? server.original.slice(-2) : server.original.slice(0, 2)).map((x) => server.keyOf(x))); must = spec.move === 'none' && since === undefined ? must.filter((x) => !top.has(server.keyOf(x))) : []; }
  if (spec.window) must = spec.move === 'none' ? must.filter((x) => server.original.length === 0 || true) : [];
  const lost = [...new Set(must.map((x) => server.keyOf(x)).filter((k) => !delivered.has(k)))];
  const repeated = [...delivered].filter(([, c]) => c > 1).map(([k]) => k);
  const hiddenKeys = new Set(server.list.filter((x) => server.hidden(x)).map((x) => server.keyOf(x)));
  const wrongTombs = [...tombs].filter((k) => alive.has(k) && !hiddenKeys.has(k) && !server.everDead.has(k));
  const startCursor = spec.state ? CURSOR : undefined;
  const endState = states.at(-1);
  const cursorMoved = endState?.modified !== undefined && (startCursor === undefined || Date.parse(endState.modified) > startCursor);
  return { spec, server, complete, endless, warns, errors, finals, states, delivered, tombs, lost, repeated, wrongTombs, asked, filteredRead, cursorMoved, must: must.length, int };
}

/** whole | failed | endless | repeated | tomb | silent | lost… */
export function judge(res) {
  const { complete, endless, lost, repeated, wrongTombs, errors, finals, warns, filteredRead, cursorMoved } = res;
  const bad = [];
  if (endless) bad.push('endless');
  if (wrongTombs.length) bad.push('tomb');
  if (repeated.length) bad.push('repeated');
  if (!complete && (errors.length === 0 || errors.some((e) => !e))) bad.push('failed-no-reason');
  if (finals.at(-1) !== (complete ? 'COMPLETE' : 'INCOMPLETE')) bad.push('status');
  if (bad.length) return bad[0];
  if (!complete) return 'failed';
  if (lost.length === 0) return 'whole';
  if (res.delivered.size === 0 && !filteredRead && res.asked.some((q) => int(q.headers?.['x-pagination-total-count']) > 0)) return 'LOST-ALL';
  const why = undetectable(res);
  if (why) return `undetectable-${why}`;
  const ever = new Set(res.asked.flatMap((q) => q.keys ?? []));
  if (lost.some((k) => ever.has(k))) return 'LOST-RECEIVED';
  if (filteredRead && !cursorMoved && warns.length) return 'filtered-warn';
  if (warns.some((w) => /fewer|promis/i.test(w))) return 'lost-fewer-warn';
  if (warns.length) return 'lost-warn';
  return res.spec.move !== 'none' || ['lag', 'order'].includes(res.spec.replicas) ? 'LOST-moving' : 'LOST-still';
}


const lenient = (t) => { if (t === undefined || t === null) return undefined; const parts = String(t).split(', '); const s = parts.every((x) => x === parts[0]) ? parts[0] : t; return int(s.replace(/(\d),(?=\d{3})/g, '$1')); };
export function undetectable({ spec, asked, lost, server, delivered }) {
  const everSeen = new Set(asked.flatMap((q) => q.keys ?? []));
  if (lost.some((k) => everSeen.has(k))) return undefined;
  const walk = asked.filter((q) => q.requested === asked[0].requested);
  const start = walk.findLastIndex((q) => q.n === 1);
  const reading = walk.slice(Math.max(0, start));
  const T = (q) => lenient(q.headers?.['x-pagination-total-count']), C = (q) => lenient(q.headers?.['x-pagination-page-count']), P = (q) => lenient(q.headers?.['x-pagination-per-page']);
  const ok = reading.filter((q) => q.status === 200 || q.status === 204);
  if (!ok.length) return undefined;
  const seen = new Map(); for (const q of ok) if (!seen.has(q.n)) seen.set(q.n, q);
  const pages = [...seen.values()].sort((a, b) => a.n - b.n);
  const totals = new Set(pages.map(T).filter((t) => t !== undefined));
  const p1 = pages[0];
  let got = 0;
  for (let i = 0; i < pages.length; i++) {
    const q = pages[i]; got += q.keys.length;
    if (T(q) === undefined || C(q) === undefined) continue;
    const size = P(p1) && P(p1) >= p1.keys.length ? P(p1) : C(q) === 1 ? 200 : p1.keys.length;
    const full = pages.slice(0, i).every((x) => x.keys.length === size);
    const one = new Set(pages.slice(0, i + 1).map(T).filter((t) => t !== undefined)).size === 1;
    if (q.n === i + 1 && got === T(q) && C(q) === Math.ceil(T(q) / size) && full && one && T(q) > 0 && i + 1 >= Math.max(...ok.map((x) => x.n))) return 'a';
  }
  const keys = pages.flatMap((q) => q.keys);
  const distinct = new Set(keys).size;
  const still = spec.move === 'none' && !['lag', 'order'].includes(spec.replicas);
  const promised = ok.some((q) => (T(q) ?? 0) > distinct || (C(q) ?? 0) > Math.max(...reading.map((x) => x.n)));
  if (!promised && (still || ['404', '422', '204', 'emptyNoCounts'].includes(spec.glitch))) return 'nothing-promised';
  if (!still && distinct === keys.length && totals.size === 1 && [...totals][0] === keys.length) return 'c';
  return undefined;
}
