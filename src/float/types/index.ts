/* Generated from schemas/ by npm run generate; not edited by hand. */

import type { Accounts } from './accounts.ts';
import type { Clients } from './clients.ts';
import type { Currencies } from './currencies.ts';
import type { Departments } from './departments.ts';
import type { Holidays } from './holidays.ts';
import type { LoggedTime } from './logged_time.ts';
import type { Milestones } from './milestones.ts';
import type { People } from './people.ts';
import type { Phases } from './phases.ts';
import type { ProjectExpenses } from './project_expenses.ts';
import type { ProjectStages } from './project_stages.ts';
import type { ProjectTasks } from './project_tasks.ts';
import type { ProjectTemplates } from './project_templates.ts';
import type { Projects } from './projects.ts';
import type { PublicHolidays } from './public_holidays.ts';
import type { RateCards } from './rate_cards.ts';
import type { ReportsPeople } from './reports_people.ts';
import type { ReportsProjects } from './reports_projects.ts';
import type { Roles } from './roles.ts';
import type { Status } from './status.ts';
import type { Tasks } from './tasks.ts';
import type { TimeOff } from './time_off.ts';
import type { TimeoffTypes } from './timeoff_types.ts';

/** Each stream's name with the type of its records. */
export interface Records {
  accounts: Accounts;
  clients: Clients;
  currencies: Currencies;
  departments: Departments;
  holidays: Holidays;
  logged_time: LoggedTime;
  milestones: Milestones;
  people: People;
  phases: Phases;
  project_expenses: ProjectExpenses;
  project_stages: ProjectStages;
  project_tasks: ProjectTasks;
  project_templates: ProjectTemplates;
  projects: Projects;
  public_holidays: PublicHolidays;
  rate_cards: RateCards;
  reports_people: ReportsPeople;
  reports_projects: ReportsProjects;
  roles: Roles;
  status: Status;
  tasks: Tasks;
  time_off: TimeOff;
  timeoff_types: TimeoffTypes;
}
