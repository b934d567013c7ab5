import { foldName, REQUIRED_ROLES, ROLES, type Role } from './column-roles.ts';
import { USUAL_DELIMITERS } from './delimiter.ts';
import { aliasesOf, type Header, resolveHeader } from './header.ts';
import { RejectedFile } from './rejection.ts';
import type { SourceSettings } from './source-settings.ts';

/** A line that names two of time, code and message is meant as a header, be it understood or not. */
const TELLING = 2;

/** A name of a column, in any language: one to three words. */
const NAME = /^(?=.{2,30}$|\P{ASCII})\p{L}[\p{L}\p{M}_.()'’-]*([ /][\p{L}\p{M}_.()'’-]+){0,2}$/u;

/**
 * Knows header lines among records, by the names that a header at the start of a file may have. It is only asked of lines that
 * are no audit record as they stand: one whose time can be read is never taken for a header.
 */
export class HeaderLines {
  readonly #settings: SourceSettings;
  /** Which of time, code and message a folded name can stand for. */
  readonly #names = new Map<string, Role[]>();
  /** All names, longest first. */
  readonly #byLength: readonly string[];
  readonly #longest: number;

  constructor(settings: SourceSettings) {
    this.#settings = settings;
    for (const role of REQUIRED_ROLES) {
      for (const name of aliasesOf(role, settings)) this.#names.set(name, [...(this.#names.get(name) ?? []), role]);
    }
    const all = new Set(ROLES.flatMap((role) => aliasesOf(role, settings)));
    this.#byLength = [...all].sort((a, b) => b.length - a.length);
    this.#longest = Math.max(...[...all].map((name) => Buffer.byteLength(name)));
  }

  /** Fields with more bytes name no column that is looked for; blanks and quotes round a name are allowed for. */
  get longestName(): number {
    return this.#longest + 8;
  }

  /** Whether the fields are meant as a header: they name two of time, code and message. */
  isMeant(names: readonly string[]): boolean {
    const found = new Set<Role>();
    for (const name of names) {
      if (name.length > this.longestName) continue;
      for (const role of this.#names.get(foldName(name)) ?? []) found.add(role);
    }
    return found.size >= TELLING;
  }

  /**
   * Whether a line is a header, although of names that nobody knows: as many different ones as there are columns, each of few
   * words without a digit. What stands below it may be in another order.
   */
  isOfUnknownNames(fields: readonly string[], columns: number): boolean {
    const names = new Set(fields.map(foldName));
    return fields.length === columns && names.size === columns && [...names].every((name) => NAME.test(name));
  }

  /** Whether a line is meant as a header of fields that another character separates. */
  isMeantOtherwise(line: string, delimiter: string): boolean {
    return USUAL_DELIMITERS.some((other) => {
      const fields = line.split(other).map((field) => field.replace(/^"(.*)"$/, '$1'));
      return other !== delimiter && this.isMeant(fields);
    });
  }

  /** The columns that the fields name; undefined where a required one is missing, or named twice. */
  read(names: readonly string[]): Header | undefined {
    if (!this.isMeant(names)) return undefined;
    try {
      return resolveHeader(names, this.#settings);
    } catch (error) {
      if (error instanceof RejectedFile) return undefined;
      throw error;
    }
  }

  /**
   * The first name of a header that follows a value without a line end between them; undefined where it cannot be told.
   * @param text the value and the name
   * @param others the names after it
   * @param known the first name of the header before, which is likely to stand there again
   */
  gluedName(text: string, others: readonly string[], known: string): string | undefined {
    if (!this.isMeant(others)) return undefined;
    const byLength = known === '' ? this.#byLength : [...this.#byLength, known].sort((a, b) => b.length - a.length);
    for (const name of byLength) {
      const tail = text.slice(-name.length);
      if (foldName(tail) !== foldName(name)) continue;
      if (this.read([tail, ...others]) !== undefined) return tail;
    }
    return undefined;
  }
}
