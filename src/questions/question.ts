import { type Parameter, readParameter } from './parameter.ts';
import type { Period } from './period.ts';
import { QuestionError } from './question-error.ts';
import { type Part, parseTemplate } from './template.ts';

/** A question to the lake: SQL in the common subset of the dialects, under a header that says what it is for. */
export interface Question {
  readonly number: number;
  /** Such as `self-granted-roles`. */
  readonly name: string;
  readonly file: string;
  readonly question: string;
  readonly finds: string;
  readonly why: string;
  readonly normal: string;
  /** What it cannot see; null where nothing is known. */
  readonly limits: string | null;
  /** What an analyst may want to change in the text; null where there is nothing. */
  readonly change: string | null;
  readonly period: Period;
  readonly parameters: readonly Parameter[];
  /** The comment lines that the text begins with. */
  readonly header: string;
  /** The SQL, taken apart where something is filled in. */
  readonly parts: readonly Part[];
}

/** The line that begins the SELECT which gives the answer. */
export const FINAL_SELECT = '\nSELECT\n';

const FILE_NAME = /^(\d\d)-([a-z0-9]+(?:-[a-z0-9]+)*)\.sql$/;
const ENTRY = /^-- ([A-Z][a-z ]*): (\S.*)$/;
const CONTINUATION = /^-- {3}(\S.*)$/;
const PERIOD = /^(?:(all)|([1-9]\d{0,3}) days)$/;
const REQUIRED = ['Question', 'Finds', 'Why it matters', 'Normal', 'Period'] as const;
const KNOWN: readonly string[] = [
  'Question',
  'Finds',
  'Why it matters',
  'Normal',
  'Limits',
  'Change',
  'Period',
  'Parameter',
];
/** The entries that there may be several of. */
const SEVERAL: ReadonlySet<string> = new Set(['Parameter']);

/**
 * Reads a question file: comment lines `-- Key: text` (continued by `--   text`), an empty line, the SQL.
 * @throws QuestionError
 */
export function parseQuestion(file: string, text: string): Question {
  const [, number, name] = FILE_NAME.exec(file) ?? fault(file, 'the name is not like 05-self-granted-roles.sql');
  const end = text.indexOf('\n\n');
  if (end < 0) fault(file, 'no empty line ends the header');
  const header = readHeader(file, text.slice(0, end).split('\n'));
  const [, all, days] =
    PERIOD.exec(header.get('Period')?.[0] ?? '') ?? fault(file, 'Period is not like "30 days" or "all"');
  if (!text.slice(end).includes(FINAL_SELECT)) fault(file, 'the last SELECT does not stand on a line of its own');
  return {
    number: Number(number),
    name: name!,
    file,
    question: header.get('Question')![0]!,
    finds: header.get('Finds')![0]!,
    why: header.get('Why it matters')![0]!,
    normal: header.get('Normal')![0]!,
    limits: header.get('Limits')?.[0] ?? null,
    change: header.get('Change')?.[0] ?? null,
    period: all === 'all' ? 'all' : Number(days),
    header: text.slice(0, end),
    ...readSql(file, text.slice(end), header.get('Parameter') ?? []),
  };
}

function readSql(file: string, sql: string, entries: readonly string[]): Pick<Question, 'parameters' | 'parts'> {
  try {
    const parameters = entries.map(readParameter);
    const twice = parameters.find(({ name }, index) => parameters.findIndex((each) => each.name === name) < index);
    if (twice !== undefined) throw new QuestionError(`there are two parameters ${twice.name}`);
    return { parameters, parts: parseTemplate(sql, parameters) };
  } catch (error) {
    if (error instanceof QuestionError) fault(file, error.message);
    throw error;
  }
}

/** The entries of a header, in the order in which they must stand; each a list, since there may be several of some. */
function readHeader(file: string, lines: readonly string[]): Map<string, string[]> {
  const entries = new Map<string, string[]>();
  let last = '';
  for (const [index, line] of lines.entries()) {
    const where = `line ${index + 1}`;
    const [, key, value] = ENTRY.exec(line) ?? [];
    const [, more] = CONTINUATION.exec(line) ?? [];
    if (key !== undefined && value !== undefined) {
      if (!KNOWN.includes(key)) fault(file, `${where}: expected one of ${KNOWN.join(', ')}, found ${key}`);
      const isAgain = key === last && SEVERAL.has(key);
      if (last !== '' && !isAgain && KNOWN.indexOf(key) <= KNOWN.indexOf(last))
        fault(file, `${where}: ${key} stands behind ${last}`);
      entries.set(key, [...(entries.get(key) ?? []), value]);
      last = key;
    } else if (more !== undefined && last !== '') {
      const values = entries.get(last)!;
      values.push(`${values.pop()} ${more}`);
    } else {
      fault(file, `${where}: expected "-- Key: text" or "--   more of it", found ${JSON.stringify(line)}`);
    }
  }
  const missing = REQUIRED.filter((key) => !entries.has(key));
  if (missing.length > 0) fault(file, `the header lacks ${missing.join(', ')}`);
  return entries;
}

function fault(file: string, found: string): never {
  throw new QuestionError(`${file}: ${found}`);
}
