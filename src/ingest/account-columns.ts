import type { ExportReader } from '../source/index.ts';

/** Records of a file that are looked at. */
const MOST_RECORDS = 1000;
/** A longer cell is no address, in bytes. */
const LONGEST = 320;
/** No list or object in JSON either, which may hold one: a column for the actor has a text. */
const ADDRESS = /^[^\s@[\]{}"]+@[^\s@[\]{}"]+$/u;

/** Finds columns that nobody names as the actor's and whose values are all addresses, in files that name no actor. */
export class AccountColumns {
  #looked = 0;
  /** Whether all values of a column are addresses so far, by its name; a column without a value is not there. */
  readonly #columns = new Map<string, boolean>();

  /** Looks at the record that a reader has just found. */
  note({ header, row, bytes }: ExportReader): void {
    if (this.#looked === MOST_RECORDS || header.roles.actor_name >= 0 || header.roles.actor_id >= 0) return;
    this.#looked++;
    for (const [at, { index }] of header.extras.entries()) {
      const [start, end] = [row.extraStarts[at]!, row.extraEnds[at]!];
      const name = header.names[index];
      if (name === undefined || end <= start || this.#columns.get(name) === false) continue;
      this.#columns.set(name, end - start <= LONGEST && ADDRESS.test(bytes.toString('utf8', start, end).trim()));
    }
  }

  /** Their names, as the header writes them. */
  get names(): readonly string[] {
    return [...this.#columns].flatMap(([name, holdsAddresses]) => (holdsAddresses ? [name] : []));
  }
}
