/** Random servers that lie. A server is a flat record of features; `DEFAULTS` is an honest one. */
export function prng(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = a;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
export const START = Date.UTC(2026, 5, 1, 12);
const DAY = 86_400_000;

export const STREAMS = {
  people: { path: '/people', native: 'people_id', since: true },
  projects: { path: '/projects', native: 'project_id', since: true },
  tasks: { path: '/tasks', native: 'task_id', since: true, log: '/deleted/tasks' },
  logged_time: { path: '/logged-time', native: 'logged_time_id', since: true, log: '/deleted/logged-time' },
  clients: { path: '/clients', native: 'client_id' },
  holidays: { path: '/holidays', native: 'holiday_id' },
  public_holidays: { path: '/public-holidays', native: 'id' },
};

export const DEFAULTS = {
  stream: 'clients', mode: 'full_refresh', state: false, n: 450, bare: true, idKey: false, order: 'desc', concurrency: 1,
  cap: 200, sizing: 'cap', base: 'normal', hide: 'none', past: 'empty', total: 'right', pages: 'right', current: 'right',
  per: 'right', countsOn: 'all', form: 'plain', glitch: 'none', glitchPage: 2, glitchTimes: 1, move: 'none', moveRate: 0.5,
  twins: 'none', replicas: 'none', pageParam: 'honoured', window: 0, sinceHonoured: true, singles: 'honest', log: 'honest', keyForm: 'plain',
};

const pick = (r, ...xs) => xs[Math.floor(r() * xs.length)];
export function randomSpec(seed) {
  const r = prng(seed * 7919 + 13);
  const s = { ...DEFAULTS, seed };
  const p = pick(r, 0.08, 0.2, 0.4); // density of lies
  const lie = (name, ...values) => { if (r() < p) s[name] = pick(r, ...values); };
  s.stream = pick(r, ...Object.keys(STREAMS));
  s.mode = STREAMS[s.stream].since && r() < 0.6 ? 'incremental' : 'full_refresh';
  s.state = s.mode === 'incremental' && r() < 0.4;
  s.bare = r() < 0.6;
  s.idKey = r() < 0.4;
  s.concurrency = pick(r, 1, 2, 4);
  s.order = pick(r, 'desc', 'desc', 'desc', 'asc', 'asc', 'random', 'random', 'modified', 'almost', 'ties');
  s.cap = r() < 0.4 ? 200 : pick(r, 1, 2, 3, 5, 10, 20, 25, 30, 50, 99, 100, 101, 150, 500, 1000);
  const P = Math.min(s.cap, 200);
  const full = Math.floor(r() * (P < 10 ? 25 : P < 50 ? 12 : 6));
  s.n = Math.max(0, Math.min(1500, pick(r, 0, 1, 2, full * P, full * P, full * P + 1, full * P - 1, Math.floor(full * P + r() * P), Math.floor(full * P + r() * P), Math.floor(full * P + r() * P))));
  lie('sizing', 'ignore', 'ignore', 'min', 'grow', 'shrink', 'shrinkHalf', 'wobble');
  lie('base', 'overlap1', 'overlapHalf', 'gap1', 'shortFirst', 'longFirst', 'shortFirstHole', 'padLast', 'pinned', 'zero');
  lie('hide', 'tenth', 'half', 'few', 'block', 'firstPage');
  if (r() < p * 2) s.past = pick(r, 'last', 'last', 'first', 'wrap', '404', '404', '422', '416', '400', '204', 'nulldata', 'nullbody', '500', 'emptyobject', 'lastRow');
  if (r() < p * 2) s.total = pick(r, 'missing', 'missing', 'zero', 'zero', 'page', 'minus1', 'plus1', 'half', 'double', 'earlier', 'estimate', 'sofar', 'sofar1', 'remaining', 'capped', 'flap', 'negative', 'text', 'blank', 'visible', 'fullpages', 'firstPageOnly');
  if (r() < p * 2) s.pages = pick(r, 'missing', 'missing', 'zero', 'one', 'floor', 'requested', 'by50', 'plus1', 'current', 'lastIndex', 'ofTotal', 'ofTotal', 'double', 'text', 'sofar');
  lie('current', 'missing', 'zeroBased', 'one', 'garbage', 'plus1', 'ofLast');
  if (r() < p * 1.5) s.per = pick(r, 'missing', 'missing', 'requested', 'len', 'zero', 'garbage', 'fifty');
  if (r() < p / 2) s.countsOn = pick(r, 'first', 'notFirst', 'odd', 'empty');
  if (r() < p / 2) s.form = pick(r, 'comma', 'dup', 'spaces', 'decimal', 'plus', 'zeros');
  lie('glitch', 'empty', '404', '422', 'previous', 'first', 'half', 'dropOne', '500', 'cut', '204', 'emptyNoCounts', '403', 'stale', 'next', 'nulldata');
  s.glitchPage = pick(r, 1, 1, 2, 2, 2, 3, 3, 4, 5);
  s.glitchTimes = pick(r, 1, 1, 1, 2, 2, 3);
  lie('move', 'insert', 'delete', 'deleteTop', 'edit', 'restore', 'all', 'all', 'swap', 'one');
  s.moveRate = pick(r, 0.1, 0.3, 0.6, 1, 1, 3);
  if (r() < p / 2) s.twins = pick(r, 'same', 'differ', 'many');
  if (r() < p / 2) s.replicas = pick(r, 'lag', 'order', 'counts');
  if (r() < p / 4) s.pageParam = pick(r, 'ignored', 'offByOne');
  if (r() < p / 4) s.window = pick(r, 404, 422, 400);
  if (r() < p / 2) s.sinceHonoured = false;
  s.singles = r() < 0.3 ? 'none' : 'honest';
  s.log = r() < 0.7 ? 'honest' : 'none'; if (process.env.LOG) s.log = pick(r, 'endless', 'sameCursor');
  if (process.env.KEYS) s.keyForm = pick(r, 'mixed', 'text');
  return s;
}

const iso = (ms) => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');

export class Server {
  constructor(spec) {
    this.s = spec;
    this.r = prng(spec.seed ^ 0x5bd1e995);
    this.def = STREAMS[spec.stream];
    this.time = START;
    this.requests = [];
    this.list = [];
    this.next = 1000 + spec.n * 3;
    this.gone = [];
    this.deletions = [];
    this.moved = 0;
    this.glitches = 0;
    this.everDead = new Set();
    for (let i = 0; i < spec.n; i++) this.list.push(this.row(1000 + i * 3 - Math.floor(this.r() * 2), START - Math.floor(this.r() * 10 * DAY) - 3_600_000));
    this.sort();
    if (spec.twins !== 'none' && spec.n > 2) {
      const count = spec.twins === 'many' ? Math.ceil(spec.n / 20) : 1;
      for (let i = 0; i < count; i++) {
        const original = this.list[Math.floor(this.r() * this.list.length)];
        this.list.splice(Math.floor(this.r() * (this.list.length + 1)), 0, spec.twins === 'same' ? { ...original, twin: true } : { ...original, twin: true, edit: original.edit + 1 });
      }
    }
    if (spec.stream === 'public_holidays') for (let i = 1; i < this.list.length; i++) if (this.r() < 0.3 && !this.list[i].twin) {
      // one id in two regions
      const key = this.list[i - 1].k; if (!this.list.some((x) => x.k === key && x.region === 8)) { const old = this.list[i]; if (!this.list.some((x) => x !== old && x.twin && x.k === old.k)) this.list[i] = { ...old, k: key, region: 8 }; }
    }
    this.original = this.list.map((x) => ({ ...x }));
    this.snapshotThroughout = new Map(this.filtered({ sinceMs: undefined }).map((x) => [this.keyOf(x), x]));
    if (this.def.log) {
      for (let i = 0; i < 3; i++) this.deletions.push({ k: 500 + i, at: START - (i + 1) * 3 * 3_600_000 });
      // a row that was deleted and restored: its stamp says so
      if (this.list.length > 3) {
        const x = this.list[Math.floor(this.r() * this.list.length)];
        this.deletions.push({ k: x.k, at: START - 5 * 3_600_000 });
        for (const y of this.list) if (y.k === x.k) y.modified = START - 4 * 3_600_000;
        this.original = this.list.map((x) => ({ ...x }));
      }
      this.deletions.sort((a, b) => a.at - b.at);
    }
  }
  row(k, modified) { return { k, region: 7, created: Math.min(modified, START - 3_600_000) - DAY, modified, edit: 0, tie: Math.floor(this.r() * 6), rank: this.r() }; }
  keyOf(x) { return this.s.stream === 'public_holidays' ? `${x.k}/${x.region}` : String(this.wire(x.k)); }
  wire(k) { return this.s.stream === 'logged_time' ? (k * 2654435761 % 4294967296).toString(16).padStart(8, '0') + k.toString(16).padStart(6, '0') : k; }
  sort() {
    const by = { desc: (a, b) => b.k - a.k, asc: (a, b) => a.k - b.k, random: (a, b) => a.rank - b.rank, modified: (a, b) => b.modified - a.modified || b.k - a.k, almost: (a, b) => b.k - a.k, ties: (a, b) => a.tie - b.tie || a.rank - b.rank }[this.s.order];
    this.list.sort(by);
    if (this.s.order === 'almost' && this.list.length > 4) { const i = Math.floor(this.list.length / 3); const [x] = this.list.splice(i, 1); this.list.splice(Math.floor(this.list.length * 0.7), 0, x); }
  }
  place(x) { // puts a row where its order wants it, without disturbing the others
    const { order } = this.s;
    let i;
    if (order === 'desc' || order === 'almost') i = this.list.findIndex((y) => y.k < x.k);
    else if (order === 'asc') i = this.list.findIndex((y) => y.k > x.k);
    else if (order === 'modified') i = this.list.findIndex((y) => y.modified <= x.modified);
    else if (order === 'ties') i = this.list.findIndex((y) => y.tie > x.tie);
    else i = this.list.findIndex((y) => y.rank > x.rank);
    this.list.splice(i < 0 ? this.list.length : i, 0, x);
  }
  happen() {
    const { move } = this.s;
    if (move === 'none') return;
    if (move === 'one' && this.moved > 0) return;
    let times = this.s.moveRate >= 1 ? this.s.moveRate : this.r() < this.s.moveRate ? 1 : 0;
    while (times-- > 0) {
      this.moved += 1;
      const kind = move === 'all' || move === 'one' ? pick(this.r, 'insert', 'delete', 'edit', 'restore', 'deleteTop') : move;
      if (kind === 'insert') this.place(this.row((this.next += 3), this.time));
      if (kind === 'delete' || kind === 'swap') this.remove(Math.floor(this.r() * this.list.length));
      if (kind === 'deleteTop') this.remove(0);
      if (kind === 'swap') this.place(this.row((this.next += 3), this.time));
      if (kind === 'edit' && this.list.length) {
        const [x] = this.list.splice(Math.floor(this.r() * this.list.length), 1);
        const y = { ...x, edit: x.edit + 1, modified: this.time };
        this.place(y);
      }
      if (kind === 'restore') {
        if (this.gone.length === 0 || this.r() < 0.5) this.remove(Math.floor(this.r() * this.list.length));
        else { const [x] = this.gone.splice(0, 1); this.place({ ...x, modified: this.time }); }
      }
    }
  }
  remove(i) {
    const [x] = this.list.splice(i, 1);
    if (!x) return;
    this.everDead.add(this.keyOf(x));
    if (!x.twin) this.gone.push(x);
    this.deletions.push({ k: x.k, at: this.time });
  }
  hidden(x, index) {
    switch (this.s.hide) {
      case 'tenth': return x.k % 10 === 3;
      case 'half': return x.rank < 0.5;
      case 'few': return x.rank < 0.01;
      case 'block': { const P = Math.min(this.s.cap, 200); const m = 1000 + Math.floor(this.s.n / 2) * 3; return Math.abs(x.k - m) < P * 3.2; }
      case 'firstPage': return this.s.order === 'desc' && x.k > 1000 + (this.s.n - Math.min(this.s.cap, 200)) * 3 - 2;
    }
    return false;
  }
  filtered({ sinceMs }) { return sinceMs === undefined || !this.s.sinceHonoured ? this.list : this.list.filter((x) => x.modified >= sinceMs); }
  /** Keys visible throughout, for what the rows were asked with. */
  sizeFor(n, requested) {
    const { cap, sizing } = this.s;
    const capped = Math.min(requested, cap);
    switch (sizing) {
      case 'ignore': return cap;
      case 'min': return Math.max(capped, Math.min(cap, 20));
      case 'grow': return n >= 3 ? cap : Math.max(1, Math.floor(capped / 2));
      case 'shrink': return Math.max(1, capped - Math.min(n - 1, 3) * Math.ceil(capped / 10));
      case 'shrinkHalf': return n >= 3 ? Math.max(1, Math.floor(capped / 2)) : capped;
      case 'wobble': return this.r() < 0.3 ? Math.max(1, Math.floor(capped / 2)) : capped;
    }
    return capped;
  }
  offsetFor(n, size) {
    switch (this.s.base) {
      case 'overlap1': return (n - 1) * Math.max(1, size - 1);
      case 'overlapHalf': return (n - 1) * Math.max(1, Math.floor(size / 2));
      case 'gap1': return (n - 1) * (size + 1);
      case 'shortFirst': return n === 1 ? 0 : (n - 1) * size - Math.floor(size / 4);
      case 'longFirst': return n === 1 ? 0 : (n - 1) * size + Math.floor(size / 4);
      case 'zero': return n * size;
    }
    return (n - 1) * size;
  }
  slice(list, n, size) {
    const { base } = this.s;
    let offset = this.offsetFor(n, size);
    let length = size;
    if (base === 'shortFirst' && n === 1) length = size - Math.floor(size / 4);
    if (base === 'longFirst' && n === 1) length = size + Math.floor(size / 4);
    if (base === 'shortFirstHole' && n === 1) length = Math.max(1, size - 2);
    if (base === 'padLast' && offset < list.length && offset + size > list.length) offset = Math.max(0, list.length - size);
    const rows = list.slice(offset, offset + length);
    if (base === 'pinned' && n > 1 && rows.length && list.length) rows.unshift(list[0]);
    return rows;
  }
  page(list, n, requested) {
    let number = n;
    if (this.s.pageParam === 'ignored') number = 1;
    if (this.s.pageParam === 'offByOne') number = Math.max(1, n - 1); // pages 1 and 2 are the same
    const size = this.sizeFor(number, requested);
    const rows = this.slice(list, number, size);
    return { rows, size, number, isPast: this.offsetFor(number, size) >= list.length && number > 1, offset: this.offsetFor(number, size) };
  }
  lastNumber(list, requested) { for (let n = 1; ; n++) if (this.page(list, n + 1, requested).isPast || n > 3000) return n; }

  answer(url) {
    this.time += 40;
    const { pathname, searchParams } = new URL(url);
    const path = pathname.replace('/v3', '');
    const entry = { path, query: Object.fromEntries(searchParams), at: this.time };
    this.requests.push(entry);
    if (this.requests.length > 4000) { const e = new Error('ENDLESS'); e.endless = true; throw e; }
    this.happen();
    const done = (status, headers, body, keys) => { Object.assign(entry, { status, headers, keys }); return { status, headers: { date: new Date(this.time).toUTCString(), ...headers }, text: body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body) }; };
    if (path === this.def.log) return this.deleteLog(searchParams, done);
    if (path.startsWith(`${this.def.path}/`)) {
      if (this.s.singles === 'none') return done(404, {}, { message: 'Not found' });
      const id = decodeURIComponent(path.slice(this.def.path.length + 1));
      const x = this.list.find((y) => String(this.wire(y.k)) === id);
      return x ? done(200, {}, this.body(x), [this.keyOf(x)]) : done(404, {}, { message: 'Not found' });
    }
    if (path !== this.def.path) return done(404, {}, { message: 'No such path' });
    const n = Number(searchParams.get('page') ?? 1);
    const requested = Number(searchParams.get('per-page') ?? 50);
    const since = searchParams.get('modified_since');
    const sinceMs = since === null ? undefined : Date.parse(since.endsWith('Z') ? since : `${since.replace(' ', 'T')}Z`);
    entry.isList = true; entry.n = n; entry.requested = requested; entry.sinceMs = sinceMs;
    let list = this.filtered({ sinceMs });
    if (this.s.replicas === 'lag' && this.r() < 0.5) list = list.slice(this.s.order === 'asc' ? 0 : 2, this.s.order === 'asc' ? Math.max(0, list.length - 2) : undefined);
    if (this.s.replicas === 'order') { // the order within a tie is decided anew by each replica
      const flip = this.r() < 0.5;
      if (flip && this.s.order === 'ties') list = [...list].sort((a, b) => a.tie - b.tie || b.rank - a.rank);
      else if (flip && this.s.order === 'modified') list = [...list].sort((a, b) => Math.floor(b.modified / DAY) - Math.floor(a.modified / DAY) || a.k - b.k);
    }
    entry.length = list.length;
    let { rows, size, number, isPast, offset } = this.page(list, n, requested);
    const window = this.s.window;
    if (window && number > 1 && offset >= Math.ceil(this.s.n * 0.6)) return done(window, {}, { message: 'Result window is too large' }, []);
    let shown = rows.filter((x) => !this.hidden(x));
    if (isPast) {
      const last = this.lastNumber(list, requested);
      const again = (m) => this.page(list, m, requested).rows.filter((x) => !this.hidden(x));
      const h = this.counts(list, n, requested, size, [], offset);
      switch (this.s.past) {
        case 'last': shown = again(last); number = last; break;
        case 'first': shown = again(1); number = 1; break;
        case 'wrap': number = ((n - 1) % last) + 1; shown = again(number); break;
        case 'lastRow': shown = again(last).slice(-1); break;
        case '404': return done(404, {}, { message: 'Page not found' }, []);
        case '422': return done(422, {}, [{ field: 'page', message: 'out of range' }], []);
        case '416': return done(416, {}, { message: 'out of range' }, []);
        case '400': return done(400, {}, { message: 'out of range' }, []);
        case '500': return done(500, {}, { message: 'offset' }, []);
        case '204': return done(204, h, undefined, []);
        case 'nulldata': return done(200, h, { data: null }, []);
        case 'nullbody': return done(200, h, 'null', []);
        case 'emptyobject': return done(200, h, {}, []);
      }
      if (['last', 'first', 'wrap'].includes(this.s.past)) { const h2 = this.counts(list, number, requested, size, shown, this.offsetFor(number, size)); return this.rowsAnswer(done, h2, shown); }
    }
    let headers = this.counts(list, n, requested, size, shown, offset);
    if (this.s.glitch !== 'none' && n === this.s.glitchPage && !isPast && this.glitches < this.s.glitchTimes) {
      this.glitches += 1;
      const other = (m, l = list) => this.page(l, Math.max(1, m), requested).rows.filter((x) => !this.hidden(x));
      entry.glitch = this.s.glitch;
      switch (this.s.glitch) {
        case 'empty': return this.rowsAnswer(done, headers, []);
        case 'emptyNoCounts': return this.rowsAnswer(done, {}, []);
        case '404': return done(404, {}, { message: 'gone' }, []);
        case '422': return done(422, {}, { message: 'no' }, []);
        case '403': return done(403, {}, { message: 'no' }, []);
        case '500': return done(500, {}, { message: 'no' }, []);
        case '204': return done(204, {}, undefined, []);
        case 'nulldata': return done(200, headers, { data: null }, []);
        case 'cut': return done(200, headers, JSON.stringify(shown.map((x) => this.body(x))).slice(0, -3), []);
        case 'previous': return this.rowsAnswer(done, headers, other(n - 1));
        case 'next': return this.rowsAnswer(done, headers, other(n + 1));
        case 'first': return this.rowsAnswer(done, headers, other(1));
        case 'half': return this.rowsAnswer(done, headers, shown.slice(0, Math.floor(shown.length / 2)));
        case 'dropOne': return this.rowsAnswer(done, headers, shown.slice(1));
        case 'stale': return this.rowsAnswer(done, headers, other(n, this.original.slice(3)));
      }
    }
    return this.rowsAnswer(done, headers, shown);
  }
  rowsAnswer(done, headers, rows) { const list = rows.map((x) => this.body(x)); return done(200, headers, this.s.bare ? list : { data: list }, rows.map((x) => this.keyOf(x))); }
  keyAs(k) { return this.s.keyForm === 'mixed' && this.requests.length % 2 ? (typeof k === 'number' ? String(k) : k) : this.s.keyForm === 'text' && typeof k === 'number' ? `${k}` : k; }
  body(x) {
    const row = { [this.s.idKey ? 'id' : this.def.native]: this.keyAs(this.wire(x.k)), notes: `edit ${x.edit}` };
    if (this.def.since) { row.created = iso(x.created); row.modified = iso(x.modified); }
    if (this.s.stream === 'public_holidays') { row.region = x.region; delete row.notes; row.name = `edit ${x.edit}`; }
    if (this.s.stream === 'clients' || this.s.stream === 'holidays') { delete row.notes; row.name = `edit ${x.edit}`; }
    return row;
  }
  counts(list, n, requested, size, shown, offset) {
    const { s } = this;
    if (s.countsOn === 'first' && n > 1) return {};
    if (s.countsOn === 'notFirst' && n === 1) return {};
    if (s.countsOn === 'odd' && n % 2 === 0) return {};
    if (s.countsOn === 'empty' && shown.length > 0) return {};
    const N = list.length, len = shown.length, ceil = Math.ceil;
    let T = { right: N, missing: undefined, zero: 0, page: len, minus1: Math.max(0, N - 1), plus1: N + 1, half: Math.floor(N / 2), double: N * 2, earlier: Math.max(0, s.n - 7), estimate: Math.round(N / 100) * 100, sofar: Math.min(N, offset + len), sofar1: offset + len >= N ? N : offset + len + 1, remaining: Math.max(0, N - offset), capped: Math.min(N, 100), flap: N - (this.r() < 0.5 ? 1 : 0), negative: -1, text: 'unknown', blank: '', visible: list.filter((x) => !this.hidden(x)).length, fullpages: Math.floor(N / size) * size, firstPageOnly: Math.min(N, size) }[s.total];
    if (s.replicas === 'counts' && this.r() < 0.5 && typeof T === 'number') T = Math.max(0, T - 1);
    const base = typeof T === 'number' && T >= 0 ? T : N;
    const C = { right: ceil(N / size), missing: undefined, zero: 0, one: 1, floor: Math.floor(N / size), requested: ceil(N / requested), by50: ceil(N / 50), plus1: ceil(N / size) + 1, current: n, lastIndex: Math.max(0, ceil(N / size) - 1), ofTotal: ceil(base / size), double: 2 * ceil(N / size), text: 'many', sofar: offset + len >= N ? n : n + 1 }[s.pages];
    const cur = { right: n, missing: undefined, zeroBased: n - 1, one: 1, garbage: 'x', plus1: n + 1, ofLast: ceil(N / size) }[s.current];
    const per = { right: size, missing: undefined, requested, len, zero: 0, garbage: 'all', fifty: 50 }[s.per];
    const form = (v) => {
      if (typeof v !== 'number') return v;
      switch (s.form) { case 'comma': return v.toLocaleString('en-US'); case 'dup': return `${v}, ${v}`; case 'spaces': return ` ${v} `; case 'decimal': return `${v}.0`; case 'plus': return `+${v}`; case 'zeros': return `00${v}`; }
      return String(v);
    };
    const h = {};
    for (const [name, v] of [['total-count', T], ['page-count', C], ['current-page', cur], ['per-page', per]]) if (v !== undefined) h[`x-pagination-${name}`] = form(v);
    return h;
  }
  deleteLog(q, done) {
    if (this.s.log === 'none') return done(404, {}, { message: 'none' });
    const at = Number(q.get('cursor') ?? 0);
    const kept = this.deletions;
    const rows = kept.slice(at, at + 50);
    const end = at + rows.length;
    let more = end < kept.length, cursor = end;
    if (this.s.log === 'endless') { more = true; if (!rows.length) cursor = at + 1; }
    if (this.s.log === 'sameCursor') { more = true; cursor = at; }
    return done(200, { 'x-pagination-has-more': String(more), 'x-pagination-next-cursor': String(cursor) }, { data: rows.map(({ k, at }) => ({ id: this.wire(k), timestamp: new Date(at).toISOString() })) }, rows.map((x) => String(this.wire(x.k))));
  }
}
