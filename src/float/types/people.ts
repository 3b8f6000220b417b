/* Generated from schemas/people.json by npm run generate; not edited by hand. */

/**
 * One row is one person on the schedule: an employee, a contractor or a placeholder. Archived people and role placeholders are included.
 */
export interface People {
  /**
   * Key of the row: a copy of people_id.
   */
  id: number;
  /**
   * Float's own id of the person: the same value as id, or null if the server sends only id.
   */
  people_id?: null | number;
  /**
   * The company's own code for the person, at most 32 characters.
   */
  people_code?: null | string;
  /**
   * Full name, or the placeholder's name.
   */
  name?: null | string;
  /**
   * E-mail address; null for people without one, such as placeholders.
   */
  email?: null | string;
  /**
   * Job title: the name of the person's role.
   */
  job_title?: null | string;
  /**
   * Role of the person (→ roles.id); null for none.
   */
  role_id?: null | number;
  /**
   * Department of the person; null for none.
   */
  department?: null | {
    /**
     * Department (→ departments.id).
     */
    department_id?: null | number;
    /**
     * Department above it (→ departments.id); null at the top.
     */
    parent_id?: null | number;
    /**
     * Name of the department.
     */
    name?: null | string;
  };
  /**
   * Free text about the person.
   */
  notes?: null | string;
  /**
   * Address or file name of the person's picture.
   */
  avatar_file?: null | string;
  /**
   * Whether Float e-mails the person their schedule at the start of a week: 1 yes, 0 no; -1 for people created through the API.
   */
  auto_email?: null | number;
  /**
   * 1 full time, 0 part time.
   */
  employee_type?: null | number;
  /**
   * Hours available on each day of the week: seven numbers from Sunday to Saturday. Null if the company's default applies. May be out of date after a change of schedule; work_days_hours_history is then correct.
   */
  work_days_hours?: null | (null | number)[];
  /**
   * History of the hours available: an object that maps the date from which a schedule applies (1970-01-01: from the beginning) to seven numbers, from Sunday to Saturday. On any day, the newest entry up to that day applies. Null if the hours never differed from the company's default.
   */
  work_days_hours_history?: null | {
    [k: string]: unknown;
  };
  /**
   * Left over from older versions of the API; null in every known response. Use work_days_hours.
   */
  work_day_hours?: null | string;
  /**
   * Left over from older versions of the API; null in every known response. Use work_days_hours.
   */
  non_work_days?: null | string;
  /**
   * 1 contractor, 0 not. Float keeps this field for old API clients; use people_type_id.
   */
  contractor?: null | number;
  /**
   * 1 active, 0 archived. Archiving a person removes the future schedule, not the past.
   */
  active?: null | number;
  /**
   * 1 employee, 2 contractor, 3 placeholder, 4 role placeholder (work planned for a role before a person is found).
   */
  people_type_id?: null | number;
  /**
   * Tags of the person, as objects (tags of projects are plain text); empty for none.
   */
  tags?:
    | null
    | (null | {
        /**
         * Text of the tag.
         */
        name?: null | string;
        /**
         * Kind of tag. Float does not document its values.
         */
        type?: null | number;
      })[];
  /**
   * First working day; null if not set.
   */
  start_date?: null | string;
  /**
   * Last working day; null if not set.
   */
  end_date?: null | string;
  /**
   * Default rate charged for an hour of the person, as decimal text, for example 55.5000, in the company's currency.
   */
  default_hourly_rate?: null | string;
  /**
   * Cost of an hour of the person, as decimal text, for example 55.5000, in the company's currency.
   */
  cost_rate?: null | string;
  /**
   * Region whose public holidays apply (→ public_holidays.region).
   */
  region_id?: null | number;
  /**
   * When the person was created, in UTC. Null for some people, for example the first person of a company.
   */
  created?: null | string;
  /**
   * When the person was last changed, in UTC; equal to created until the first change. Cursor of the stream.
   */
  modified?: null | string;
  /**
   * Account with which the person signs in; null for none. Null if the server refuses to send it.
   */
  account?: null | {
    /**
     * The account (→ accounts.id).
     */
    account_id?: null | number;
    /**
     * Full name of the user.
     */
    name?: null | string;
    /**
     * E-mail address the user signs in with.
     */
    email?: null | string;
    /**
     * Time zone as an IANA name, for example Europe/Vienna; null until the user has used Float's timer.
     */
    timezone?: null | string;
    /**
     * Address or file name of the user's picture.
     */
    avatar?: null | string;
    /**
     * Kind of account: 1 account owner, 2 admin, 4 member, 5 billing, 7 manager; 3 is a former project manager type that Float no longer documents.
     */
    account_type?: null | number;
    /**
     * Detailed permissions as a bit mask. What a bit means depends on account_type.
     */
    access?: null | number;
    /**
     * Department that the account is limited to (→ departments.id); null for no limit.
     */
    department_filter_id?: null | number;
    /**
     * Departments that the account is limited to (→ departments.id); null for no limit. Float does not document this field.
     */
    department_filter?: null | (null | number)[];
    /**
     * 1 if the user may see the whole team, 0 if not. Deprecated by Float; access replaces it.
     */
    view_rights?: null | number;
    /**
     * 1 if a member may edit their own schedule, 0 if not. Deprecated by Float; access replaces it.
     */
    edit_rights?: null | number;
    /**
     * Access to budgets, judging by its name: 1 yes, 0 no. Float does not document this field.
     */
    budget_rights?: null | number;
    /**
     * 1 active, 0 deactivated.
     */
    active?: null | number;
    /**
     * When the account was created, in UTC.
     */
    created?: null | string;
    /**
     * When the account was last changed, in UTC.
     */
    modified?: null | string;
  };
  /**
   * Managers of the person, as accounts, not people (→ accounts.id). Null if the server refuses to send it.
   */
  managers?: null | (null | number)[];
  /**
   * Contracts of the person over time, with the cost rate of each. Null if the server refuses to send it.
   */
  contracts?:
    | null
    | (null | {
        /**
         * Day from which the contract applies.
         */
        effective_date?: null | string;
        /**
         * Role (→ roles.id); null for none.
         */
        role_id?: null | number;
        /**
         * Name of the role; null for none.
         */
        role_name?: null | string;
        /**
         * Cost of an hour, as decimal text, for example 55.5000, in the company's currency; null for none.
         */
        cost_rate?: null | string;
        /**
         * Where cost_rate comes from: role or person; null if there is no cost rate.
         */
        cost_rate_from?: null | string;
      })[];
  /**
   * When a sync detected that the person was deleted, in UTC; null if the row is not deleted. On a deleted row, only id, people_id, modified and this field have values.
   */
  _ab_cdc_deleted_at?: null | string;
  /**
   * Fields that the connector does not know, and values that do not fit the type of their column (the column is then null), under Float's names. Null if the row has none of these.
   */
  additional_fields?: null | {
    [k: string]: unknown;
  };
}
