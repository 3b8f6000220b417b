/** A small Airbyte destination: one typed table a stream in a DuckDB file. */
import { rm } from 'node:fs/promises';
import { type DuckDBAppender, type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { JsonObject } from '../src/cdk/json.ts';
import type { ConfiguredStream } from './airbyte.ts';
import { Failure } from './failure.ts';

/** When the connector sent the row's present version. */
const EXTRACTED_AT = '_airbyte_extracted_at';
/** Filled where the row was deleted at its source. */
const DELETED_AT = '_ab_cdc_deleted_at';

interface Table {
  readonly configured: ConfiguredStream;
  /** SQL names of the table, and of the table where records wait as text until they are merged. */
  readonly name: string;
  readonly raw: string;
  /** SQL of each column's value in a waiting record. */
  readonly values: readonly string[];
  readonly appender: DuckDBAppender;
}

export class Destination {
  private readonly instance: DuckDBInstance;
  private readonly connection: DuckDBConnection;
  private readonly tables = new Map<string, Table>();

  /** Replaces the file. */
  static async create(file: string): Promise<Destination> {
    for (const old of [file, `${file}.wal`]) await rm(old, { force: true });
    const instance = await DuckDBInstance.create(file);
    return new Destination(instance, await instance.connect());
  }

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.instance = instance;
    this.connection = connection;
  }

  /** To be called once for each stream before its first record. Rows of earlier syncs stay. */
  async prepare(configured: ConfiguredStream): Promise<void> {
    const { name: stream, json_schema: schema } = configured.stream;
    this.tables.get(stream)?.appender.closeSync();
    const columns = Object.entries(schema.properties as Record<string, Property>).map(
      ([field, property]) => [field, columnType(property)] as const,
    );
    const declared = columns.map(([field, type]) => `${quoted(field)} ${type}`);
    const name = quoted(stream);
    const raw = quoted(`raw_${stream}`);
    await this.connection.run(`
      CREATE TABLE IF NOT EXISTS ${name} (${declared.join(', ')}, ${EXTRACTED_AT} TIMESTAMPTZ);
      CREATE OR REPLACE TEMP TABLE ${raw} (extracted_at BIGINT, data VARCHAR)`);
    const values = columns.map(([field, type]) => `${valueIn(field, type)} AS ${quoted(field)}`);
    values.push(`to_timestamp(extracted_at / 1000) AS ${EXTRACTED_AT}`);
    const appender = await this.connection.createAppender(`raw_${stream}`);
    this.tables.set(stream, { configured, name, raw, values, appender });
  }

  append(stream: string, data: JsonObject, emittedAt: number): void {
    const { appender } = this.table(stream);
    appender.appendBigInt(BigInt(emittedAt));
    appender.appendVarchar(JSON.stringify(data));
    appender.endRow();
  }

  /** The connector wrote a state: what came before it must be safe. A table that is overwritten waits for the end. */
  async checkpoint(stream: string): Promise<void> {
    const table = this.table(stream);
    if (table.configured.destination_sync_mode === 'append_dedup') await this.merge(table, upsert(table));
  }

  /** The connector said that the stream is complete. */
  async complete(stream: string): Promise<void> {
    const table = this.table(stream);
    await this.merge(table, table.configured.destination_sync_mode === 'overwrite' ? overwrite(table) : upsert(table));
  }

  /** Numbers as numbers, whatever their width. */
  async query<Row extends object>(sql: string): Promise<Row[]> {
    const reader = await this.connection.runAndReadAll(sql);
    const numeric = (value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value);
    return reader
      .getRowObjectsJS()
      .map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, numeric(value)])) as Row);
  }

  close(): void {
    for (const { appender } of this.tables.values()) appender.closeSync();
    this.tables.clear();
    this.connection.closeSync();
    this.instance.closeSync();
  }

  private table(stream: string): Table {
    const table = this.tables.get(stream);
    if (table === undefined) throw new Error(`${stream} was not prepared`);
    return table;
  }

  private async merge({ configured, raw, appender }: Table, statements: string): Promise<void> {
    appender.flushSync();
    try {
      await this.connection.run(`BEGIN; ${statements}; DELETE FROM ${raw}; COMMIT`);
    } catch (error) {
      await this.connection.run('ROLLBACK').catch(() => {});
      const reason = error instanceof Error ? error.message : String(error);
      throw new Failure(`DuckDB did not take the records of ${configured.stream.name}: ${reason}`, { cause: error });
    }
  }
}

function overwrite({ name, raw, values }: Table): string {
  return `DELETE FROM ${name}; INSERT INTO ${name} SELECT ${values} FROM ${raw}`;
}

/** Of records with the same key the one with the newest cursor counts, of equal ones the last; it replaces the row or takes it away. */
function upsert({ name, raw, values, configured }: Table): string {
  const keys = configured.primary_key.map(([field = '']) => quoted(field));
  const newestFirst = ['position DESC'];
  const [cursor] = configured.cursor_field;
  if (cursor !== undefined) newestFirst.unshift(`${quoted(cursor)} DESC NULLS LAST`);
  // A part of a key may be null.
  const sameKey = keys.map((key) => `old.${key} IS NOT DISTINCT FROM newest.${key}`);
  const { properties } = configured.stream.json_schema;
  const hasDeletions = typeof properties === 'object' && properties !== null && DELETED_AT in properties;
  return `
    CREATE OR REPLACE TEMP TABLE newest AS
      SELECT * EXCLUDE (position) FROM (SELECT rowid AS position, ${values} FROM ${raw})
      QUALIFY row_number() OVER (PARTITION BY ${keys} ORDER BY ${newestFirst}) = 1;
    DELETE FROM ${name} AS old USING newest WHERE ${sameKey.join(' AND ')};
    INSERT INTO ${name} FROM newest ${hasDeletions ? `WHERE ${DELETED_AT} IS NULL` : ''};
    DROP TABLE newest`;
}

/** As much of a field's JSON Schema as its type hangs on. */
interface Property {
  type?: string | string[];
  format?: string;
  airbyte_type?: string;
}

function columnType({ type, format, airbyte_type: airbyteType }: Property): string {
  const types = [type ?? []].flat().filter((one) => one !== 'null');
  switch (types.length === 1 ? types[0] : 'several') {
    case 'integer':
      return 'BIGINT';
    case 'number':
      return 'DOUBLE';
    case 'boolean':
      return 'BOOLEAN';
    case 'string':
      if (format === 'date') return 'DATE';
      if (format !== 'date-time') return 'VARCHAR';
      return airbyteType === 'timestamp_without_timezone' ? 'TIMESTAMP' : 'TIMESTAMPTZ';
    default:
      return 'JSON';
  }
}

function valueIn(field: string, type: string): string {
  const path = `'$.${JSON.stringify(field).replaceAll("'", "''")}'`;
  return type === 'JSON' ? `nullif(data -> ${path}, 'null'::JSON)` : `(data ->> ${path})::${type}`;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
