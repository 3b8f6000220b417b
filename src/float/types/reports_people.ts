/* Generated from schemas/reports_people.json by npm run generate; not edited by hand. */

/**
 * One row is one person in one calendar month: capacity, scheduled hours and time off, as in Float's people report. Allocations may still change, so every sync reads all months again. Role placeholders may be missing.
 */
export interface ReportsPeople {
  /**
   * Key of the row, together with start_date: a copy of people_id.
   */
  id: number;
  /**
   * Person (→ people.id): the same value as id, or null if the server sends only id.
   */
  people_id?: null | number;
  /**
   * First day of the row's month, in UTC; part of the key. Added by the connector, because Float's rows contain no dates.
   */
  start_date: string;
  /**
   * Last day of the row's month. Added by the connector.
   */
  end_date?: null | string;
  /**
   * Current full name, or current name of the placeholder.
   */
  name?: null | string;
  /**
   * 1 full time, 0 part time.
   */
  employee_type?: null | number;
  /**
   * 1 employee, 2 contractor, 3 placeholder, 4 role placeholder.
   */
  people_type_id?: null | number;
  /**
   * Department of the person (→ departments.id); null for none.
   */
  department_id?: null | number;
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
   * Default rate charged for an hour of the person, as decimal text, for example 55.5000, in the company's currency.
   */
  default_hourly_rate?: null | string;
  /**
   * Hours available on each day of the week, if the person's hours differ from the company's: seven numbers from Sunday to Saturday. Float sends it only for some people.
   */
  my_hours?: null | (null | number)[];
  /**
   * History of the person's own hours: an object that maps the date from which a schedule applies (1970-01-01: from the beginning) to seven numbers, from Sunday to Saturday. Float sends it only for some people.
   */
  my_hours_history?: null | {
    [k: string]: unknown;
  };
  /**
   * Hours of the company on each day of the week: seven numbers from Sunday to Saturday. Float sends the list as text; the connector converts it to a list.
   */
  co_hours?: null | (null | number)[];
  /**
   * History of the company's hours: an object that maps the date from which a schedule applies (1970-01-01: from the beginning) to seven numbers, from Sunday to Saturday.
   */
  co_hours_history?: null | {
    [k: string]: unknown;
  };
  /**
   * History of the hours available: an object that maps the date from which a schedule applies (1970-01-01: from the beginning) to seven numbers, from Sunday to Saturday. Deprecated by Float.
   */
  wk_day_hrs?: null | {
    [k: string]: unknown;
  };
  /**
   * Hours that the person could work in the month, before time off.
   */
  capacity?: null | number;
  /**
   * Hours of time off in the month.
   */
  timeoff?: null | number;
  /**
   * Hours scheduled for the person in the month.
   */
  scheduled?: null | number;
  /**
   * Scheduled hours that are billable.
   */
  billable?: null | number;
  /**
   * Scheduled hours that are not billable.
   */
  nonBillable?: null | number;
  /**
   * Hours scheduled beyond the person's capacity.
   */
  overtime?: null | number;
  /**
   * Hours of the person's capacity that are neither scheduled nor time off.
   */
  unscheduled?: null | number;
  /**
   * The part of scheduled that is in the future. Documented by Float in 2020; null if the server does not send it.
   */
  futureScheduled?: null | number;
  /**
   * The part of billable that is in the future. Documented by Float in 2020; null if the server does not send it.
   */
  futureBillable?: null | number;
  /**
   * The part of nonBillable that is in the future. Documented by Float in 2020; null if the server does not send it.
   */
  futureNonBillable?: null | number;
  /**
   * The part of overtime that is in the future. Documented by Float in 2020; null if the server does not send it.
   */
  futureOvertime?: null | number;
  /**
   * Fields that the connector does not know, and values that do not fit the type of their column (the column is then null), under Float's names. Null if the row has none of these.
   */
  additional_fields?: null | {
    [k: string]: unknown;
  };
}
