import { DAY_MONTH_FORMS, type DayMonthOrder, dayMonthPattern, type FormUse } from './day-month-form.ts';
import { AUTO, EXCEL, TimeReader } from './time.ts';
import { instantOf } from './time-example.ts';
import { patternsLike } from './time-shape.ts';

const NEVER: FormUse = { comma: 'never', seconds: 'never', fraction: 'never', offset: 'never' };
const USES: readonly FormUse[] = [
  NEVER,
  { ...NEVER, seconds: 'always' },
  { comma: 'sometimes', seconds: 'sometimes', fraction: 'sometimes', offset: 'sometimes' },
];
const ORDERS: readonly DayMonthOrder[] = ['month first', 'day first'];
const DIGIT = /\d/;
/** In a pattern, what may be the short name of a time zone: a literal, which says nothing of the offset. */
const ZONE_NAME = /'([A-Z]{3,5})'/;

/** What times are that only a setting can tell how to read, and the settings that would. */
export interface TimeAdvice {
  readonly what: string;
  /**
   * Values of `timeFormat`, each of which reads all of the times; which one is meant, whoever exported them knows. None where no
   * format does, or none without a zone beside it.
   */
  readonly formats: readonly string[];
  /** A format that reads all of them as times of a zone whose short name stands in them: the setting of the zone has to say which that is. */
  readonly zoned: { readonly format: string; readonly name: string } | null;
}

/** Advice on times that none of the forms reads that are recognised by themselves; null where these times are nothing known. */
export function timeAdvice(texts: readonly string[]): TimeAdvice | null {
  const values = texts.map((text) => text.trim()).filter((text) => text !== '');
  if (values.length === 0) return null;
  const reads = (format: string) => {
    const reader = new TimeReader(format, 'UTC');
    return values.map((text) => Buffer.from(text)).every((bytes) => reader.read(bytes, 0, bytes.length));
  };
  if (reads(AUTO)) return { what: 'times that are read without a setting', formats: [AUTO], zoned: null };
  if (reads(EXCEL)) return { what: 'Excel serial numbers, days since 1900', formats: [EXCEL], zoned: null };
  const short = shortYears.flatMap((forms) => forms.find(reads) ?? []);
  if (short.length > 0) return { what: 'dates with two digits for the year', formats: short, zoned: null };
  const formats = likeAll(values, reads);
  const [first] = formats;
  if (first === undefined)
    return isReadByNone(values) ? { what: 'no times that a format reads', formats, zoned: null } : null;
  const what = first.includes('yyyy') ? 'times of a form that is not known' : 'dates with two digits for the year';
  const name = ZONE_NAME.exec(first)?.[1];
  return name === undefined ? { what, formats, zoned: null } : { what, formats: [], zoned: { format: first, name } };
}

/** The forms of dates with two digits for the year, for each order: of one order the shortest that reads all is enough. */
const shortYears: readonly (readonly string[])[] = [
  ...ORDERS.map((order) =>
    DAY_MONTH_FORMS.flatMap((form) => USES.map((use) => dayMonthPattern(form, order, use, 'yy'))),
  ),
  DAY_MONTH_FORMS.flatMap((form) =>
    USES.map((use) => {
      const { mark } = form;
      const pattern = dayMonthPattern(form, 'month first', use, 'yy');
      return pattern.replace(['M', 'd', 'yy'].join(mark), ['yy', 'M', 'd'].join(mark));
    }),
  ),
];

/** The patterns that are made of one of the times and read all of them, of those that read them alike the first. */
function likeAll(values: readonly string[], reads: (format: string) => boolean): readonly string[] {
  const byInstants = new Map<string, string>();
  for (const format of values.flatMap(patternsLike)) {
    if (!isPattern(format) || !reads(format)) continue;
    const instants = values.map((text) => instantOf(text, format, 'UTC')).join();
    if (!byInstants.has(instants)) byInstants.set(instants, format);
  }
  const formats = [...byInstants.values()];
  // With a year of four digits before it, the month comes before the day wherever that can be.
  const yearFirst = formats.find((format) => /yyyy[^d]*M/.test(format.replaceAll(/'[^']*'/g, '')));
  return yearFirst === undefined ? formats : [yearFirst];
}

/** Whether no pattern reads any of the times, one by one. */
function isReadByNone(values: readonly string[]): boolean {
  const numbered = values.filter((text) => DIGIT.test(text));
  return (
    numbered.length > 0 &&
    numbered.every((text) => !patternsLike(text).some((format) => isPattern(format) && instantOf(text, format, 'UTC')))
  );
}

function isPattern(format: string): boolean {
  try {
    new TimeReader(format, 'UTC');
    return true;
  } catch {
    return false;
  }
}
