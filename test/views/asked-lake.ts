import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { answerOf, objectsOf } from '../../src/asking/answer.ts';
import { connect } from '../../src/asking/duckdb.ts';
import { quarantineFiles } from '../../src/asking/quarantine-files.ts';
import { openTables } from '../../src/lake/index.ts';
import { localStorage } from '../../src/storage/index.ts';
import { ingest, land } from '../support/lake.ts';

export type Row = Record<string, unknown>;

/** A lake in a folder of its own, asked in this process. */
export class AskedLake {
  readonly folder: string;
  readonly connection: DuckDBConnection;
  readonly #remove: boolean;

  private constructor(folder: string, connection: DuckDBConnection, remove: boolean) {
    this.folder = folder;
    this.connection = connection;
    this.#remove = remove;
  }

  /** Ingests raw files, given by name and content. */
  static async of(
    files: Readonly<Record<string, string | Uint8Array>>,
    options: Readonly<Record<string, string>> = {},
  ): Promise<AskedLake> {
    const folder = await mkdtemp(join(tmpdir(), "views [o'clock] *-"));
    const storage = localStorage(folder);
    for (const [name, content] of Object.entries(files)) await land(storage, name, content);
    // The files of one lake are not of one exporter: they differ in columns.
    await ingest(storage, options, undefined, true);
    return AskedLake.open(folder, true);
  }

  /** A lake that is there already. */
  static async open(folder: string, remove = false): Promise<AskedLake> {
    const storage = localStorage(folder);
    const tables = await openTables(storage);
    assert.ok(tables, `no table in ${folder}`);
    const quarantine = await quarantineFiles(storage);
    const { connection } = await connect({ folder, tables, quarantine });
    return new AskedLake(folder, connection, remove);
  }

  async query(sql: string): Promise<Row[]> {
    return objectsOf(await answerOf(this.connection, sql));
  }

  /** The names and types of a view's columns. */
  async columns(view: string): Promise<string[][]> {
    return (await this.query(`DESCRIBE ${view}`)).map((row) => [
      String(row['column_name']),
      String(row['column_type']),
    ]);
  }

  async close(): Promise<void> {
    this.connection.closeSync();
    if (this.#remove) await rm(this.folder, { recursive: true });
  }
}

export const HEADER = 'time,code,message,user name\n';

/** A record under {@link HEADER}. */
export function record(code: number, message: string, time = '2026-03-01T10:00:00Z', actor = 'li'): string {
  return `${time},${code},"${message.replaceAll('"', '""')}",${actor}\n`;
}
