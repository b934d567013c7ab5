import { UsageError } from '../present/index.ts';
import { VIEWS } from '../views/index.ts';
import { adviceOn } from './sandbox.ts';

/** What the engine says where it cannot take a text apart. */
const PREFIX = /^Failed to extract statements: /;

/** What the engine says of where a statement is wrong, and how it could be tuned: more than a line can hold. */
const NOISE = /\n\s*(?:LINE \d+:|Possible solutions:|See also )[\s\S]*$/;

const LINE = /\nLINE (\d+):/;

/** What the engine did not find: a table, or a column and those that are near. */
const NO_TABLE = /Table with name (\S+) does not exist/;
const NO_COLUMN =
  /^Binder Error: (?:Referenced column|Values list "\w+" does not have a column named|Table "\w+" does not have a column named) "?([^"\n]+?)"?(?: not found|\n|$)/;
const CANDIDATES = /Candidate bindings: : ?([^\n]*)|Candidate bindings: ([^\n]*)/;
const QUOTED = /"(?:[^"]|"")*"/g;

/** Names that are offered for one that does not exist. */
const MOST_OFFERED = 5;

/** What to say to what the engine says: what is wrong, and what is near, in few lines. */
export function notRun(error: unknown): UsageError {
  if (error instanceof UsageError) return error;
  const message = (error instanceof Error ? error.message : String(error)).replace(PREFIX, '');
  return new UsageError(`${shortened(message)}${adviceOn(message)}`, { cause: error });
}

function shortened(message: string): string {
  const [, table] = NO_TABLE.exec(message) ?? [];
  if (table !== undefined) return noTable(table, message);
  const [, column] = NO_COLUMN.exec(message) ?? [];
  if (column !== undefined) return noColumn(column, message);
  const [, line] = LINE.exec(message) ?? [];
  return message.replace(NOISE, '').trimEnd() + (line === undefined || line === '1' ? '' : ` (line ${line})`);
}

function noTable(table: string, message: string): string {
  const [, offered] = /Did you mean "([^"\n]+)"/.exec(message) ?? [];
  const near = offered !== undefined && Object.hasOwn(VIEWS, offered) ? `; is ${offered} meant?` : ';';
  return `there is no view ${table}${near} views: ${Object.keys(VIEWS).join(', ')}`;
}

function noColumn(column: string, message: string): string {
  const found = CANDIDATES.exec(message);
  const names = [...(found?.[1] ?? found?.[2] ?? '').matchAll(QUOTED)].map(([name]) => name.slice(1, -1));
  const near = [...new Set(names)].slice(0, MOST_OFFERED);
  const meant = near.length === 0 ? '' : `; near: ${near.join(', ')}`;
  return `there is no column ${column}${meant}. The columns of a view: DESCRIBE audit_events`;
}
