/** Which comes first in a date of numbers that ends in its year. */
export type DayMonthOrder = 'month first' | 'day first';

/** What the times of a file have in common, beyond the form that all of them have. */
export interface FormUse {
  readonly comma: Use;
  readonly seconds: Use;
  readonly fraction: Use;
  readonly offset: Use;
}

export type Use = 'always' | 'sometimes' | 'never';

type Clock = '24 hours' | '12 hours' | 'points';

/** A form of times with month and day as numbers and the year behind them: which number is the month, it does not say. */
export interface DayMonthForm {
  readonly mark: string;
  readonly clock: Clock;
}

const MARKS: readonly string[] = ['/', '.', '-', '. '];
const CLOCKS: readonly Clock[] = ['24 hours', '12 hours', 'points'];

export const DAY_MONTH_FORMS: readonly DayMonthForm[] = MARKS.flatMap((mark) =>
  CLOCKS.map((clock) => ({ mark, clock })),
);

const SOMETIMES: FormUse = { comma: 'sometimes', seconds: 'sometimes', fraction: 'sometimes', offset: 'sometimes' };

/**
 * The pattern of a form in one order.
 * @param use the parts that it has; all are optional where it is left out, which is how a form is recorded
 * @param year `yy` for years of two digits
 */
export function dayMonthPattern(
  { mark, clock }: DayMonthForm,
  order: DayMonthOrder,
  use: FormUse = SOMETIMES,
  year: 'yyyy' | 'yy' = 'yyyy',
): string {
  const date = [...(order === 'month first' ? ['M', 'd'] : ['d', 'M']), year].join(mark);
  const colon = clock === 'points' ? '.' : ':';
  const fraction = optional(use.fraction, clock === 'points' ? ',f' : '.f');
  const seconds = optional(use.seconds, `${colon}ss${fraction}`);
  const time = clock === '12 hours' ? `h:mm${seconds} a` : `H${colon}mm${seconds}`;
  return `${date}${optional(use.comma, ',')} ${time}${optional(use.offset, 'XXX')}`;
}

/** An optional part of nothing: it reads alike with it and without. */
const EITHER = '[]';

/** The pattern of a form whose times are the same instants in both orders (11/11/2025): it is marked as none that decides for other files. */
export function eitherOrderPattern(form: DayMonthForm): string {
  return dayMonthPattern(form, 'month first').replace('yyyy', `yyyy${EITHER}`);
}

/** Whether a pattern says in which order month and day are. */
export function saysOrder(pattern: string): boolean {
  return !pattern.includes(EITHER);
}

function optional(use: Use, part: string): string {
  if (use === 'never') return '';
  return use === 'always' ? part : `[${part}]`;
}
