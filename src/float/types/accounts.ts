/* Generated from schemas/accounts.json by npm run generate; not edited by hand. */

/**
 * One row is one account: a user who can sign in to Float. Accounts are not the people on the schedule (see people), although one human being often has both.
 */
export interface Accounts {
  /**
   * Key of the row: a copy of account_id.
   */
  id: number;
  /**
   * Float's own id of the account: the same value as id, or null if the server sends only id.
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
  /**
   * When the user last signed in, in UTC; null for never.
   */
  last_login?: null | string;
  /**
   * The person on the schedule who is the same human being (→ people.id). Null for guests, and if the server refuses to send it.
   */
  people_id?: null | number;
  /**
   * Fields that the connector does not know, and values that do not fit the type of their column (the column is then null), under Float's names. Null if the row has none of these.
   */
  additional_fields?: null | {
    [k: string]: unknown;
  };
}
