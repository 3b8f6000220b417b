import { addDays, isWeekend, toDay, writeStamp } from './dates.ts';
import { type EndpointName, endpointNames, endpointOf, isEndpointName } from './endpoints.ts';
import * as names from './names.ts';
import { cyclic } from './names.ts';
import { createDraw, type Draw, seedOf } from './random.ts';
import type { Json, Key, Row } from './rows.ts';
import { isSimple, type Making, type SimpleName, simpleList } from './simple-lists.ts';

export interface Sizes {
  people: number;
  projects: number;
  /** Of logged time behind today, and of allocations around it. */
  weeks: number;
  /** Exact numbers of rows, for endpoints that need another than the sizes give. */
  counts: Partial<Record<EndpointName, number>>;
}

/** The data that the rows of one company share. */
export interface Scene {
  seed: number;
  now: () => number;
  /** When the company was created, and two years before. Its rows were written in between. */
  today: number;
  founded: number;
  weeks: number;
  count(name: EndpointName): number;
  /** The key of the n-th row, modulo the number of rows; null if there are none. */
  nth(name: EndpointName, n: number): Key | null;
}

const DAY = 86_400_000;

const REGIONS = [79_699, 79_700] as const;

interface Sized {
  /** The first key, similar in size to Float's keys. */
  firstKey: number;
  count: (sizes: Omit<Sizes, 'counts'>) => number;
}

const SIZED: Record<Exclude<EndpointName, SimpleName>, Sized> = {
  accounts: { firstKey: 776_471, count: ({ people }) => peopleWithAccount(people) + 1 },
  departments: { firstKey: 198_201, count: () => names.departments.length },
  people: { firstKey: 18_031_663, count: ({ people }) => people },
  roles: { firstKey: 40_112, count: () => names.roles.length },
  status: { firstKey: 3_300_118, count: ({ people }) => people * 2 },
  timeoffs: { firstKey: 9_120_554, count: ({ people }) => people * 2 },
  'timeoff-types': { firstKey: 526_930, count: () => names.timeoffTypes.length },
  'public-holidays': { firstKey: 1, count: () => names.publicHolidays.length * REGIONS.length },
  holidays: { firstKey: 81_220, count: () => 4 },
  clients: { firstKey: 17_909_372, count: ({ projects }) => Math.ceil(projects / 2) },
  projects: { firstKey: 8_461_683, count: ({ projects }) => projects },
  phases: { firstKey: 4_004_210, count: ({ projects }) => projects * 2 },
  'project-tasks': { firstKey: 20_984_584, count: ({ projects }) => projects * 4 },
  milestones: { firstKey: 1_100_373, count: ({ projects }) => projects + 1 },
  tasks: { firstKey: 638_221_076, count: ({ people }) => people * 6 },
  // Its keys are texts that contain the time of creation.
  'logged-time': { firstKey: 0, count: ({ people, weeks }) => people * weeks * 3 },
};

const sizedOf = (name: EndpointName): Sized => (isSimple(name) ? simpleList(name) : SIZED[name]);

export function createScene(seed: number, now: () => number, sizes: Partial<Sizes>): Scene {
  const { people = 30, projects = 12, weeks = 8, counts = {} } = sizes;
  const rowCounts = new Map(
    endpointNames.map((name) => [name, counts[name] ?? sizedOf(name).count({ people, projects, weeks })]),
  );
  const count = (name: EndpointName) => rowCounts.get(name) ?? 0;
  const today = now();
  const scene: Scene = {
    seed,
    now,
    today,
    founded: today - 730 * DAY,
    weeks,
    count,
    nth: (name, n) => (count(name) === 0 ? null : keyAt(name, n % count(name), scene)),
  };
  return scene;
}

/** The n-th row of an endpoint. Depends only on the scene and n. */
export function invent(name: EndpointName, index: number, scene: Scene): Row {
  const draw = createDraw(seedOf(scene.seed, name, index));
  const making: MakingInScene = {
    scene,
    draw,
    stamps: () => stamps(name, index, scene, draw),
    nth: (list, n) => {
      if (!isEndpointName(list)) throw new Error(`A row of ${name} points to ${list}, which is no list`);
      return scene.nth(list, n);
    },
    day: () => dayAround(scene, draw),
    someone: () => scene.nth('people', draw.int(0, 1e6)),
    anAccount: () => scene.nth('accounts', draw.int(0, 1e6)),
  };
  const row = isSimple(name) ? simpleList(name).row(index, making) : inventors[name](index, making);
  return { [endpointOf(name).key]: keyAt(name, index, scene), ...row };
}

/** Helpers for generating a row of a list that is not simple. */
interface MakingInScene extends Making {
  scene: Scene;
  /** The key of any person. */
  someone(): Key | null;
  anAccount(): Key | null;
}

// Of ten people six are employees, two are contractors, one is a placeholder and one a role placeholder; the latter two
// have no account.
const peopleWithAccount = (people: number) => Math.floor(people / 10) * 8 + Math.min(people % 10, 8);
const accountOfPerson = (n: number) => Math.floor(n / 10) * 8 + (n % 10);
const personOfAccount = (n: number) => Math.floor(n / 8) * 10 + (n % 8);
const typeOfPerson = (n: number) => ({ 6: 2, 7: 2, 8: 3, 9: 4 })[n % 10] ?? 1;

function accountIdOf(person: number, scene: Scene): Key | null {
  const account = accountOfPerson(person);
  return person % 10 < 8 && account < scene.count('accounts') ? keyAt('accounts', account, scene) : null;
}

function keyAt(name: EndpointName, index: number, scene: Scene): Key {
  if (name === 'public-holidays') return 1 + Math.floor(index / REGIONS.length);
  if (name === 'logged-time') return loggedTimeKey(index, scene);
  return sizedOf(name).firstKey + index;
}

/** 24 hexadecimal digits: the seconds of its creation, then a counter. In one company, such keys sort by age. */
function loggedTimeKey(index: number, scene: Scene): string {
  const seconds = Math.floor(writtenAt('logged-time', index, scene) / 1000);
  return seconds.toString(16).padStart(8, '0') + index.toString(16).padStart(16, '0');
}

/** Spread evenly, up to an hour before the company was created. Later rows are written now. */
function writtenAt(name: EndpointName, index: number, scene: Scene): number {
  const count = scene.count(name);
  if (index >= count) return scene.now();
  const from = name === 'logged-time' ? scene.today - scene.weeks * 7 * DAY : scene.founded;
  return Math.floor(from + ((scene.today - DAY / 24 - from) * (index + 1)) / (count + 1));
}

function stamps(name: EndpointName, index: number, scene: Scene, draw: Draw): { created: Json; modified: Json } {
  const forms = endpointOf(name).stamps ?? ['seconds'];
  const form = forms[index % forms.length] ?? forms[0];
  const created = writtenAt(name, index, scene);
  // New rows have modified = created (recorded).
  const modified = draw.chance(0.6) ? created : created + Math.floor(draw.fraction() * (scene.today - created));
  return { created: writeStamp(created, form), modified: writeStamp(Math.max(created, modified), form) };
}

const money = (amount: number) => amount.toFixed(4);

function dayAround(scene: Scene, draw: Draw): string {
  const day = addDays(toDay(scene.today), draw.int(-7 * scene.weeks, 7 * scene.weeks));
  return isWeekend(day) ? addDays(day, 2) : day;
}

/** The rows of `name` that belong to the n-th project: every projects-th one. */
function* ofProject(name: EndpointName, project: number, scene: Scene): Generator<number> {
  const projects = Math.max(scene.count('projects'), 1);
  for (let n = project; n < scene.count(name); n += projects) yield n;
}

/** Half of what belongs to a project belongs to one of its phases; the other half to none, which is 0. */
function phaseOf(project: number, scene: Scene, draw: Draw): Key {
  const projects = scene.count('projects');
  const phases = Math.ceil((scene.count('phases') - project) / projects);
  return phases > 0 && draw.chance(0.5) ? keyAt('phases', project + draw.int(0, phases - 1) * projects, scene) : 0;
}

const taskName = (n: number) => cyclic(names.tasks, n);
const isBillable = (n: number) => Number(n % 5 !== 4);

const roleOf = (person: number) => person % names.roles.length;
const personName = (n: number) => {
  const round = Math.floor(n / (names.first.length * names.last.length));
  const last = cyclic(names.last, n * 7 + Math.floor(n / names.first.length));
  return `${cyclic(names.first, n)} ${last}${round > 0 ? ` ${round + 1}` : ''}`;
};
const emailOf = (n: number) => `${personName(n).toLowerCase()}@example.com`.replaceAll(/[^a-z0-9@]+/g, '.');

function team(project: number, scene: Scene): Row[] {
  if (scene.count('people') === 0) return [];
  return [0, 1, 2].map((n) => ({
    people_id: scene.nth('people', project * 3 + n),
    hourly_rate: n === 0 ? money(120) : null,
    role_id: scene.nth('roles', roleOf(project * 3 + n)),
  }));
}

/** When cost rates change, in days since the company was founded; a role has two rates, three or none. */
const RATE_DAYS = [0, 365, 640] as const;

function roleRates(role: number, scene: Scene): { rate: string; effective_date: string }[] {
  const rates = role % 8 === 7 ? [] : RATE_DAYS.slice(0, 2 + (role % 2));
  return rates.map((day, n) => ({
    rate: money(40 + role + n * 3.5),
    effective_date: addDays(toDay(scene.founded), day),
  }));
}

const roleRateOn = (role: number, date: string, scene: Scene): string | null =>
  roleRates(role, scene).findLast(({ effective_date }) => effective_date <= date)?.rate ?? null;

/** One contract or two or three: with the role's cost rate, with one of the person's own, or with none; the role may change. */
function contractsOf(person: number, scene: Scene): Row[] {
  return RATE_DAYS.slice(0, 1 + (person % 3)).map((day, n) => {
    const effective_date = addDays(toDay(scene.founded), day + person);
    const isPromoted = person % 6 === 5 && n === 0;
    const role = isPromoted ? (roleOf(person) + 1) % names.roles.length : roleOf(person);
    const from = person % 10 >= 8 ? null : cyclic(['role', 'person', 'role', 'person', null], person + n);
    const own = money(35 + (person % 8) * 7.25 + n * 4);
    const cost_rate = from === 'role' ? roleRateOn(role, effective_date, scene) : from === null ? null : own;
    return {
      effective_date,
      role_id: scene.nth('roles', role),
      role_name: cyclic(names.roles, role),
      cost_rate,
      cost_rate_from: cost_rate === null ? null : from,
    };
  });
}

/** The fields that link an allocation or logged time to a project, a phase and a project task. */
function work(scene: Scene, draw: Draw) {
  const metas = scene.count('project-tasks');
  const meta = draw.int(0, Math.max(metas, scene.count('projects'), 1) - 1);
  const project = scene.count('projects') === 0 ? 0 : meta % scene.count('projects');
  return {
    project_id: scene.nth('projects', project),
    phase_id: phaseOf(project, scene, draw),
    task_meta_id: meta < metas ? keyAt('project-tasks', meta, scene) : null,
    name: taskName(meta),
    billable: isBillable(meta),
  };
}

/** The n-th row of each list, without its key. */
const inventors: Record<Exclude<EndpointName, SimpleName>, (n: number, making: MakingInScene) => Row> = {
  accounts: (n, { scene, draw, stamps }) => {
    const guest = n === scene.count('accounts') - 1;
    return {
      name: guest ? 'Billing Guest' : personName(personOfAccount(n)),
      email: guest ? 'billing@example.com' : emailOf(personOfAccount(n)),
      timezone: n % 3 === 0 ? null : draw.pick(names.timezones),
      avatar: n % 4 === 0 ? `https://cdn.example.com/avatars/${n}.png` : null,
      account_type: guest ? 5 : n === 0 ? 1 : draw.pick([2, 4, 4, 4, 7]),
      access: n === 0 ? 0 : draw.pick([0, 1, 3, 7]),
      department_filter_id: n % 5 === 1 ? scene.nth('departments', n) : null,
      department_filter: n % 5 === 1 ? [scene.nth('departments', n)] : null,
      view_rights: 1,
      edit_rights: Number(!guest),
      budget_rights: Number(n === 0),
      active: Number(n % 11 !== 10),
      ...stamps(),
      last_login: n % 4 === 3 ? null : writeStamp(scene.today - (n + 1) * 3_600_000, 'seconds'),
      people_id:
        guest || personOfAccount(n) >= scene.count('people') ? null : keyAt('people', personOfAccount(n), scene),
    };
  },

  departments: (n, { scene }) => ({
    parent_id: n % 3 === 2 ? keyAt('departments', n - 2, scene) : null,
    name: cyclic(names.departments, n),
  }),

  people: (n, { scene, draw, stamps }) => {
    const type = typeOfPerson(n);
    const department = n % scene.count('departments');
    const partTime = n % 6 === 5;
    const written = stamps();
    const account = accountIdOf(n, scene);
    return {
      people_code: n % 3 === 0 ? `EMP-${1000 + n}` : null,
      name: type === 4 ? `${cyclic(names.roles, roleOf(n))} (open)` : personName(n),
      email: account === null ? null : emailOf(n),
      job_title: cyclic(names.roles, roleOf(n)),
      role_id: scene.nth('roles', roleOf(n)),
      department: scene.count('departments') === 0 || n % 8 === 3 ? null : invent('departments', department, scene),
      notes: n % 4 === 1 ? draw.pick(names.notes) : null,
      avatar_file: n % 4 === 0 ? `https://cdn.example.com/avatars/${n}.png` : null,
      // -1 was seen for people made through the API.
      auto_email: n % 5 === 2 ? -1 : n % 2,
      employee_type: Number(!partTime),
      work_days_hours: partTime ? [0, 8, 8, 8, 0, 0, 0] : n % 4 === 2 ? [0, 7.5, 7.5, 7.5, 7.5, 7.5, 0] : null,
      work_days_hours_history: partTime
        ? { '1970-01-01': [0, 8, 8, 8, 8, 8, 0], [toDay(scene.founded)]: [0, 8, 8, 8, 0, 0, 0] }
        : null,
      work_day_hours: null,
      non_work_days: null,
      contractor: Number(type === 2),
      active: Number(n % 13 !== 12),
      people_type_id: type,
      tags: n % 3 === 0 ? [{ name: draw.pick(names.skills), type: 1 }] : [],
      start_date: n % 7 === 6 ? null : addDays(toDay(scene.founded), n),
      end_date: n % 13 === 12 ? toDay(scene.today) : null,
      default_hourly_rate: n % 4 === 3 ? null : money(60 + (n % 8) * 12.5),
      cost_rate: n % 4 === 3 ? null : money(35 + (n % 8) * 7.25),
      region_id: n % 9 === 8 ? null : cyclic(REGIONS, n),
      // Null in a live row, the oldest one, apparently the account owner's.
      created: n === 0 ? null : written.created,
      modified: written.modified,
      account: account === null ? null : { account_id: account, name: personName(n), email: emailOf(n) },
      managers: n === 0 || scene.count('accounts') === 0 ? [] : [scene.nth('accounts', 0)],
      contracts: contractsOf(n, scene),
    };
  },

  roles: (n, { scene, stamps, anAccount }) => {
    const holders: Json[] = [];
    for (let person = n; person < scene.count('people'); person += names.roles.length) {
      holders.push(keyAt('people', person, scene));
    }
    return {
      name: cyclic(names.roles, n),
      default_hourly_rate: n % 4 === 3 ? null : money(80 + n * 5),
      ...stamps(),
      created_by: scene.nth('accounts', 0),
      modified_by: anAccount(),
      cost_rate_history: roleRates(n, scene),
      people_ids: n < names.roles.length ? holders : [],
      people_count: n < names.roles.length ? holders.length : 0,
    };
  },

  status: (n, { draw, stamps, day, someone, anAccount }) => {
    const start = day();
    const type = cyclic([1, 2, 3, 4] as const, n);
    const repeats = n % 5 === 0;
    return {
      status_type_id: type,
      people_id: someone(),
      status_name: type === 3 ? draw.pick(['At the customer', 'Trade fair', 'Training']) : null,
      start_date: start,
      end_date: addDays(start, draw.int(0, 4)),
      repeat_state: repeats ? draw.pick([1, 3]) : 0,
      repeat_end_date: repeats ? addDays(start, 90) : null,
      ...stamps(),
      created_by: anAccount(),
      modified_by: n % 3 === 0 ? anAccount() : null,
    };
  },

  timeoffs: (n, { scene, draw, stamps, day, someone, anAccount }) => {
    const start = day();
    const partDay = n % 4 === 3;
    const type = draw.int(0, Math.max(scene.count('timeoff-types'), 1) - 1);
    const repeats = n % 9 === 8;
    const first = someone();
    return {
      timeoff_type_id: scene.nth('timeoff-types', type),
      timeoff_type_name: cyclic(names.timeoffTypes, type),
      start_date: start,
      end_date: partDay ? start : addDays(start, draw.int(0, 10)),
      start_time: partDay ? '13:00' : null,
      hours: partDay ? draw.pick([2, 3.5, 4]) : null,
      timeoff_notes: n % 5 === 0 ? draw.pick(names.notes) : null,
      status: n % 6 === 0 ? 1 : 2,
      status_note: n % 6 === 0 ? 'Waiting for the project plan' : null,
      status_creator_id: n % 6 === 0 ? null : anAccount(),
      full_day: partDay ? null : 1,
      people_ids: first === null ? [] : n % 10 === 9 ? [...new Set([first, someone()])] : [first],
      repeat_state: repeats ? 1 : 0,
      repeat_end: repeats ? addDays(start, 56) : null,
      ...stamps(),
      created_by: anAccount(),
      modified_by: anAccount(),
    };
  },

  // The seven oldest, built-in rows had a colour and no author; those made through the API the other way round.
  'timeoff-types': (n, { scene }) => ({
    timeoff_type_name: cyclic(names.timeoffTypes, n),
    color: n < 7 ? cyclic(names.colours, n) : null,
    created_by: n < 7 ? null : scene.nth('accounts', 0),
    approval_required: n % 2,
    active: Number(n !== 5),
  }),

  'public-holidays': (n, { scene }) => {
    const [name, day] = cyclic(names.publicHolidays, Math.floor(n / REGIONS.length));
    const year = new Date(scene.today).getUTCFullYear();
    return {
      name,
      dates: [-3, -2, -1, 0, 1, 2].map((offset) => `${year + offset}-${day}`),
      region: cyclic(REGIONS, n),
    };
  },

  holidays: (n, { scene }) => {
    const date = addDays(toDay(scene.today), n * 45 - 60);
    return {
      name: cyclic(names.teamHolidays, n),
      date,
      end_date: n % 4 === 3 ? null : addDays(date, n % 2),
    };
  },

  clients: (n) => ({
    name: n < names.clients.length ? cyclic(names.clients, n) : `${cyclic(names.clients, n)} ${n}`,
  }),

  projects: (n, { scene, draw, stamps, anAccount }) => {
    const budget = n % 4;
    const currency = n % Math.max(scene.count('currencies'), 1);
    return {
      name: `${cyclic(names.clients, Math.floor(n / 2))}: ${cyclic(names.projects, n)}`,
      project_code: n % 3 === 2 ? null : `P-${100 + n}`,
      client_id: n % 6 === 5 ? null : scene.nth('clients', Math.floor(n / 2)),
      color: n % 7 === 6 ? null : cyclic(names.colours, n),
      notes: n % 3 === 1 ? draw.pick(names.notes) : null,
      tags: n % 2 === 0 ? [draw.pick(names.projectTags)] : [],
      budget_type: budget,
      // A number by the specification, a string in records seen.
      budget_total: budget === 1 ? 400 + n : budget === 2 ? '25000.00' : null,
      budget_per_phase: Number(n % 5 === 1),
      budget_priority: n % 3,
      default_hourly_rate: budget === 3 ? money(110) : null,
      non_billable: n % 6 === 4 ? 1 : 0,
      tentative: Number(n % 5 === 1),
      status: n % 5,
      stage_id: scene.nth('project-stages', n),
      rate_card_id: n % 4 === 0 ? scene.nth('rate-cards', n) : null,
      ...(n % 2 === 0 ? { rate_type: 1, ext_calendar_count: 0 } : {}),
      locked_task_list: Number(n % 4 === 3),
      active: Number(n % 7 !== 5),
      project_manager: anAccount(),
      all_pms_schedule: n % 2,
      ...stamps(),
      start_date: n % 6 === 3 ? null : addDays(toDay(scene.today), -120 + n),
      end_date: n % 6 === 3 ? null : addDays(toDay(scene.today), 120 + n),
      project_team: team(n, scene).map((member) => ({ ...member, phase_id: 0 })),
      project_tasks: [...ofProject('project-tasks', n, scene)].map((task) => ({
        task_meta_id: keyAt('project-tasks', task, scene),
        task_name: taskName(task),
        billable: isBillable(task),
        phase_id: 0,
      })),
      phases: [...ofProject('phases', n, scene)].map((phase) => ({
        phase_id: keyAt('phases', phase, scene),
        name: cyclic(names.phases, Math.floor(phase / scene.count('projects'))),
      })),
      expenses: [{ name: 'Travel', date: toDay(scene.today), cost: 240.5 }],
      currency: { currency_id: scene.nth('currencies', currency), code: cyclic(names.currencies, currency) },
    };
  },

  phases: (n, { scene, draw, stamps }) => {
    const project = n % Math.max(scene.count('projects'), 1);
    const round = Math.floor(n / Math.max(scene.count('projects'), 1));
    const start = addDays(toDay(scene.today), -60 + 45 * (round % 4));
    return {
      project_id: scene.nth('projects', project),
      name: cyclic(names.phases, round),
      color: n % 5 === 4 ? null : cyclic(names.colours, n),
      notes: n % 4 === 1 ? draw.pick(names.notes) : null,
      start_date: start,
      end_date: addDays(start, 44),
      budget_total: n % 3 === 0 ? null : n % 3 === 1 ? 120 : '8000.00',
      default_hourly_rate: n % 3 === 2 ? money(95) : null,
      // Null: inherited from the project.
      non_billable: n % 3 === 0 ? null : 0,
      status: n % 3,
      tentative: Number(n % 3 === 1),
      active: Number(n % 10 !== 9),
      ...stamps(),
      phase_tasks: [
        {
          task_meta_id: scene.nth('project-tasks', project),
          task_name: taskName(project),
          billable: isBillable(project),
          phase_id: keyAt('phases', n, scene),
        },
      ],
      phase_team: team(project, scene).map((member) => ({ ...member, phase_id: keyAt('phases', n, scene) })),
    };
  },

  'project-tasks': (n, { scene, draw, stamps }) => {
    const project = n % Math.max(scene.count('projects'), 1);
    return {
      project_id: scene.nth('projects', project),
      phase_id: phaseOf(project, scene, draw),
      task_name: taskName(n),
      billable: isBillable(n),
      budget: n % 3 === 0 ? null : draw.pick([20, 37.5, 80]),
      count_tasks: draw.int(0, 9),
      count_logged_time: draw.int(0, 60),
      ...stamps(),
    };
  },

  milestones: (n, { scene, draw, stamps, day }) => {
    const date = day();
    const project = n % Math.max(scene.count('projects'), 1);
    return {
      name: cyclic(names.milestones, n),
      project_id: scene.nth('projects', project),
      // "None" is null here, but 0 on tasks, logged time and project tasks.
      phase_id: phaseOf(project, scene, draw) || null,
      date,
      end_date: addDays(date, n % 3),
      ...stamps(),
    };
  },

  tasks: (n, { scene, draw, stamps, day, someone, anAccount }) => {
    const { project_id, phase_id, task_meta_id, name, billable } = work(scene, draw);
    const start = day();
    const repeats = n % 8 === 7;
    const linked = n % 12 === 11;
    const first = someone();
    const several = first !== null && n % 7 === 3;
    const written = stamps();
    return {
      root_task_id: linked ? keyAt('tasks', n - 2, scene) : null,
      parent_task_id: linked ? keyAt('tasks', n - 1, scene) : null,
      project_id,
      phase_id,
      start_date: start,
      end_date: addDays(start, draw.int(0, 11)),
      start_time: n % 6 === 2 ? '09:30' : null,
      // Strings in old samples.
      hours: n === 1 ? '2.0' : draw.pick([8, 8, 4, 2, 7.5, 2.25]),
      // Several assignees: people_id is null or missing. One: people_ids is null (2023) or missing (2025).
      ...(several && n % 2 === 0 ? {} : { people_id: several ? null : first }),
      ...(several ? { people_ids: [first, someone()] } : n % 2 === 0 ? { people_ids: null } : {}),
      status: n % 5 === 4 ? draw.pick([0, 1, 3, 4]) : 2,
      billable: task_meta_id === null ? null : billable,
      name,
      notes: n % 6 === 1 ? draw.pick(names.notes) : null,
      priority: n % 10 === 0 ? 0 : null,
      repeat_state: repeats ? draw.pick([1, 2, 3]) : 0,
      repeat_end_date: repeats ? addDays(start, 84) : null,
      created_by: anAccount(),
      // 0 until the first edit.
      modified_by: written.created === written.modified ? 0 : anAccount(),
      created: written.created,
      // Older samples show null.
      modified: n === 0 ? null : written.modified,
      task_meta_id,
    };
  },

  'logged-time': (n, { scene, draw, stamps, someone, anAccount }) => {
    const { project_id, phase_id, task_meta_id, name, billable } = work(scene, draw);
    const created = toDay(writtenAt('logged-time', n, scene));
    const date = isWeekend(created) ? addDays(created, -2) : created;
    const locked = date < addDays(toDay(scene.today), -28);
    return {
      people_id: someone(),
      project_id,
      phase_id,
      task_id: n % 3 === 0 ? scene.nth('tasks', draw.int(0, 1e6)) : null,
      task_meta_id,
      task_name: task_meta_id === null ? null : name,
      date,
      reference_date: n % 3 === 0 ? date : null,
      hours: draw.pick([1, 2, 3.75, 4, 6.33, 7.5, 8]),
      notes: n % 4 === 0 ? draw.pick(names.notes) : null,
      billable,
      priority: n % 10 === 0 ? 0 : null,
      locked: Number(locked),
      locked_date: locked ? addDays(date, 28) : null,
      ...stamps(),
      created_by: anAccount(),
      modified_by: n % 5 === 0 ? null : anAccount(),
    };
  },
};
