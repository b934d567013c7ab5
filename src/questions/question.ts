/** A question file that is not as it should be: which file, what was expected, what was found. */
export class QuestionError extends Error {}

/** A value that whoever asks has to give, and the literal that stands for it in the text. */
export interface QuestionArgument {
  readonly name: string;
  /** What stands for the value in the text, once, in single quotes. */
  readonly placeholder: string;
  readonly description: string;
}

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
  readonly argument: QuestionArgument | null;
  /** The whole file, header and macros included. */
  readonly text: string;
}

const FILE_NAME = /^(\d\d)-([a-z0-9]+(?:-[a-z0-9]+)*)\.sql$/;
const ENTRY = /^-- ([A-Z][a-z ]*): (\S.*)$/;
const CONTINUATION = /^-- {3}(\S.*)$/;
const ARGUMENT = /^([a-z]+) '([a-z0-9-]+)' (\S.*)$/;
const REQUIRED = ['Question', 'Finds', 'Why it matters', 'Normal'] as const;
const KNOWN: readonly string[] = [...REQUIRED, 'Limits', 'Change', 'Argument'];

/**
 * Reads a question file: comment lines `-- Key: text` (continued by `--   text`), an empty line, the SQL.
 * @throws QuestionError
 */
export function parseQuestion(file: string, text: string): Question {
  const [, number, name] = FILE_NAME.exec(file) ?? fault(file, 'the name is not like 05-self-granted-roles.sql');
  const end = text.indexOf('\n\n');
  if (end < 0) fault(file, 'no empty line ends the header');
  const header = readHeader(file, text.slice(0, end).split('\n'));
  const argument = header.get('Argument');
  return {
    number: Number(number),
    name: name!,
    file,
    question: header.get('Question')!,
    finds: header.get('Finds')!,
    why: header.get('Why it matters')!,
    normal: header.get('Normal')!,
    limits: header.get('Limits') ?? null,
    change: header.get('Change') ?? null,
    argument: argument === undefined ? null : readArgument(file, argument, text.slice(end)),
    text,
  };
}

/** The entries of a header, in the order in which they must stand. */
function readHeader(file: string, lines: readonly string[]): Map<string, string> {
  const entries = new Map<string, string>();
  let last = '';
  for (const [index, line] of lines.entries()) {
    const where = `line ${index + 1}`;
    const [, key, value] = ENTRY.exec(line) ?? [];
    const [, more] = CONTINUATION.exec(line) ?? [];
    if (key !== undefined && value !== undefined) {
      if (!KNOWN.includes(key)) fault(file, `${where}: expected one of ${KNOWN.join(', ')}, found ${key}`);
      if (last !== '' && KNOWN.indexOf(key) <= KNOWN.indexOf(last))
        fault(file, `${where}: ${key} stands behind ${last}`);
      entries.set(key, value);
      last = key;
    } else if (more !== undefined && last !== '') {
      entries.set(last, `${entries.get(last)} ${more}`);
    } else {
      fault(file, `${where}: expected "-- Key: text" or "--   more of it", found ${JSON.stringify(line)}`);
    }
  }
  const missing = REQUIRED.filter((key) => !entries.has(key));
  if (missing.length > 0) fault(file, `the header lacks ${missing.join(', ')}`);
  return entries;
}

function readArgument(file: string, entry: string, sql: string): QuestionArgument {
  const shape = `Argument is not like "object 'the-id' What it is."`;
  const [, name, placeholder, description] = ARGUMENT.exec(entry) ?? fault(file, shape);
  const times = sql.split(`'${placeholder}'`).length - 1;
  if (times !== 1) fault(file, `'${placeholder}' stands ${times} times in the SQL; once is expected`);
  return { name: name!, placeholder: placeholder!, description: description! };
}

function fault(file: string, found: string): never {
  throw new QuestionError(`${file}: ${found}`);
}
