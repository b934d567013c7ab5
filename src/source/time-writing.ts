import { compilePattern, type PatternNode, type Step } from './pattern-syntax.ts';

/** A time of a calendar and a clock, months and days from 1. */
export interface LocalParts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** How times are written. */
export interface WrittenForm {
  readonly hasSeconds: boolean;
  /** Whether it says which instant is meant, in any zone. */
  readonly hasOffset: boolean;
  /** @param offsetSeconds of the zone then, east of UTC; only a form with an offset has it */
  write(local: LocalParts, offsetSeconds: number): string;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** A pattern of times as one to write by: what may be left out is written. @throws SyntaxError as time-pattern.ts, or for `auto` and `excel` */
export function writtenForm(pattern: string): WrittenForm {
  const { start, isHalfDay } = compilePattern(pattern);
  const steps = stepsOf(start);
  return {
    hasSeconds: steps.some((step) => step.kind === 'number' && step.field === 'second'),
    hasOffset: steps.some(({ kind }) => kind === 'offset'),
    write: (local, offsetSeconds) => steps.map((step) => written(step, local, offsetSeconds, isHalfDay)).join(''),
  };
}

function stepsOf(node: PatternNode | null): Step[] {
  if (node === null) return [];
  return ['group' in node ? stepsOf(node.group) : node.step, stepsOf(node.next)].flat();
}

function written(step: Step, local: LocalParts, offsetSeconds: number, isHalfDay: boolean): string {
  const { year, month, day, hour } = local;
  switch (step.kind) {
    case 'number': {
      const value = step.field === 'hour' && isHalfDay ? hour % 12 || 12 : local[step.field];
      return String(value).padStart(step.least, '0');
    }
    case 'short_year':
      return String(year % 100).padStart(2, '0');
    case 'fraction':
      return '0'.repeat(step.least);
    case 'fraction_mark':
      return '.';
    case 'month_name':
      return MONTHS[month - 1] ?? '';
    case 'weekday_name':
      return WEEKDAYS[new Date(Date.UTC(year, month - 1, day)).getUTCDay()] ?? '';
    case 'half_day':
      return hour < 12 ? 'AM' : 'PM';
    case 'offset':
      return offsetText(offsetSeconds);
    case 'blank':
      return ' ';
    case 'literal':
      return Buffer.from(step.bytes).toString('utf8');
  }
}

function offsetText(seconds: number): string {
  if (seconds === 0) return 'Z';
  const minutes = Math.round(Math.abs(seconds) / 60);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${seconds < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
