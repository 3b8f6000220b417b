/* Generated from schemas/reports_people.json by npm run generate; not edited by hand. */

/**
 * One row is one person in one calendar month: capacity, scheduled hours and time off, as Float's people report adds them up. Allocations may still change, so every sync reads the whole span again. Role placeholders may be missing.
 */
export interface ReportsPeople {
  /**
   * Key of the row, together with start_date: a copy of people_id.
   */
  id: number;
  /**
   * Person (→ people.id); the same value as id, or null where the server sends only id.
   */
  people_id?: null | number;
  /**
   * First day of the month that the row is of, in UTC; part of the key. Put there by the connector: Float's rows bear no dates.
   */
  start_date: string;
  /**
   * Last day of the month that the row is of. Put there by the connector.
   */
  end_date?: null | string;
  /**
   * Full name, or the placeholder's name, as it is now.
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
   * Hours available on each day of the week where the person's differ from the company's: seven numbers from Sunday to Saturday. Comes for some people only.
   */
  my_hours?: null | (null | number)[];
  /**
   * Hours of the person's own as they changed over time: an object with the date from which a schedule applies as its key (1970-01-01: from the beginning) and seven numbers from Sunday to Saturday as its value. Comes for some people only.
   */
  my_hours_history?: null | {
    [k: string]: unknown;
  };
  /**
   * Hours of the company on each day of the week: seven numbers from Sunday to Saturday. Float writes the list as a text; here it is a list.
   */
  co_hours?: null | (null | number)[];
  /**
   * Hours of the company as they changed over time: an object with the date from which a schedule applies as its key (1970-01-01: from the beginning) and seven numbers from Sunday to Saturday as its value.
   */
  co_hours_history?: null | {
    [k: string]: unknown;
  };
  /**
   * Hours available as they changed over time: an object with the date from which a schedule applies as its key (1970-01-01: from the beginning) and seven numbers from Sunday to Saturday as its value. Deprecated by Float.
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
   * Of scheduled, the hours that lie ahead. Documented by Float in 2020; null where the server does not send it.
   */
  futureScheduled?: null | number;
  /**
   * Of billable, the hours that lie ahead. Documented by Float in 2020; null where the server does not send it.
   */
  futureBillable?: null | number;
  /**
   * Of nonBillable, the hours that lie ahead. Documented by Float in 2020; null where the server does not send it.
   */
  futureNonBillable?: null | number;
  /**
   * Of overtime, the hours that lie ahead. Documented by Float in 2020; null where the server does not send it.
   */
  futureOvertime?: null | number;
  /**
   * What has no column of its own, under Float's names: fields that this connector does not declare, and values that do not fit the type of their column, which is null then. Null if there is nothing of the kind.
   */
  additional_fields?: null | {
    [k: string]: unknown;
  };
}
