import { type Company, keyOf } from '../../mock-api/company.ts';
import type { Key, Row } from '../../mock-api/rows.ts';
import { STREAMS, type StreamName } from './streams.ts';

/** What happens to the company, between two syncs or between two requests. `pick` chooses one of the existing rows. */
export type Edit =
  | { kind: 'insert'; stream: StreamName }
  /** An unstamped update is a change that Float does not stamp, such as a change of a project's team. */
  | { kind: 'update' | 'unstamped update' | 'archive'; stream: StreamName; pick: number }
  | { kind: 'delete'; stream: StreamName; pick: number; rows: number }
  /** One row is deleted and another inserted at once, so the number of rows does not change. */
  | { kind: 'swap'; stream: StreamName; pick: number }
  /** Float undoes a deletion. If the row has its old stamp, no list of changed rows contains it. */
  | { kind: 'restore'; stream: StreamName; pick: number; stamp: 'old' | 'new' };

/** What the judge needs to know about the history of a stream. */
export interface Past {
  deletions: number;
  /** Whether the stream ever had no row. */
  wasEmpty: boolean;
  /** How often a row came back with its old stamp. */
  restorations: number;
  /** Rows that came back with their old stamps and were not updated since. */
  readonly restored: Set<string>;
  /** Rows whose last update did not change the stamp. */
  readonly unstamped: Set<string>;
}

/** People at work in the company. */
export class Edits {
  private readonly company: Company;
  private readonly deleted = new Map<StreamName, Row[]>();
  private readonly pasts = new Map<StreamName, Past>();
  private written = 0;

  constructor(company: Company) {
    this.company = company;
  }

  past(stream: StreamName): Past {
    const past = this.pasts.get(stream) ?? {
      deletions: 0,
      wasEmpty: this.isEmpty(stream),
      restorations: 0,
      restored: new Set(),
      unstamped: new Set(),
    };
    this.pasts.set(stream, past);
    return past;
  }

  make(edit: Edit): void {
    const { stream } = edit;
    switch (edit.kind) {
      case 'insert':
        this.insert(stream);
        break;
      case 'update':
        this.stamp(stream, edit.pick, () => this.note());
        break;
      case 'unstamped update':
        this.update(stream, edit.pick, (row) => {
          this.past(stream).unstamped.add(this.nameOf(stream, row));
          return { ...this.note(), modified: row.modified ?? null };
        });
        break;
      case 'archive':
        this.stamp(stream, edit.pick, ({ active }) => ({ active: active === 0 ? 1 : 0 }));
        break;
      case 'delete':
        for (let n = 0; n < edit.rows; n += 1) this.delete(stream, edit.pick);
        break;
      case 'swap':
        this.delete(stream, edit.pick);
        this.insert(stream);
        break;
      case 'restore':
        this.restore(stream, edit.pick, edit.stamp);
    }
  }

  private insert(stream: StreamName): void {
    this.company.insert(STREAMS[stream].endpoint, this.note());
  }

  /** An update with a new stamp, so that lists of changed rows contain the row. */
  private stamp(stream: StreamName, pick: number, patch: (row: Row) => Row): void {
    this.update(stream, pick, (row) => {
      const { restored, unstamped } = this.past(stream);
      for (const keys of [restored, unstamped]) keys.delete(this.nameOf(stream, row));
      return patch(row);
    });
  }

  private update(stream: StreamName, pick: number, patch: (row: Row) => Row): void {
    const row = this.pick(stream, pick);
    if (row !== undefined) this.company.update(STREAMS[stream].endpoint, this.keyOf(stream, row), patch(row));
  }

  private delete(stream: StreamName, pick: number): void {
    const row = this.pick(stream, pick);
    if (row === undefined) return;
    this.company.remove(STREAMS[stream].endpoint, this.keyOf(stream, row));
    this.deleted.set(stream, [...(this.deleted.get(stream) ?? []), row]);
    const past = this.past(stream);
    past.deletions += 1;
    past.wasEmpty ||= this.isEmpty(stream);
  }

  private restore(stream: StreamName, pick: number, stamp: 'old' | 'new'): void {
    const rows = this.deleted.get(stream) ?? [];
    const [row] = rows.splice(pick % Math.max(1, rows.length), 1);
    if (row === undefined) return;
    const { endpoint, nativeKey } = STREAMS[stream];
    if (stamp === 'new') {
      this.company.insert(endpoint, { [nativeKey]: this.keyOf(stream, row), ...this.note() });
      return;
    }
    const past = this.past(stream);
    past.restorations += 1;
    past.restored.add(this.nameOf(stream, row));
    this.company.insert(endpoint, row);
  }

  private isEmpty(stream: StreamName): boolean {
    return this.company.rows(STREAMS[stream].endpoint).length === 0;
  }

  private pick(stream: StreamName, pick: number): Row | undefined {
    const rows = this.company.rows(STREAMS[stream].endpoint);
    return rows[pick % Math.max(1, rows.length)];
  }

  private keyOf(stream: StreamName, row: Row): Key {
    return keyOf(STREAMS[stream].endpoint, row);
  }

  private nameOf(stream: StreamName, row: Row): string {
    return String(this.keyOf(stream, row));
  }

  /** A field that rows of all six streams have, with another value in each edit. */
  private note(): { notes: string } {
    this.written += 1;
    return { notes: `edit ${this.written}` };
  }
}
