import process from 'node:process';
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { openTablesAsTheyStand } from '../lake/index.ts';
import type { PeopleMask } from '../masking/index.ts';
import { type Batch, type Rows, UsageError, visible } from '../present/index.ts';
import type { Settings } from '../settings/index.ts';
import { makeScratch, type ScratchFolder, type Storage } from '../storage/index.ts';
import { literal, VIEWS } from '../views/index.ts';
import { connect, filesOfViews, hasManyFiles, lacksColumn, locationsOfViews, readEveryColumn } from './duckdb.ts';
import { folderOfLiveFiles } from './lake-cache.ts';
import { type LeftFiles, leftFiles, tablesWithout } from './left-files.ts';
import { lostFile } from './lost-files.ts';
import { maskedRelation, shownColumn, UNMASKED } from './masked-views.ts';
import { type Masking, type MaskRequest, maskingOf, maskOfLake } from './masking.ts';
import { quarantineFiles } from './quarantine-files.ts';
import { checked, type RunOptions, runningRows } from './running-rows.ts';
import { isOneQuery, refuseLinks, restrict } from './sandbox.ts';
import { statementsOf } from './statements.ts';
import { steadyRows } from './steady-rows.ts';
import { eventDays, existingTables } from './tables.ts';

/** The lake that is asked, and what the command around knows. */
export interface AskedLake {
  readonly settings: Pick<Settings, 'lake'>;
  readonly storage: Storage;
  /** Ends what the engine does. */
  readonly signal: AbortSignal;
  /** Is told what takes its time, in one line without a line end. */
  readonly tell: (text: string) => void;
}

/** What is asked, and with which rights. */
export interface SessionOptions {
  /** Whether the views of the quarantine have its files: whoever may read the tables need not have a right to them. */
  readonly quarantine?: boolean;
  /** Whether a statement may do whatever DuckDB can, with all rights of this user; else it reads the views and nothing else. */
  readonly unrestricted?: boolean;
  /** Whether the views give pseudonyms in place of people, and of whom they do not. */
  readonly mask?: MaskRequest;
  /** Where it is asked again and again: up to how many files the engine keeps what it knows of them, a tenth of a megabyte each. */
  readonly keptFiles?: number;
  /** Lake paths of data files that it goes without, since they cannot be read: see {@link LakeSession.left}. */
  readonly without?: ReadonlySet<string>;
}

/** As many files as what is known of them may be kept in a command that asks a lake many statements, and ends. */
export const KEPT_FOR_MANY_STATEMENTS = 3_000;

/** Values for the parameters of a statement, `$name` by their names. */
export type Values = Readonly<Record<string, DuckDBValue>>;

/** What an open session is made of. */
interface OpenedSession {
  readonly left: LeftFiles;
  readonly days: LakeSession['days'];
  readonly version: number;
  readonly connection: DuckDBConnection;
  readonly rights: SessionOptions;
  readonly scratch: ScratchFolder;
  readonly signal: AbortSignal;
  readonly mask: PeopleMask | null;
  /** Whether the views look into every file for its columns, from the beginning. */
  readonly readsEveryColumn: boolean;
  /** Has them do so from now on. */
  readonly readEveryColumn: () => Promise<void>;
  /** What an error means that comes of a file of the lake that is gone; null of any other. */
  readonly lost: (error: unknown) => Error | null;
}

/** The lake as it stood when the session was opened, open to questions in DuckDB's SQL. Close it. */
export class LakeSession {
  /** The first and the last day of which the lake has events, `YYYY-MM-DD`; null where it has none. */
  readonly days: readonly [string, string] | null;
  /** How much it goes without. */
  readonly left: LeftFiles;
  /** The version of audit_events that is asked. */
  readonly version: number;
  /** What an answer has to say of masked names; null where they are not. */
  readonly masking: Masking | null;
  /**
   * The relation of the events as they are, for filters of our own: audit_events, or one that {@link ownRows} alone may read
   * where names are masked. What is shown of it goes through {@link shown}.
   */
  readonly realEvents: string;
  readonly #made: OpenedSession;
  readonly #interrupt: () => void;
  #readsEveryColumn: boolean;
  #holdRest: () => Promise<void> = async () => undefined;
  #opening: Promise<unknown> = Promise.resolve();

  private constructor(made: OpenedSession) {
    this.#made = made;
    this.days = made.days;
    this.left = made.left;
    this.version = made.version;
    this.#readsEveryColumn = made.readsEveryColumn;
    this.masking = made.mask && maskingOf(made.mask);
    this.realEvents = made.mask === null ? 'audit_events' : `${UNMASKED}.audit_events`;
    // The process could not end while the engine works.
    this.#interrupt = () => made.connection.interrupt();
    made.signal.addEventListener('abort', this.#interrupt);
    process.on('exit', this.#interrupt);
  }

  /** @throws UsageError where there is no lake, or nobody is called as who is to be shown unmasked; TableError where a table is gone; StorageFault where a link leads out of the lake */
  static async open(
    { settings: { lake }, storage, signal, tell }: AskedLake,
    rights: SessionOptions = {},
  ): Promise<LakeSession> {
    if (rights.mask !== undefined && rights.unrestricted === true) {
      throw new UsageError(
        '--mask and --unrestricted exclude each other: a statement that may read any file reads names',
      );
    }
    const whole = await existingTables(storage, { lake }, openTablesAsTheyStand);
    const without = rights.without ?? new Set();
    const tables = tablesWithout(whole, without);
    const maskOf = rights.mask && (await maskOfLake(storage, lake, rights.mask));
    const quarantine = rights.quarantine === true ? await quarantineFiles(storage) : null;
    const folder = await folderOfLiveFiles(lake, storage, tables, quarantine, (text) => tell(visible(text)));
    const files = filesOfViews(tables, quarantine);
    await refuseLinks(folder, files);
    const lost = (error: unknown): Error | null => lostFile(error, folder, files);
    const { connection, mask } = await connect({
      ...{ folder, tables, quarantine, signal },
      keptFiles: rights.keptFiles ?? 0,
      ...(maskOf && { maskOf }),
    }).catch((error: unknown) => {
      throw lost(error) ?? error;
    });
    const scratch = await makeScratch('query');
    const session = new LakeSession({
      days: eventDays(whole.events),
      left: leftFiles(whole, without),
      version: tables.events.version,
      ...{ connection, rights, scratch, signal, mask, lost },
      readsEveryColumn: !hasManyFiles(tables),
      readEveryColumn: async () => {
        tell(
          `the files have different columns, and there are ${tables.events.files.size}: compact saves memory and time`,
        );
        await readEveryColumn(connection, folder, tables, mask === null ? '' : `${UNMASKED}.`);
      },
    });
    try {
      // Whoever interrupted before this is not heard by the engine.
      signal.throwIfAborted();
      // Its own place for what does not fit into memory is the folder that one happens to be in.
      await connection.run(`SET temp_directory = ${literal(scratch.path)}`);
      if (rights.unrestricted !== true) await restrict(connection, locationsOfViews(folder, tables, quarantine));
      return session;
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  /**
   * Runs one SQL statement. Where names are masked, it reads the views that mask them, and nothing else.
   * @throws UsageError where it cannot be run, also while rows are taken, or does more than read without the right to;
   * StorageFault where a file of the lake is gone since it was opened
   */
  async rows(sql: string, values: Values = {}): Promise<Rows> {
    return await this.#run(sql, this.#made.rights, values);
  }

  /**
   * As {@link rows}, for whoever shows the first of them and says how many there are: those after the first have no values,
   * which takes a fraction of the time.
   */
  async countedRows(sql: string, whole: number): Promise<Rows> {
    return await this.#run(sql, { ...this.#made.rights, whole }, {});
  }

  /**
   * Runs one SQL statement of our own, which may filter by what is not masked: see {@link realEvents}.
   * @throws UsageError where it cannot be run, also while rows are taken
   */
  async ownRows(sql: string, values: Values = {}): Promise<Rows> {
    const { mask: _, ...rights } = this.#made.rights;
    return await this.#run(sql, rights, values);
  }

  /** SQL of a relation of events as they are shown, from SQL of a query that gives all columns of {@link realEvents}, and perhaps others. */
  shown(query: string): string {
    if (this.#made.mask === null) return `(${query})`;
    return maskedRelation(query, VIEWS.audit_events.columns, this.#made.mask.hasShortNames);
  }

  /** SQL of a single column of {@link realEvents} as it is shown: what events are put in order by, so that the order tells no more. */
  shownColumn(name: string): string {
    return this.#made.mask === null ? name : shownColumn(name, this.#made.mask.hasShortNames);
  }

  /** What is shown in place of an `event_uid`, or another id or digest that is made of what records say. */
  shownId(id: string): string {
    return this.#made.mask === null ? id : (this.#made.mask.ids.shown([id])[0] ?? id);
  }

  /** The `event_uid` in whose place another is shown; of what none can be shown as, that itself. */
  realId(shown: string): string {
    return this.#made.mask?.ids.real(shown) ?? shown;
  }

  /** A sentence of the program with ids and digests in it as they are shown. */
  withShownIds(text: string): string {
    return this.#made.mask === null ? text : this.#made.mask.ids.text(text);
  }

  /**
   * What is shown of a text that comes from no view: a raw record, a path, who did something.
   * @param own names that are looked for in this text only, however short
   */
  masked(text: string, own: readonly string[] = []): string {
    const mask = this.#made.mask;
    return mask === null ? text : mask.json(text, (each) => mask.text(each, own));
  }

  /** What is shown in place of a value that names a person. */
  pseudonym(value: string): string {
    return this.#made.mask === null ? value : this.#made.mask.person(value);
  }

  /** The values of the lake that a pseudonym stands for, for filters of our own: they are shown to nobody. */
  behind(pseudonym: string): readonly string[] {
    return this.#made.mask === null ? [] : this.#made.mask.behind(pseudonym);
  }

  /**
   * The statements of a text, each found to be one that may be run, as far as that shows before any is.
   * @throws UsageError where there is none, or one of them cannot be run
   */
  async statements(text: string): Promise<string[]> {
    const statements = statementsOf(text);
    if (statements.length === 0) {
      throw new UsageError('expected an SQL statement, found none: the text is empty, or only a comment');
    }
    // What one of them makes is there for the next, where they may make anything.
    if (this.#made.rights.unrestricted === true) return statements;
    try {
      for (const sql of statements) await checked(this.#made.connection, sql, this.#made.rights);
      return statements;
    } catch (error) {
      throw this.#made.lost(error) ?? error;
    }
  }

  async #run(sql: string, rights: RunOptions, values: Values): Promise<Rows> {
    const open = this.#opening.then(() => this.#open(sql, rights, values));
    this.#opening = open.catch(() => undefined);
    return await open;
  }

  async #open(sql: string, rights: RunOptions, values: Values): Promise<Rows> {
    const rows = await this.#steady(sql, rights, values);
    const note = this.masking?.note;
    const noted = note === undefined ? rows : { ...rows, note };
    const counting = `SELECT count(*) FROM (\n${sql}\n)`;
    if (!(await isOneQuery(this.#made.connection, sql))) return noted;
    return { ...noted, count: async () => await countIn(await this.#run(counting, { ...rights, whole: 1 }, values)) };
  }

  async #steady(sql: string, rights: RunOptions, values: Values): Promise<Rows> {
    const again = async (error: unknown): Promise<Rows | null> => {
      if (this.#readsEveryColumn || !lacksColumn(error)) return null;
      await this.#made.readEveryColumn();
      this.#readsEveryColumn = true;
      return await this.#begun(sql, rights, values);
    };
    try {
      const rows = await this.#begun(sql, rights, values);
      if (this.#readsEveryColumn) return rows;
      return { ...rows, batches: steadyRows(rows.batches, async (error) => (await again(error))?.batches ?? null) };
    } catch (error) {
      const rows = await again(error);
      if (rows === null) throw error;
      return rows;
    }
  }

  /** Asks the engine, which makes the rows of one statement at a time: what is left of those before it holds first. */
  async #begun(sql: string, rights: RunOptions, values: Values): Promise<Rows> {
    await this.#holdRest();
    try {
      const { rows, hold } = await runningRows(this.#made.connection, sql, rights, values);
      this.#holdRest = hold;
      return { ...rows, batches: this.#ofLake(rows.batches) };
    } catch (error) {
      throw this.#made.lost(error) ?? error;
    }
  }

  async *#ofLake(batches: AsyncIterable<Batch>): AsyncGenerator<Batch> {
    try {
      yield* batches;
    } catch (error) {
      throw this.#made.lost(error) ?? error;
    }
  }

  /** Stops the statement that runs now; whoever waits for its rows is told. */
  interrupt(): void {
    this.#interrupt();
  }

  async close(): Promise<void> {
    this.#made.signal.removeEventListener('abort', this.#interrupt);
    process.off('exit', this.#interrupt);
    this.#made.connection.closeSync();
    await this.#made.scratch.remove();
  }
}

async function countIn({ batches }: Rows): Promise<number> {
  for await (const [row] of batches) return Number(row?.[0]);
  return 0;
}
