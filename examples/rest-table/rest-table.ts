import type { Params, Quotas } from 'source-float/cdk';

/** A REST API as data, in the words of dlt's `rest_api` source. */
export interface RestTable {
  /** `base_url`: the default of the config's. */
  readonly client: { base_url: string; auth: { type: 'bearer' }; paginator: Paginator; quotas: Quotas };
  readonly resource_defaults: Defaults;
  readonly resources: readonly Resource[];
}

/** The first page has the number 1. `limit`: rows of a page, the most that the API gives. */
interface Paginator {
  readonly type: 'page_number';
  readonly page_param: string;
  readonly limit_param: string;
  readonly limit: number;
  /** Ours, not dlt's: headers with the counts of a list. Right counts save requests, and show rows that did not come. */
  readonly count_headers?: Readonly<Partial<Record<'totalCount' | 'pageCount' | 'perPage', string>>>;
}

interface Defaults {
  readonly primary_key: string | readonly [string, ...string[]];
  /** Fields with a column of their own, those of the primary key and the cursor among them. */
  readonly columns: Columns;
  readonly endpoint: { readonly data_selector: string };
}

export interface Resource extends Partial<Omit<Defaults, 'endpoint'>> {
  readonly name: string;
  readonly endpoint: { path: string; data_selector?: string; params?: Params; incremental?: Incremental };
}

/** How a list is asked for rows changed since an instant, that instant included. `datetime_format`: as in strftime, UTC. */
export interface Incremental {
  readonly cursor_field: string;
  readonly start_datetime: string;
  readonly datetime_format: string;
  readonly start_time_option: { inject_into: 'request_parameter'; field_name: string };
}

export type Columns = Readonly<Record<string, { data_type: DataType }>>;
export type DataType = 'text' | 'bigint' | 'double' | 'bool' | 'date' | 'timestamp';
