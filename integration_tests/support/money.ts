/**
 * What docs/recipes.md says of the cost and the value of logged time, computed entry by entry from the rows of the mock
 * company, by the same rules and without anything from there.
 */
import type { Json, Row } from '../../mock-api/rows.ts';
import { textIn } from '../../mock-api/rows.ts';
import type { Company } from '../../mock-api/server.ts';
import type { Calendar } from './plans.ts';

export interface Money {
  id: string;
  person: number;
  project: number;
  day: string;
  hours: number;
  billable: number;
  costRate: number | null;
  hourlyRate: number | null;
}

/** A row of a list inside a row. */
type Item = { [field: string]: Json };

const itemsOf = (row: Row | undefined, field: string): Item[] => (row?.[field] ?? []) as Item[];

const amount = (value: Json | undefined): number | null =>
  value === null || value === undefined ? null : Number(value);

const firstAmount = (...values: (Json | undefined)[]): number | null =>
  values.map(amount).find((value) => value !== null) ?? null;

/** The last that had begun on that day. */
const inForce = (items: readonly Item[], day: string): Item | undefined =>
  [...items]
    .sort((a, b) => (textIn(a, 'effective_date') < textIn(b, 'effective_date') ? -1 : 1))
    .findLast((item) => textIn(item, 'effective_date') <= day);

export function moneyOf(company: Company, { first, last }: Calendar): Money[] {
  const roleRate = (role: Json | undefined, day: string) =>
    inForce(itemsOf(company.find('roles', Number(role)), 'cost_rate_history'), day)?.rate;

  const costRate = (person: Row | undefined, day: string): number | null => {
    const contract = inForce(itemsOf(person, 'contracts'), day);
    if (contract === undefined) return firstAmount(roleRate(person?.role_id, day), person?.cost_rate);
    if (contract.cost_rate_from !== 'role') return amount(contract.cost_rate);
    return firstAmount(roleRate(contract.role_id, day), contract.cost_rate);
  };

  const hourlyRate = (person: Row | undefined, project: Row | undefined, phase: Row | undefined): number | null => {
    const ofMember = (team: readonly Item[]) => {
      const rates = team.filter((member) => member.people_id === person?.people_id).map((member) => member.hourly_rate);
      const known = rates.map(amount).filter((rate) => rate !== null);
      return known.length === 0 ? null : Math.max(...known);
    };
    const isOfProject = phase !== undefined && phase.project_id === project?.project_id;
    return firstAmount(
      isOfProject ? ofMember(itemsOf(phase, 'phase_team')) : null,
      phase?.default_hourly_rate,
      ofMember(itemsOf(project, 'project_team')),
      project?.default_hourly_rate,
      person?.default_hourly_rate,
      company.find('roles', Number(person?.role_id))?.default_hourly_rate,
    );
  };

  return company
    .rows('logged-time')
    .filter((row) => textIn(row, 'date') >= first && textIn(row, 'date') <= last)
    .map((row) => {
      const day = textIn(row, 'date');
      const person = company.find('people', Number(row.people_id));
      const project = company.find('projects', Number(row.project_id));
      return {
        id: textIn(row, 'logged_time_id'),
        person: Number(row.people_id),
        project: Number(row.project_id),
        day,
        hours: Number(row.hours),
        billable: Number(row.billable),
        costRate: costRate(person, day),
        hourlyRate: hourlyRate(person, project, company.find('phases', Number(row.phase_id))),
      };
    });
}

export const costOf = ({ hours, costRate }: Money): number | null => (costRate === null ? null : hours * costRate);

export const worthOf = ({ hours, hourlyRate, billable }: Money): number | null => {
  if (billable !== 1) return 0;
  return hourlyRate === null ? null : hours * hourlyRate;
};
