import { personColumns, TABLES } from '../lake/index.ts';
import type { StoredRow } from '../rewrite/index.ts';

const { single, lists, freeText } = personColumns(TABLES.events);

/** Columns of audit_events that can tell whose a row is: in each a mention is looked for. */
export const SEARCHED_COLUMNS: readonly string[] = [...freeText, ...single, ...lists];

/** One person, by every value that names them: name, id, SID, e-mail address. */
export class DataSubject {
  readonly #values: readonly string[];
  readonly #bytes: readonly Uint8Array[];
  readonly #mention: RegExp;

  /** `values` are neither none nor empty. */
  constructor(values: readonly string[]) {
    this.#values = values;
    this.#bytes = values.map((value) => Buffer.from(value, 'utf8'));
    // JSON text holds a value with its quotes, backslashes and controls escaped.
    const spellings = new Set(values.flatMap((value) => [value, JSON.stringify(value).slice(1, -1)]));
    const alternatives = [...spellings].map((text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|');
    this.#mention = new RegExp(`(?<![\\p{L}\\p{N}])(?:${alternatives})(?![\\p{L}\\p{N}])`, 'iu');
  }

  /** Whether a column that names persons holds one of the values, or a list of persons has it as a member. */
  owns(row: StoredRow): boolean {
    return single.some((name) => this.#equals(row.text(name))) || lists.some((name) => this.#isMember(row.text(name)));
  }

  /** Whether a row holds one of the values as a word of its own, in whatever letter case. */
  isMentionedBy(row: StoredRow): boolean {
    return SEARCHED_COLUMNS.some((name) => {
      const text = row.text(name);
      return text !== null && this.isMentionedIn(decoded(text));
    });
  }

  /** Whether a text holds one of the values as a word of its own, in whatever letter case. */
  isMentionedIn(text: string): boolean {
    return this.#mention.test(text);
  }

  #equals(text: Uint8Array | null): boolean {
    if (text === null) return false;
    return this.#bytes.some((value) => value.length === text.length && Buffer.compare(value, text) === 0);
  }

  #isMember(list: Uint8Array | null): boolean {
    if (list === null) return false;
    const members = membersOf(decoded(list));
    return this.#values.some((value) => members.includes(value));
  }
}

/** The members of a JSON list; another engine may have put something else there, which then counts as one member. */
function membersOf(text: string): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed : [text];
  } catch {
    return [text];
  }
}

function decoded(text: Uint8Array): string {
  return Buffer.from(text.buffer, text.byteOffset, text.length).toString('utf8');
}
