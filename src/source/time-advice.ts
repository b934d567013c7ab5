import { DAY_MONTH_FORMS, type DayMonthOrder, dayMonthPattern, type FormUse } from './day-month-form.ts';
import { EXCEL, TimeReader } from './time.ts';

const NEVER: FormUse = { comma: 'never', seconds: 'never', fraction: 'never', offset: 'never' };
const USES: readonly FormUse[] = [
  NEVER,
  { ...NEVER, seconds: 'always' },
  { comma: 'sometimes', seconds: 'sometimes', fraction: 'sometimes', offset: 'sometimes' },
];
const ORDERS: readonly DayMonthOrder[] = ['month first', 'day first'];

/** What times are that only a setting can tell how to read, and the settings that would. */
export interface TimeAdvice {
  readonly what: string;
  /** Values of `timeFormat`, each of which reads all of the times; which one is meant, whoever exported them knows. */
  readonly formats: readonly string[];
}

/** Advice on times that none of the forms reads that are recognised by themselves; null where these times are nothing known. */
export function timeAdvice(texts: readonly string[]): TimeAdvice | null {
  const values = texts.map((text) => Buffer.from(text.trim())).filter(({ length }) => length > 0);
  if (values.length === 0) return null;
  const reads = (format: string) => {
    const reader = new TimeReader(format, 'UTC');
    return values.every((bytes) => reader.read(bytes, 0, bytes.length));
  };
  if (reads(EXCEL)) return { what: 'Excel serial numbers, days since 1900', formats: [EXCEL] };
  const formats = ORDERS.flatMap((order) => shortYears(order).find(reads) ?? []);
  return formats.length === 0 ? null : { what: 'dates with two digits for the year', formats };
}

function shortYears(order: DayMonthOrder): readonly string[] {
  return DAY_MONTH_FORMS.flatMap((form) => USES.map((use) => dayMonthPattern(form, order, use, 'yy')));
}
