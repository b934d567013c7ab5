import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import type { Batch, Rows } from '../present/index.ts';
import { rowsOfResult } from './engine-rows.ts';

/** What is run, and with which values of its parameters. */
export interface Statement {
  readonly sql: string;
  readonly values: Readonly<Record<string, DuckDBValue>>;
  /** How many of its rows are wanted with their values; left out, all are. */
  readonly whole?: number;
}

/**
 * The rows of a statement, which the engine makes while they are taken: it holds a few thousand of them at a time.
 *
 * `duckdb_fetch_chunk` tells no error from the end, so the statement runs in a transaction of its own: one that failed has
 * aborted it, and that shows at the end. Why is what an `EXPLAIN ANALYZE` of it says. One connection makes the rows of one
 * statement at a time; whoever asks something else holds the rest first.
 */
export class RowStream {
  readonly rows: Rows;
  readonly #connection: DuckDBConnection;
  readonly #statement: Statement;
  readonly #batches: AsyncIterator<Batch>;
  readonly #held: Batch[] = [];
  #turn: Promise<unknown> = Promise.resolve();
  #failure: { readonly error: unknown } | null = null;
  #isOver = false;

  private constructor(connection: DuckDBConnection, statement: Statement, made: Rows) {
    this.#connection = connection;
    this.#statement = statement;
    this.#batches = made.batches[Symbol.asyncIterator]();
    this.rows = { ...made, batches: this.#taken() };
  }

  /**
   * Begins to run a statement. What is wrong with it shows here, as far as its first rows tell.
   * @returns null within a transaction
   */
  static async open(connection: DuckDBConnection, statement: Statement): Promise<RowStream | null> {
    try {
      await connection.run('BEGIN TRANSACTION');
    } catch (error) {
      if (error instanceof Error && error.message.includes('within a transaction')) return null;
      throw error;
    }
    try {
      const result = await connection.stream(statement.sql, { ...statement.values });
      const stream = new RowStream(connection, statement, await rowsOfResult(result, statement.whole));
      const first = await stream.#pull();
      if (first !== null) stream.#held.push(first);
      return stream;
    } catch (error) {
      await connection.run('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  /** Has the engine give all that is left, so that it can be asked something else. */
  async hold(): Promise<void> {
    await this.#inTurn(async () => {
      try {
        for (let batch = await this.#pull(); batch !== null; batch = await this.#pull()) this.#held.push(batch);
      } catch (error) {
        this.#failure = { error };
      }
    });
  }

  async *#taken(): AsyncGenerator<Batch> {
    try {
      for (;;) {
        const batch = await this.#inTurn(async () => {
          const held = this.#held.shift();
          if (held !== undefined) return held;
          if (this.#failure !== null) throw this.#failure.error;
          return await this.#pull();
        });
        if (batch === null) return;
        yield batch;
      }
    } finally {
      await this.#inTurn(() => this.#drop());
    }
  }

  /** The next rows of the engine; null once there are no more. */
  async #pull(): Promise<Batch | null> {
    if (this.#isOver) return null;
    const { done, value } = await this.#batches.next();
    if (done !== true) return value;
    this.#isOver = true;
    await this.#ended();
    return null;
  }

  async #ended(): Promise<void> {
    try {
      await this.#connection.run('SELECT 1');
    } catch (error) {
      await this.#connection.run('ROLLBACK').catch(() => undefined);
      throw await this.#cause(error);
    }
    await this.#connection.run('COMMIT');
  }

  /** Why rows ended before their time. */
  async #cause(aborted: unknown): Promise<unknown> {
    const { sql, values } = this.#statement;
    return await this.#connection.run(`EXPLAIN ANALYZE ${sql}`, { ...values }).then(
      () => aborted,
      (error: unknown) => error,
    );
  }

  /** Rows that nobody takes any more. */
  async #drop(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    await this.#connection.run('ROLLBACK').catch(() => undefined);
  }

  async #inTurn<T>(does: () => Promise<T>): Promise<T> {
    const before = this.#turn;
    const result = before.then(does);
    this.#turn = result.catch(() => undefined);
    return await result;
  }
}
