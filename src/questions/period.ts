import { dateOfDay, dayOfDate } from '../events/index.ts';
import { DAYS_AGO, type Dialect } from './dialect.ts';
import { QuestionError } from './question-error.ts';

/** How many days before the last day a question looks at; `all` where it looks at every day until then. */
export type Period = number | 'all';

/** The first day that any engine knows. */
const FIRST_DATE = '0001-01-01';

/** The days that are asked about: whole days in UTC, first and last included, `YYYY-MM-DD`. */
export interface AskedDays {
  /** Left out, it is the question's number of days before the last. */
  readonly from?: string;
  /** Left out, it is today, by the clock of the engine when the text runs. */
  readonly to?: string;
}

/** Days of a question as a dialect writes them. @throws QuestionError where a day is none, or the first is after the last */
export class Days {
  readonly #period: Period;
  readonly #dialect: Dialect;
  readonly #from: number | null;
  readonly #to: number | null;

  constructor(period: Period, dialect: Dialect, { from, to }: AskedDays) {
    this.#period = period;
    this.#dialect = dialect;
    this.#from = from === undefined ? null : dayNumber(from);
    this.#to = to === undefined ? null : dayNumber(to);
    if (this.#from !== null && this.#to !== null && this.#from > this.#to)
      throw new QuestionError(`expected a first day that is not after the last, found ${from} and ${to}`);
  }

  /** A day so many days before the first or the last. */
  day(end: 'from' | 'to', before: number): string {
    if (end === 'to' || this.#from !== null) return this.#written(end === 'to' ? this.#to : this.#from, before);
    if (this.#period === 'all') return date(FIRST_DATE);
    return this.#written(this.#to, this.#period + before);
  }

  /**
   * Seconds since 1970 within which all that is asked about lies.
   * @param today the day when the text is made, where the engine's clock decides which days are asked about
   */
  seconds(today: string | undefined): { readonly from: number; readonly to: number } {
    const now = this.#to ?? (today === undefined ? null : dayNumber(today));
    if (now === null)
      throw new QuestionError('a time zone is written into the text for the days asked about: give the last');
    const from = this.#from ?? (this.#period === 'all' ? 0 : now - this.#period);
    // What has no last day may be run for years.
    return { from: from * 86_400, to: (now + (this.#to === null ? 3653 : 1)) * 86_400 };
  }

  #written(day: number | null, before: number): string {
    return day === null ? DAYS_AGO[this.#dialect](before) : date(dateOfDay(day - before));
  }
}

function date(day: string): string {
  return `CAST('${day}' AS date)`;
}

/** Whole days since 1970 of a day. @throws QuestionError where it is no day of the calendar since then */
function dayNumber(text: string): number {
  const day = dayOfDate(text);
  if (day === null || day < 0)
    throw new QuestionError(`expected a day such as 2026-03-31, found ${JSON.stringify(text)}`);
  return day;
}
