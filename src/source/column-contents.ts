import { codeOf } from './code.ts';
import type { REQUIRED_ROLES } from './column-roles.ts';
import type { KnownEvents } from './known-events.ts';
import { EARLIEST_MICROS } from './plausible-time.ts';
import { AUTO, TimeReader } from './time.ts';
import { TimeCandidates } from './time-candidates.ts';

type RequiredRole = (typeof REQUIRED_ROLES)[number];

/** Records looked at. */
export const MOST_ROWS = 200;
/** So many of the values have to fit: a bad record among many is no reason for doubt. */
const NEARLY_ALL = 0.9;
const MOST = 0.5;

const LATEST_MICROS = Date.UTC(2200, 0, 1) * 1000;
const EMAIL = /^[^\s@]+@[^\s@]+$/u;

/** Columns, 0-based, by what their values are. */
export type Candidates = Readonly<Record<RequiredRole, readonly number[]>>;

/** Says what the columns of a table hold, from their values alone. */
export class ColumnContents {
  readonly #timeFormat: string;
  readonly #timeZone: string;
  /** Both are made when they are needed: of most files only the header is looked at. */
  #times: TimeReader | null = null;
  /** Where no setting says how times are written: those that have to be looked at together. */
  #candidates: TimeCandidates | null = null;
  readonly #known: KnownEvents;

  constructor(timeFormat: string, timeZone: string, known: KnownEvents) {
    this.#timeFormat = timeFormat;
    this.#timeZone = timeZone;
    this.#known = known;
  }

  /** Whether these are fields of an audit record, in whatever order. */
  isRecord(fields: readonly string[]): boolean {
    return fields.length >= 3 && fields.some((text) => this.isTime(text)) && fields.some((text) => this.#isCode(text));
  }

  /** Whether they may be, of an export that says nothing else: there is a time and a number among them. */
  mayBeRecord(fields: readonly string[]): boolean {
    const values = fields.filter((text) => text.trim() !== '');
    const times = values.filter((text) => this.isTime(text));
    return values.length >= 3 && times.length > 0 && values.some((text) => codeOf(text) >= 0 && !times.includes(text));
  }

  /** Whether a value is a time, and one that an event can have. */
  isTime(text: string): boolean {
    const bytes = Buffer.from(text.trim());
    this.#times ??= new TimeReader(this.#timeFormat, this.#timeZone);
    const times = this.#times;
    if (times.read(bytes, 0, bytes.length)) return times.micros >= EARLIEST_MICROS && times.micros <= LATEST_MICROS;
    if (this.#timeFormat !== AUTO) return false;
    this.#candidates ??= new TimeCandidates(this.#timeZone);
    return this.#candidates.read(bytes, 0, bytes.length);
  }

  /** Which columns can be what, given the columns that are known by name. */
  candidates(rows: readonly (readonly string[])[], named: Readonly<Partial<Record<RequiredRole, number>>>): Candidates {
    const columns = (rows[0] ?? []).map((_, index) => index);
    const free = columns.filter((index) => !Object.values(named).includes(index));
    const fits = (share: number, holds: (row: readonly string[], index: number) => boolean) =>
      free.filter((index) => rows.filter((row) => holds(row, index)).length >= Math.max(1, rows.length * share));
    const time = pick(named.time) ?? fits(NEARLY_ALL, (row, index) => this.isTime(row[index]!));
    const code =
      pick(named.code) ??
      fits(NEARLY_ALL, (row, index) => codeOf(row[index]!) >= 0).filter((index) =>
        holdsFor(rows, MOST, (row) => this.#isCode(row[index]!)),
      );
    return { time, code, message: pick(named.message) ?? this.#messages(rows, free, code) };
  }

  /** Whether a column holds names of accounts, as they sign in: clear only where each value is an address. */
  isAccounts(rows: readonly (readonly string[])[], index: number): boolean {
    const values = rows.map((row) => row[index]!.trim()).filter((value) => value !== '');
    return values.length > 0 && values.every((value) => EMAIL.test(value));
  }

  #messages(rows: readonly (readonly string[])[], free: readonly number[], codes: readonly number[]): number[] {
    const [code] = codes;
    if (code === undefined || codes.length > 1) return [];
    const known = rows.filter((row) => this.#isCode(row[code]!));
    const reads = (row: readonly string[], index: number) => this.#known.isMessage(codeOf(row[code]!), row[index]!);
    return free.filter((index) => index !== code && holdsFor(known, MOST, (row) => reads(row, index)));
  }

  #isCode(text: string): boolean {
    const code = codeOf(text);
    return code >= 0 && this.#known.isCode(code);
  }
}

function pick(named: number | undefined): readonly number[] | undefined {
  return named === undefined ? undefined : [named];
}

function holdsFor<T>(all: readonly T[], share: number, holds: (each: T) => boolean): boolean {
  return all.length > 0 && all.filter(holds).length >= all.length * share;
}
