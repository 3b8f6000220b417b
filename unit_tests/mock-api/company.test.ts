import { expect, test } from '@jest/globals';
import { createCompany } from '../../mock-api/company.ts';
import { endpointNames } from '../../mock-api/endpoints.ts';

test('an empty company can be made', () => {
  const counts = Object.fromEntries(endpointNames.map((name) => [name, 0]));
  const empty = createCompany({ people: 0, projects: 0, counts });
  for (const name of endpointNames) expect(empty.rows(name)).toEqual([]);
  for (const name of endpointNames) expect(empty.insert(name)).toBeDefined();
});

test('keys never collide, not even with keys given by hand', () => {
  const company = createCompany({ counts: { clients: 2 } });
  const [newest] = company.rows('clients');
  const next = Number(newest?.client_id) + 1;
  company.insert('clients', { client_id: next });
  expect(company.insert('clients').client_id).toBe(next + 1);
});
