import { describe, expect, test } from '@jest/globals';
import { keyOf } from '../../mock-api/company.ts';
import { type Mock, mock, type Reply } from './ask.ts';

const HOUR = 3_600_000;

function remove(m: Mock, name: 'tasks' | 'timeoffs' | 'logged-time', count: number): void {
  for (const row of m.company.rows(name).slice(-count).reverse()) {
    m.company.remove(name, keyOf(name, row));
    m.clock.ms += 1000;
  }
}

function walk(m: Mock, path: string, limit: number): Reply[] {
  const replies = [m.get(`${path}?limit=${limit}`)];
  for (let last = replies[0]; last?.headers['x-pagination-has-more'] === 'true'; last = replies.at(-1)) {
    replies.push(m.get(`${path}?limit=${limit}&cursor=${last.headers['x-pagination-next-cursor']}`));
  }
  return replies;
}

describe('the Delete Log', () => {
  test.each(['tasks', 'timeoffs', 'logged-time'] as const)(
    '/deleted/%s lists each removed key and its time',
    (name) => {
      const m = mock();
      const [row = {}] = m.company.rows(name);
      m.company.remove(name, keyOf(name, row));
      const reply = m.get(`/deleted/${name}`);
      expect(JSON.parse(reply.body)).toEqual({
        data: [{ id: keyOf(name, row), timestamp: '2026-06-10T12:00:00.000Z' }],
      });
      expect(reply.headers['x-pagination-has-more']).toBe('false');
      expect(m.get(`/${name}?per-page=200`).rows).not.toContainEqual(expect.objectContaining(row));
      expect(m.handle.unexpected).toEqual([]);
    },
  );

  test('comes by cursor, oldest first, 50 at a time unless asked', () => {
    const m = mock({ company: { counts: { tasks: 120 } } });
    remove(m, 'tasks', 120);
    expect(m.get('/deleted/tasks').rows).toHaveLength(50);
    const pages = walk(m, '/deleted/tasks', 40);
    expect(pages.map(({ rows }) => rows.length)).toEqual([40, 40, 40]);
    const times = pages.flatMap(({ rows }) => rows.map((row) => String(row.timestamp)));
    expect(times).toEqual([...new Set(times)].sort());
  });

  test('a cursor kept from the end shows what came since', () => {
    const m = mock();
    remove(m, 'tasks', 3);
    const cursor = m.get('/deleted/tasks').headers['x-pagination-next-cursor'];
    expect(m.get(`/deleted/tasks?cursor=${cursor}`).rows).toEqual([]);
    remove(m, 'tasks', 1);
    expect(m.get(`/deleted/tasks?cursor=${cursor}`).rows).toHaveLength(1);
  });

  test('drops entries after 72 hours, and an old cursor continues with the remaining ones', () => {
    const m = mock();
    remove(m, 'tasks', 2);
    const start = m.get('/deleted/tasks?limit=1').headers['x-pagination-next-cursor'];
    m.clock.ms += 71 * HOUR;
    expect(m.get('/deleted/tasks').rows).toHaveLength(2);
    m.clock.ms += HOUR;
    remove(m, 'tasks', 1);
    expect(m.get('/deleted/tasks').rows).toHaveLength(1);
    expect(m.get(`/deleted/tasks?cursor=${start}`).rows).toHaveLength(1);
  });

  test('may deliver an entry twice', () => {
    const m = mock({ deleteLogRepeats: true });
    remove(m, 'tasks', 10);
    const ids = walk(m, '/deleted/tasks', 4).flatMap(({ rows }) => rows.map((row) => row.id));
    expect(ids.length).toBeGreaterThan(10);
    expect(new Set(ids).size).toBe(10);
  });

  test.each([
    ['limit=501', 200],
    ['cursor=invented', 400],
    ['page=1', 200],
  ])('?%s is noted', (query, status) => {
    const m = mock();
    expect(m.get(`/deleted/tasks?${query}`).status).toBe(status);
    expect(m.handle.unexpected).toHaveLength(1);
  });
});

describe('reports', () => {
  const window = 'start_date=2026-03-02&end_date=2026-03-08';

  function oneAllocation() {
    const m = mock({ company: { counts: { tasks: 0, timeoffs: 0 } } });
    const [person = {}] = m.company
      .rows('people')
      .filter((row) => row.work_days_hours === null && row.people_type_id === 1);
    const [project = {}] = m.company.rows('projects');
    const people_id = person.people_id ?? null;
    const project_id = project.project_id ?? null;
    const common = { start_date: '2026-03-05', end_date: '2026-03-09', repeat_state: 0, people_ids: null };
    m.company.insert('tasks', { ...common, people_id, project_id, hours: 6, billable: 1 });
    m.company.insert('tasks', { ...common, people_id, project_id, hours: '2.0', billable: 0 });
    m.company.insert('timeoffs', {
      ...{ start_date: '2026-03-02', end_date: '2026-03-02', repeat_state: 0 },
      ...{ people_ids: [people_id], full_day: 1, hours: null },
    });
    return { ...m, people_id, project_id };
  }

  test('people: hours of the window, without paging or a trace of the window', () => {
    const { get, people_id, handle } = oneAllocation();
    const reply = get(`/reports/people?${window}`);
    expect(Object.keys(JSON.parse(reply.body))).toEqual(['people']);
    expect(Object.keys(reply.headers).join()).not.toContain('pagination');
    const row = reply.rows.find((one) => one.people_id === people_id);
    expect(row).toMatchObject({ capacity: 40, timeoff: 8, scheduled: 16, billable: 12, nonBillable: 4 });
    expect(row).toMatchObject({ unscheduled: 16, overtime: 0, co_hours: '[0,8,8,8,8,8,0]' });
    expect(new Set(reply.rows.map((one) => Object.keys(one).length)).size).toBeGreaterThan(1);
    expect(get(`/reports/people?${window}&people_id=${people_id}`).rows).toEqual([row]);
    expect(handle.unexpected).toEqual([]);
  });

  test('projects: only those with time in the window', () => {
    const { get, project_id } = oneAllocation();
    const reply = get(`/reports/projects?${window}`);
    expect(Object.keys(JSON.parse(reply.body))).toEqual(['projects']);
    expect(reply.rows).toMatchObject([{ project_id, scheduled: 16, billable: 12, nonBillable: 4 }]);
    expect(get('/reports/projects?start_date=2026-04-01&end_date=2026-04-30').rows).toEqual([]);
  });
});
