/** A small Airbyte destination: one typed table for each stream in a DuckDB file. */
import { rm } from 'node:fs/promises';
import { type DuckDBAppender, type DuckDBConnection, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import type { JsonObject } from '../src/cdk/protocol/json.ts';
import type { ConfiguredStream } from './airbyte.ts';
import { Failure } from './failure.ts';

/** When the connector emitted the current version of the row. */
const EXTRACTED_AT = '_airbyte_extracted_at';
/** Set if the row was deleted at the source. */
const DELETED_AT = '_ab_cdc_deleted_at';

interface Table extends ReturnType<typeof mergeOf> {
  readonly configured: ConfiguredStream;
  /** SQL names of the table, and of the staging table with records as text. */
  readonly name: string;
  readonly raw: string;
  readonly appender: DuckDBAppender;
}

/** How many rows of a table a sync changed. */
export interface Changes {
  added: number;
  changed: number;
  deleted: number;
}

export class Destination {
  private readonly instance: DuckDBInstance;
  private readonly connection: DuckDBConnection;
  private readonly tables = new Map<string, Table>();

  /** Replaces the file. */
  static async create(file: string): Promise<Destination> {
    for (const old of [file, `${file}.wal`]) await rm(old, { force: true });
    return Destination.open(file);
  }

  /** Opens the file, or creates it. */
  static async open(file: string): Promise<Destination> {
    const instance = await DuckDBInstance.create(file).catch((error: Error) => {
      throw new Failure(`${file} cannot be opened: ${error.message}`, { cause: error });
    });
    return new Destination(instance, await instance.connect());
  }

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.instance = instance;
    this.connection = connection;
  }

  /** Call once for each stream before its first record. Rows of earlier syncs stay. */
  async prepare(configured: ConfiguredStream): Promise<void> {
    const { name: stream, json_schema: schema } = configured.stream;
    this.tables.get(stream)?.appender.closeSync();
    const columns = Object.entries(schema.properties as Record<string, Property>).map(
      ([field, property]) => ({ field, name: quoted(field), type: columnType(property) }) as const,
    );
    const name = quoted(stream);
    const raw = quoted(`raw_${stream}`);
    // A file of an earlier version may not have all fields.
    const added = columns.map(
      (column) => `ALTER TABLE ${name} ADD COLUMN IF NOT EXISTS ${column.name} ${column.type};`,
    );
    await this.connection.run(`
      CREATE TABLE IF NOT EXISTS ${name} (${columns.map((column) => `${column.name} ${column.type}`)});
      ${added.join(' ')} ALTER TABLE ${name} ADD COLUMN IF NOT EXISTS ${EXTRACTED_AT} TIMESTAMPTZ;
      CREATE OR REPLACE TEMP TABLE ${raw} (extracted_at BIGINT, data VARCHAR)`);
    const values = columns.map((column) => `${valueIn(column.field, column.type)} AS ${column.name}`);
    values.push(`to_timestamp(extracted_at / 1000) AS ${EXTRACTED_AT}`);
    const appender = await this.connection.createAppender(`raw_${stream}`);
    const fields = columns.map((column) => column.name);
    this.tables.set(stream, { configured, name, raw, appender, ...mergeOf(configured, name, raw, fields, values) });
  }

  append(stream: string, data: JsonObject, emittedAt: number): void {
    const { appender } = this.table(stream);
    appender.appendBigInt(BigInt(emittedAt));
    appender.appendVarchar(JSON.stringify(data));
    appender.endRow();
  }

  /** Call this for each STATE. It stores the records before it, except those of tables in overwrite mode. */
  async checkpoint(stream: string): Promise<Changes> {
    const isComplete = this.table(stream).configured.destination_sync_mode !== 'overwrite';
    return isComplete ? this.complete(stream) : { added: 0, changed: 0, deleted: 0 };
  }

  /** Call when the stream is COMPLETE. */
  async complete(stream: string): Promise<Changes> {
    const { appender, name, raw, count, apply } = this.table(stream);
    appender.flushSync();
    try {
      await this.connection.run('BEGIN');
      const [changes] = await this.query<Changes & { old: number }>(count);
      await this.connection.run(`${apply}; DROP TABLE newest; DELETE FROM ${raw}; COMMIT`);
      const [now] = await this.query<{ rows: number }>(`SELECT count(*) AS rows FROM ${name}`);
      if (changes === undefined || now === undefined) throw new Error('no counts');
      const { old, added, changed } = changes;
      return { added, changed, deleted: old + added - now.rows };
    } catch (error) {
      await this.connection.run('ROLLBACK').catch(() => {});
      const reason = error instanceof Error ? error.message : String(error);
      throw new Failure(`DuckDB could not store the records of ${stream}: ${reason}`, { cause: error });
    }
  }

  /** Runs a query. All numeric types become JavaScript numbers. */
  async query<Row extends object>(sql: string, values: DuckDBValue[] = []): Promise<Row[]> {
    const reader = await this.connection.runAndReadAll(sql, values);
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
    if (table === undefined) throw new Error(`No table was prepared for the stream ${stream}.`);
    return table;
  }
}

/**
 * Returns SQL that counts what the staged records will change, and SQL that applies them. In overwrite mode, they replace the table.
 * Otherwise, of several records with the same key, the one with the newest cursor counts, then the last one. It replaces or deletes
 * the row.
 */
function mergeOf(configured: ConfiguredStream, name: string, raw: string, fields: string[], values: string[]) {
  const isOverwrite = configured.destination_sync_mode === 'overwrite';
  const keys = configured.primary_key.map(([field = '']) => quoted(field));
  // A part of a key may be null.
  const sameKey = keys.map((key) => `old.${key} IS NOT DISTINCT FROM newest.${key}`).join(' AND ');
  const newestFirst = [...configured.cursor_field.map((field) => `${quoted(field)} DESC NULLS LAST`), 'position DESC'];
  const newest = `QUALIFY row_number() OVER (PARTITION BY ${keys} ORDER BY ${newestFirst}) = 1`;
  const lives = !isOverwrite && fields.includes(quoted(DELETED_AT)) ? `newest.${DELETED_AT} IS NULL` : 'true';
  const differs = fields.map((field) => `old.${field} IS DISTINCT FROM newest.${field}`).join(' OR ');
  // Every row has a time of extraction. If it is null, the join found no row.
  return {
    count: `
      CREATE OR REPLACE TEMP TABLE newest AS
        SELECT * EXCLUDE (position) FROM (SELECT rowid AS position, ${values} FROM ${raw}) ${isOverwrite ? '' : newest};
      SELECT
        (SELECT count(*) FROM ${name}) AS old,
        count(*) FILTER (${lives} AND old.${EXTRACTED_AT} IS NULL) AS added,
        count(*) FILTER (${lives} AND old.${EXTRACTED_AT} IS NOT NULL AND (${differs})) AS changed
      FROM newest LEFT JOIN ${name} AS old ON ${sameKey}`,
    apply: `
      DELETE FROM ${name} AS old ${isOverwrite ? '' : `USING newest WHERE ${sameKey}`};
      INSERT INTO ${name} BY NAME FROM newest WHERE ${lives}`,
  };
}

/** The parts of a field's JSON Schema that determine its column type. */
interface Property {
  type?: string | string[];
  format?: string;
  airbyte_type?: string;
}

const TYPES: Record<string, string> = { integer: 'BIGINT', number: 'DOUBLE', boolean: 'BOOLEAN', string: 'VARCHAR' };

function columnType({ type, format, airbyte_type: airbyteType }: Property): string {
  const [one = '', ...more] = [type ?? []].flat().filter((name) => name !== 'null');
  if (format === 'date') return 'DATE';
  if (format === 'date-time') return airbyteType === 'timestamp_without_timezone' ? 'TIMESTAMP' : 'TIMESTAMPTZ';
  return more.length > 0 ? 'JSON' : (TYPES[one] ?? 'JSON');
}

function valueIn(field: string, type: string): string {
  const path = `'$.${JSON.stringify(field).replaceAll("'", "''")}'`;
  return type === 'JSON' ? `nullif(data -> ${path}, 'null'::JSON)` : `(data ->> ${path})::${type}`;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
