import * as kit from 'source-float/cdk';
import { formatDatetime } from './datetime.ts';
import type { Resource, RestTable } from './rest-table.ts';
import { ADDITIONAL_FIELDS, schemaOf } from './schema.ts';

interface Config {
  readonly base_url: string;
  readonly token: string;
}

const NAME = 'source-rest-table';
const VERSION = '0.1.0';
const MOST_REQUESTS_AT_ONCE = 4;

/** A source that reads the resources of a table. Tests pass a `transport` without sockets. */
export function restTableSource(table: RestTable, transport?: kit.OpenTransport): kit.Source<Config> {
  const form = formOf(table);
  return {
    name: NAME,
    version: VERSION,
    specification: async () => ({ connectionSpecification: form }),
    configure: (raw) => kit.requireValidConfig<Config>(raw, form, { base_url: kit.baseUrlProblems }),
    async open({ base_url, token }, context) {
      const options: kit.ClientOptions = {
        baseUrl: base_url,
        headers: { Authorization: `Bearer ${token}`, Accept: 'application/json', 'User-Agent': `${NAME}/${VERSION}` },
        quotas: table.client.quotas,
        maxConcurrentRequests: MOST_REQUESTS_AT_ONCE,
        policy: kit.errorPolicy({ wrongCredentials: { advice: 'Check token in the config.' } }),
      };
      const client = await kit.openClient(options, context, transport);
      const lists = await kit.openPagedLists(context, { maxPagesAhead: MOST_REQUESTS_AT_ONCE });
      return {
        streams: table.resources.map((resource) => lists.stream(listOf(resource, table, client))),
        maxConcurrentStreams: MOST_REQUESTS_AT_ONCE,
        check: () => check(table, client),
        close: () => client.close(),
      };
    },
  };
}

/** The form of the config. */
function formOf({ client }: RestTable): kit.JsonObject {
  const token = { type: 'string', title: 'API token', airbyte_secret: true, order: 0 };
  const base_url = { type: 'string', title: 'Base URL', default: client.base_url, order: 1 };
  return { type: 'object', title: 'REST table', required: ['token'], properties: { token, base_url } };
}

/** A resource as a list of the kit: how to request a page, and where its rows are. */
function listOf(resource: Resource, table: RestTable, client: kit.HttpClient): kit.PagedList {
  const { name, primary_key, columns, endpoint } = { ...table.resource_defaults, ...resource };
  const { path, params, incremental, data_selector = table.resource_defaults.endpoint.data_selector } = endpoint;
  const { page_param, limit_param, limit, count_headers = {} } = table.client.paginator;
  const primaryKey = typeof primary_key === 'string' ? ([primary_key] as const) : primary_key;
  const filter = (since: string | undefined): kit.Params => {
    if (incremental === undefined || since === undefined) return {};
    return { [incremental.start_time_option.field_name]: formatDatetime(since, incremental.datetime_format) };
  };
  const countsIn = (headers: kit.Headers): Partial<kit.PageContent> =>
    Object.fromEntries(
      Object.entries(count_headers).map(([count, header]) => [count, kit.wholeNumberIn(headers.get(header))]),
    );
  return {
    name,
    primaryKey,
    jsonSchema: schemaOf({ ...table.resource_defaults.columns, ...columns }, primaryKey[0]),
    additionalFields: ADDITIONAL_FIELDS,
    unknownFieldsLevel: 'INFO',
    ...(incremental && {
      cursorField: incremental.cursor_field,
      startDate: kit.toUtcTimestamp(incremental.start_datetime),
    }),
    perPage: limit,
    getPage: ({ page, size, since, signal }) => {
      const query = { ...params, ...filter(since), [page_param]: page, [limit_param]: size };
      return client.get({ name, path: `/${path}` }, query, { signal });
    },
    contentOf: ({ body, headers }) => ({ ...countsIn(headers), rows: kit.rowsAt(body, data_selector, name) }),
  };
}

/** Requests one row of the first resource, to check the address and the token. */
async function check(table: RestTable, client: kit.HttpClient): Promise<void> {
  const [first] = table.resources;
  if (first === undefined) return;
  const { name, endpoint } = first;
  const { page_param, limit_param } = table.client.paginator;
  const query = { ...endpoint.params, [page_param]: 1, [limit_param]: 1 };
  const { body } = await client.get({ name, path: `/${endpoint.path}` }, query, { patience: kit.CHECK_PATIENCE });
  kit.rowsAt(body, endpoint.data_selector ?? table.resource_defaults.endpoint.data_selector, name);
}
