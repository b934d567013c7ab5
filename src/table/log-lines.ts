import { CorruptLog } from './errors.ts';
import { isObject, type JsonObject } from './json.ts';
import { shapeOf, strictValue } from './strict-json.ts';

/** A log file, or the text of one. */
export type LogContent = Uint8Array | string;

/** A line of a log: one action. */
export interface LogLine {
  /** From 1 on. */
  readonly number: number;
  /** The object as it stands, without blanks around it. */
  readonly text: string;
  readonly value: JsonObject;
  /** The name of the action: the only member that is not null and that the protocol knows, if any is. */
  readonly kind: string;
  /** Names of the other members that are not null, as a newer protocol may put them beside. */
  readonly beside: readonly string[];
  /** Whether a number may be written with a fraction or an exponent. */
  readonly hasFraction: boolean;
}

/** Names of all actions that the protocol knows. Source: Delta protocol, "Actions". */
const ACTIONS: ReadonlySet<string> = new Set([
  'commitInfo',
  'protocol',
  'metaData',
  'add',
  'remove',
  'txn',
  'cdc',
  'domainMetadata',
  'checkpointMetadata',
  'sidecar',
]);

/** JSON's own blanks, but for the line feed; any other makes some readers stop. */
const BLANKS = /^[ \t]*$/;

/**
 * The lines of a log file, as every reader takes them: UTF-8 without byte order mark, a line ends with LF or CR LF and
 * nowhere else, and holds one object with exactly one action; members beside it that no protocol knows are passed over
 * by all of them. Lines of blanks are passed over.
 * Source: Delta protocol, "Delta Log Entries".
 * @throws CorruptLog naming `file` and the line that is not so
 */
export function* logLines(table: string, file: string, content: LogContent): Generator<LogLine> {
  const lines = textOf(table, file, content).split('\n');
  for (const [index, line] of lines.entries()) {
    const text = line.endsWith('\r') ? line.slice(0, -1) : line;
    if (BLANKS.test(text)) continue;
    try {
      yield { number: index + 1, ...parsed(text) };
    } catch (error) {
      throw unreadable(table, file, index + 1, error);
    }
  }
}

/** The fault of a line. */
export function unreadable(table: string, file: string, line: number, error: unknown): CorruptLog {
  const detail = error instanceof Error ? error.message : String(error);
  return new CorruptLog(table, `${file}, line ${line} cannot be read: ${detail}`, { cause: error });
}

function parsed(line: string): Omit<LogLine, 'number'> {
  // Within a line some readers take it for the end of one, and others for a blank.
  if (line.includes('\r')) throw new SyntaxError('expected lines that end with LF or CR LF, found a CR within one');
  const shape = shapeOf(line);
  const value = strictValue(line, shape);
  if (!isObject(value)) throw new TypeError(`action: expected an object, found ${line.slice(0, 80)}`);
  const names = Object.keys(value).filter((name) => value[name] !== null);
  const known = names.filter((name) => ACTIONS.has(name));
  const [kind] = known.length > 0 ? known : names;
  if (kind === undefined) throw new TypeError('expected one action, found none');
  if (known.length > 1) {
    throw new TypeError(`expected one action, found ${known.length}: ${known.slice(0, 4).join(', ')}`);
  }
  const beside = names.filter((name) => name !== kind);
  return { text: line.trim(), value, kind, beside, hasFraction: shape.hasFraction };
}

function textOf(table: string, file: string, content: LogContent): string {
  if (typeof content === 'string') return content;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch (error) {
    throw new CorruptLog(table, `${file} cannot be read: expected UTF-8, found other bytes`, { cause: error });
  }
  if (text.startsWith('\ufeff')) {
    throw new CorruptLog(table, `${file} cannot be read: expected a log file, found a byte order mark before it`);
  }
  return text;
}
