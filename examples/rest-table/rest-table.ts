import type { Params, Quotas } from 'source-float/cdk';

/** A REST API as data, with the names of dlt's `rest_api` source. */
export interface RestTable {
  /** `base_url`: the default in the config. */
  readonly client: { base_url: string; auth: { type: 'bearer' }; paginator: Paginator; quotas: Quotas };
  readonly resource_defaults: Defaults;
  readonly resources: readonly Resource[];
}

/** The first page has the number 1. `limit`: rows per page, as many as the API allows. */
interface Paginator {
  readonly type: 'page_number';
  readonly page_param: string;
  readonly limit_param: string;
  readonly limit: number;
  /** Not in dlt: headers with the counts of a list. Correct counts save requests, and reveal missing rows. */
  readonly count_headers?: Readonly<Partial<Record<'totalCount' | 'pageCount' | 'perPage', string>>>;
}

interface Defaults {
  readonly primary_key: string | readonly [string, ...string[]];
  /** Fields with a column, including the primary key and the cursor. */
  readonly columns: Columns;
  readonly endpoint: { readonly data_selector: string };
}

export interface Resource extends Partial<Omit<Defaults, 'endpoint'>> {
  readonly name: string;
  readonly endpoint: { path: string; data_selector?: string; params?: Params; incremental?: Incremental };
}

/** How to request rows changed at or after a time. `datetime_format`: as in strftime, UTC. */
export interface Incremental {
  readonly cursor_field: string;
  readonly start_datetime: string;
  readonly datetime_format: string;
  readonly start_time_option: { inject_into: 'request_parameter'; field_name: string };
}

export type Columns = Readonly<Record<string, { data_type: DataType }>>;
export type DataType = 'text' | 'bigint' | 'double' | 'bool' | 'date' | 'timestamp';
