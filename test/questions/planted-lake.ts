import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { answerOf, objectsOf } from '../../src/asking/answer.ts';
import { connect } from '../../src/asking/duckdb.ts';
import { type Given, questionFiles, questionText } from '../../src/asking/index.ts';
import { openTables } from '../../src/lake/index.ts';
import type { Question } from '../../src/questions/index.ts';
import { localStorage } from '../../src/storage/index.ts';
import { run } from '../support/cli.ts';
import { AS_OF, INSTANCES, type Plant } from './plant.ts';
import { classicLog, INSTANCE_SETTING, plantsOf, writeExports } from './planted.ts';

export type Found = Record<string, unknown>;

/** A lake with everything that is planted, asked in this process. */
export class PlantedLake {
  readonly folder: string;
  readonly #connection: DuckDBConnection;
  readonly #notes: ReadonlyMap<string, string>;

  private constructor(folder: string, connection: DuckDBConnection, notes: ReadonlyMap<string, string>) {
    this.folder = folder;
    this.#connection = connection;
    this.#notes = notes;
  }

  static async make(): Promise<PlantedLake> {
    const folder = await mkdtemp(path.join(tmpdir(), 'questions-'));
    writeExports(path.join(folder, 'raw'));
    const ingested = await run(['ingest', '--lake', folder, '--instances', INSTANCE_SETTING, '--json']);
    assert.equal(ingested.code, 0, ingested.stderr);
    const { totals } = JSON.parse(ingested.stdout) as { totals: Record<string, number> };
    const plants = new Map<string, Plant[]>(
      INSTANCES.flatMap((instance) => [
        [`raw/${instance}/audit.csv`, plantsOf(instance)] as const,
        [`raw/${classicLog(instance)}`, plantsOf(instance, true)] as const,
      ]),
    );
    const count = [...plants.values()].reduce((sum, own) => sum + own.length, 0);
    assert.deepEqual([totals['committed'], totals['quarantined']], [count, 0]);

    const tables = await openTables(localStorage(folder));
    assert.ok(tables);
    const { connection } = await connect({ folder, tables, quarantine: null });
    // The views once: reading their files again for every question would take most of the time.
    for (const view of ['audit_events', 'audit_event_items']) {
      await connection.run(`CREATE TEMP TABLE ${view} AS FROM main.${view}`);
    }
    const stored = objectsOf(await answerOf(connection, 'SELECT event_uid, source_file, source_row FROM audit_events'));
    const notes = new Map(
      stored.map((row) => [
        String(row['event_uid']),
        plants.get(String(row['source_file']))![Number(row['source_row']) - 1]!.note,
      ]),
    );
    return new PlantedLake(folder, connection, notes);
  }

  /** What is planted under an event_uid. */
  note(uid: unknown): string {
    return this.#notes.get(String(uid)) ?? `no plant has event_uid ${uid}`;
  }

  async query(sql: string): Promise<Found[]> {
    return objectsOf(await answerOf(this.#connection, sql));
  }

  /** The answer to a question, on the day that the plants are made for where no other is given. */
  ask(question: Question, { asOf = AS_OF, ...given }: Given & { readonly asOf?: string } = {}): Promise<Found[]> {
    return this.query(questionText(question, 'duckdb', { to: asOf, ...given }));
  }

  async remove(): Promise<void> {
    this.#connection.closeSync();
    await rm(this.folder, { recursive: true });
  }
}

export const QUESTIONS: readonly Question[] = questionFiles();

export function questionOf(name: string): Question {
  const question = QUESTIONS.find((each) => each.name === name);
  assert.ok(question, `there is no question ${name}`);
  return question;
}
