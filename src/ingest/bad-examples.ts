import type { BadExample } from '../lake/index.ts';
import type { BadReason, ExportReader } from '../source/index.ts';

/** So many records are quoted of those that are bad for one reason. */
const MOST_EXAMPLES = 3;
/** Of a cell or a record so many bytes are quoted. */
const MOST_BYTES = 80;

/** The first records of a file that are no audit records, by reason, with what is wrong in them: for people, and no log. */
export class BadExamples {
  /** How many records each reason has. */
  readonly counts: Partial<Record<BadReason, number>> = {};
  readonly #found = new Map<BadReason, BadExample[]>();

  /** Takes the record that a reader has just found to be bad. */
  note(reader: ExportReader): void {
    const { reason, row } = reader;
    this.counts[reason] = (this.counts[reason] ?? 0) + 1;
    const examples = this.#found.get(reason) ?? [];
    if (examples.length === MOST_EXAMPLES) return;
    examples.push({ reason, record: row.number, value: quoted(reader) });
    this.#found.set(reason, examples);
  }

  /** All of them, reason by reason in the order in which these came. */
  get all(): BadExample[] {
    return [...this.#found.values()].flat();
  }
}

/** The cell that a record is bad for, else the beginning of the record. */
function quoted({ reason, row, bytes }: ExportReader): string {
  const [start, end] = CELLS[reason]?.(row) ?? [row.rawStart, row.rawEnd];
  const text = bytes.toString('utf8', start, Math.min(end, start + MOST_BYTES));
  return end - start > MOST_BYTES ? `${text}…` : text;
}

type Cell = (row: ExportReader['row']) => readonly [start: number, end: number];

const time: Cell = ({ timeStart, timeEnd }) => [timeStart, timeEnd];
const code: Cell = ({ codeStart, codeEnd }) => [codeStart, codeEnd];

const CELLS: Readonly<Partial<Record<BadReason, Cell>>> = {
  time_unreadable: time,
  time_out_of_range: time,
  code_unreadable: code,
};
