import {
  DAY_MONTH_FORMS,
  type DayMonthForm,
  type DayMonthOrder,
  dayMonthPattern,
  eitherOrderPattern,
  type FormUse,
  type Use,
} from './day-month-form.ts';
import { EARLIEST_MICROS } from './plausible-time.ts';
import { AUTO, TimeReader, type Times } from './time.ts';
import { EXACT, type TimeNote } from './time-zone.ts';

const COMMA = 0x2c;
const COLON = 0x3a;
const ORDERS: readonly DayMonthOrder[] = ['month first', 'day first'];
/** So many times that auto reads, and none before that it does not read, say how a file is written. */
const ENOUGH = 10;

/** A time of the file, and the instants that it is in either order, in microseconds since 1970-01-01T00:00Z; null where it is none. */
export interface TimeExample {
  readonly text: string;
  readonly monthFirst: number | null;
  readonly dayFirst: number | null;
}

/** How the times of a file are to be read, by what they are. */
export type TimeDecision =
  | { readonly kind: 'format'; readonly format: string }
  /** Nothing says which order is meant, or some times are only in one and others only in the other. */
  | {
      readonly kind: 'doubt';
      readonly times: number;
      readonly examples: readonly TimeExample[];
      /** For each order, how it is recorded, and a pattern that says no more than these times need. */
      readonly formats: Readonly<Record<DayMonthOrder, { readonly format: string; readonly shortest: string }>>;
    }
  | { readonly kind: 'none' };

/**
 * Finds out by its times how a file writes them, where no setting says it: as `auto` reads them, or in a form in which month and
 * day are numbers and the year stands behind them. Which number is the month is decided by a time that has one reading, and then
 * for all, or by nothing.
 */
export class TimeCandidates implements Times {
  /** What a survey takes for every time, since nothing depends on it. */
  readonly micros = EARLIEST_MICROS;
  readonly note: TimeNote = EXACT;
  readonly fractionDigits = 0;
  readonly isLocal = false;
  readonly isNewForm = false;
  readonly #auto: TimeReader;
  readonly #forms: FormCount[];
  #usual = 0;
  #autoTimes = 0;
  #others = 0;

  /** @param timeZone IANA zone of times without offset */
  constructor(timeZone: string) {
    this.#auto = new TimeReader(AUTO, timeZone);
    this.#forms = DAY_MONTH_FORMS.map((form) => new FormCount(form, timeZone));
  }

  /** Whether the first times are such that there is nothing to decide. */
  get isPlain(): boolean {
    return this.#autoTimes >= ENOUGH && this.#others === 0;
  }

  /** Whether some candidate reads a time, without counting it. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    return this.#auto.read(bytes, start, end) || this.#formOf(bytes, start, end) !== undefined;
  }

  /** Counts a time of the file. */
  add(bytes: Uint8Array, start: number, end: number): void {
    if (start >= end) return;
    if (this.#auto.read(bytes, start, end)) {
      this.#autoTimes++;
      return;
    }
    this.#others++;
    this.#formOf(bytes, start, end)?.count(bytes, start, end);
  }

  /** What most times of the file say, as far as they were counted. */
  get decision(): TimeDecision {
    const first = this.#forms.reduce((most, form) => (form.times > most.times ? form : most));
    if (this.#autoTimes >= first.times)
      return this.#autoTimes > 0 ? { kind: 'format', format: AUTO } : { kind: 'none' };
    return first.decision;
  }

  #formOf(bytes: Uint8Array, start: number, end: number): FormCount | undefined {
    const { length } = this.#forms;
    for (let tried = 0; tried < length; tried++) {
      const index = (this.#usual + tried) % length;
      if (!this.#forms[index]!.read(bytes, start, end)) continue;
      this.#usual = index;
      return this.#forms[index];
    }
    return undefined;
  }
}

/** The times of one form, read in both orders. */
class FormCount {
  times = 0;
  readonly #form: DayMonthForm;
  readonly #readers: Readonly<Record<DayMonthOrder, TimeReader>>;
  /** Times that are one in this order only. */
  readonly #only: Record<DayMonthOrder, number> = { 'month first': 0, 'day first': 0 };
  /** The first of those that are one in both orders, or in one only. */
  readonly #examples = new Map<DayMonthOrder | 'both', TimeExample>();
  readonly #used = { comma: 0, seconds: 0, fraction: 0, offset: 0 };

  constructor(form: DayMonthForm, timeZone: string) {
    this.#form = form;
    this.#readers = {
      'month first': new TimeReader(dayMonthPattern(form, 'month first'), timeZone),
      'day first': new TimeReader(dayMonthPattern(form, 'day first'), timeZone),
    };
  }

  read(bytes: Uint8Array, start: number, end: number): boolean {
    return ORDERS.some((order) => this.#readers[order].read(bytes, start, end));
  }

  /** Counts a time that read() reads. */
  count(bytes: Uint8Array, start: number, end: number): void {
    const [monthFirst, dayFirst] = ORDERS.map((order) =>
      this.#readers[order].read(bytes, start, end) ? this.#readers[order].micros : null,
    ) as [number | null, number | null];
    this.times++;
    const kind = monthFirst === null ? 'day first' : dayFirst === null ? 'month first' : 'both';
    if (kind !== 'both') this.#only[kind]++;
    const example = this.#examples.get(kind);
    // A day that is its month has one instant in both orders: it shows nothing.
    if (example === undefined || (kind === 'both' && example.monthFirst === example.dayFirst)) {
      const text = Buffer.from(bytes.subarray(start, end)).toString('utf8');
      this.#examples.set(kind, { text, monthFirst, dayFirst });
    }
    this.#noteUse(bytes, start, end, this.#readers[kind === 'day first' ? 'day first' : 'month first']);
  }

  get decision(): TimeDecision {
    const { 'month first': monthOnly, 'day first': dayOnly } = this.#only;
    const use = this.#use();
    if (monthOnly > 0 !== dayOnly > 0) {
      return { kind: 'format', format: dayMonthPattern(this.#form, monthOnly > 0 ? 'month first' : 'day first') };
    }
    const isContradiction = monthOnly > 0;
    const both = this.#examples.get('both');
    if (!isContradiction && both?.monthFirst === both?.dayFirst)
      return { kind: 'format', format: eitherOrderPattern(this.#form) };
    const kinds = isContradiction ? ORDERS : (['both'] as const);
    const format = (order: DayMonthOrder) => ({
      format: dayMonthPattern(this.#form, order),
      shortest: dayMonthPattern(this.#form, order, use),
    });
    return {
      kind: 'doubt',
      times: this.times,
      examples: kinds.map((kind) => this.#examples.get(kind)!),
      formats: { 'month first': format('month first'), 'day first': format('day first') },
    };
  }

  #noteUse(bytes: Uint8Array, start: number, end: number, { lastParts }: TimeReader): void {
    const comma = bytes.indexOf(COMMA, start);
    if (comma >= 0 && comma < end && comma < bytes.indexOf(COLON, start)) this.#used.comma++;
    if (lastParts.hasSecond) this.#used.seconds++;
    if (lastParts.fractionDigits > 0) this.#used.fraction++;
    if (lastParts.hasOffset) this.#used.offset++;
  }

  #use(): FormUse {
    const of = (count: number, all: number): Use => (count === 0 ? 'never' : count === all ? 'always' : 'sometimes');
    const { comma, seconds, fraction, offset } = this.#used;
    return {
      comma: of(comma, this.times),
      seconds: of(seconds, this.times),
      // It stands behind the seconds.
      fraction: of(fraction, seconds),
      offset: of(offset, this.times),
    };
  }
}
