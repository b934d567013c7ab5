import type { ChunkBuffer } from './chunk-buffer.ts';
import { valueEnd } from './json-members.ts';
import { RejectedFile } from './rejection.ts';

/** More of the text is needed. */
export const MORE = 0;
/** A record stands at `start`, `end`. */
export const ELEMENT = 1;
/** A record begins at `start` that is longer than a record may be; it is passed over. */
export const OVERLONG = 2;
/** The text was gone through to its end. */
export const DONE = 3;
const GO_ON = 4;

export type Step = typeof MORE | typeof ELEMENT | typeof OVERLONG | typeof DONE;

/** What a walk asks of whoever knows audit records. */
export interface RecordJudge {
  /** The keys of the object that stands there; null where it is none. */
  keysOf(start: number, end: number): readonly string[] | null;
  /** Whether these names are all that an audit record needs. */
  isAuditRecord(names: readonly string[]): boolean;
  /** Told where a text begins that follows another one. */
  onNextText(position: number): void;
}

/** An object or a list that is open. */
interface Level {
  readonly isObject: boolean;
  /** Whether its elements are records, or rows of values. */
  readonly holdsRecords: boolean;
  /** The names that lead to it, as `result.data`; `[]` stands for an element of a list. */
  readonly path: string;
  /** What may come next. */
  expects: 'first' | 'key' | 'colon' | 'value' | 'comma';
  key: string;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const [OPENING_BRACKET, CLOSING_BRACKET] = [0x5b, 0x5d];
const [OPENING_BRACE, CLOSING_BRACE] = [0x7b, 0x7d];
/** What separates the texts of a sequence (RFC 7464). */
const RECORD_SEPARATOR = 0x1e;
const BLANK = 0x20;
const MARK = '\uFEFF';
const MARK_BYTES = Buffer.from(MARK);
const MOST_LEVELS = 64;
/** Lists that are named where none holds records. */
const MOST_NAMED = 5;
/** How much of a text is shown where it is no JSON, in characters. */
const SHOWN = 40;

/**
 * Goes through a JSON text, of which no more than a record is held at a time, and finds the audit records in it: objects of a
 * list, wherever it stands; lists of values whose names another list gives (before them; or the first of them does); or
 * objects one after the other. The text's own form has to be right, or it is refused as a whole.
 */
export class JsonWalk {
  start = 0;
  end = 0;
  /** The names of the values of the records, where these are lists; null where records are objects. */
  names: readonly string[] | null;
  /** Lists of values that were passed over because nothing had named them yet. */
  skippedRows = false;
  readonly #buffer: ChunkBuffer;
  readonly #judge: RecordJudge;
  readonly #maxRecordBytes: number;
  readonly #levels: Level[] = [];
  /** Whether a list of records was found, or a record, or at least a list of nothing and no other. */
  hasRecords = false;
  /** Where the records of the text are, once some were found. */
  #recordsPath: string | null = null;
  /** Lists that hold something else. */
  readonly #otherPaths = new Set<string>();
  /** The keys of the first object of the first of these lists; none where it has none. */
  otherKeys: readonly string[] = [];
  #hasEmpty = false;
  /** Whether what was read last is a text that is complete, and no record beside others. */
  #isComplete = false;
  readonly #given: readonly string[] | null;
  /** What is being passed over: how deep in it, and whether in a string; null where nothing is. */
  #skipping: { depth: number; inString: boolean; escaped: boolean } | null = null;

  /** @param names what names the values, where that is known beforehand */
  constructor(buffer: ChunkBuffer, maxRecordBytes: number, judge: RecordJudge, names: readonly string[] | null = null) {
    this.#buffer = buffer;
    this.#maxRecordBytes = maxRecordBytes;
    this.#judge = judge;
    this.#given = names;
    this.names = names;
  }

  /** Lists in it that hold no records, a few of them, for people. */
  get otherLists(): readonly string[] {
    return [...this.#otherPaths];
  }

  /** Goes on to the next record. @throws RejectedFile where the text is no JSON, or records stand in two places */
  next(): Step {
    const buffer = this.#buffer;
    for (;;) {
      if (this.#skipping !== null && !this.#skipOn()) return buffer.final ? this.#cutOff() : MORE;
      const byte = this.#nextByte();
      if (byte === undefined) {
        if (!buffer.final) return MORE;
        return this.#levels.length === 0 ? this.#done() : this.#cutOff();
      }
      const level = this.#levels.at(-1);
      const step = level === undefined ? this.#atTop(byte) : this.#within(level, byte);
      if (step !== GO_ON) return step;
    }
  }

  #done(): typeof DONE {
    this.hasRecords ||= this.#hasEmpty && this.#otherPaths.size === 0;
    return DONE;
  }

  /** The next byte that is no white space, at `position`. */
  #nextByte(): number | undefined {
    const buffer = this.#buffer;
    const { bytes, end } = buffer;
    const isTop = this.#levels.length === 0;
    for (; buffer.position < end; buffer.position++) {
      const byte = bytes[buffer.position]!;
      if (byte <= BLANK || (isTop && byte === RECORD_SEPARATOR)) continue;
      if (!isTop || byte !== MARK_BYTES[0]) return byte;
      if (end - buffer.position < MARK_BYTES.length && !buffer.final) return undefined;
      if (!bytes.subarray(buffer.position, buffer.position + MARK_BYTES.length).equals(MARK_BYTES)) return byte;
      buffer.position += MARK_BYTES.length - 1;
    }
    return undefined;
  }

  #atTop(byte: number): Step | typeof GO_ON {
    if (byte !== OPENING_BRACE && byte !== OPENING_BRACKET) throw this.#noJson('an object or a list');
    const buffer = this.#buffer;
    if (this.#isComplete) {
      this.#isComplete = false;
      this.names = this.#given;
      this.#recordsPath = null;
      this.#judge.onNextText(buffer.position);
    }
    if (byte === OPENING_BRACKET) return this.#openList('');
    const end = valueEnd(buffer.bytes, buffer.position, buffer.end);
    const length = (end === -1 ? buffer.end : end) - buffer.position;
    if (end === -1 && !buffer.final && length <= this.#maxRecordBytes) return MORE;
    const keys = end === -1 || length > this.#maxRecordBytes ? null : this.#judge.keysOf(buffer.position, end);
    if (keys === null || !this.#judge.isAuditRecord(keys)) return this.#open({ isObject: true, path: '' });
    this.#foundRecords('');
    return this.#element(end);
  }

  #within(level: Level, byte: number): Step | typeof GO_ON {
    const buffer = this.#buffer;
    const { expects, isObject } = level;
    const isClosing = byte === (isObject ? CLOSING_BRACE : CLOSING_BRACKET);
    if (isClosing && (expects === 'first' || expects === 'comma')) {
      buffer.position++;
      this.#levels.pop();
      this.#isComplete = this.#levels.length === 0;
      return GO_ON;
    }
    if (expects === 'comma' || expects === 'colon') {
      if (byte !== (expects === 'comma' ? COMMA : COLON))
        throw this.#noJson(expects === 'comma' ? 'a comma' : 'a colon');
      buffer.position++;
      level.expects = isObject && expects === 'comma' ? 'key' : 'value';
      return GO_ON;
    }
    if (isObject && expects !== 'value') return this.#readKey(level, byte);
    if (level.holdsRecords) return this.#readElement(level, byte);
    return this.#openValue(level, byte);
  }

  #readKey(level: Level, byte: number): Step | typeof GO_ON {
    if (byte !== QUOTE) throw this.#noJson('a name in quotes');
    const buffer = this.#buffer;
    const end = valueEnd(buffer.bytes, buffer.position, buffer.end);
    if (end === -1) return this.#wait('a name');
    level.key = this.#parsed(buffer.position, end) as string;
    level.expects = 'colon';
    buffer.position = end;
    return GO_ON;
  }

  #readElement(level: Level, byte: number): Step {
    const buffer = this.#buffer;
    const { position, end: limit } = buffer;
    const end = valueEnd(buffer.bytes, position, limit);
    if (end === -1) {
      if (limit - position <= this.#maxRecordBytes && !buffer.final) return MORE;
      if (buffer.final) return this.#cutOff();
    } else if (end === position) throw this.#noJson('a record');
    level.expects = 'comma';
    if (end !== -1 && end - position <= this.#maxRecordBytes) return this.#element(end);
    this.start = position;
    this.#skip(byte);
    return OVERLONG;
  }

  #element(end: number): Step {
    this.start = this.#buffer.position;
    this.end = end;
    this.#buffer.position = end;
    return ELEMENT;
  }

  #openValue(level: Level, byte: number): Step | typeof GO_ON {
    const path = level.isObject ? joined(level.path, level.key) : `${level.path}[]`;
    level.expects = 'comma';
    if (byte === OPENING_BRACE) return this.#open({ isObject: true, path });
    if (byte !== OPENING_BRACKET) {
      this.#skip(byte);
      return GO_ON;
    }
    const step = this.#openList(path);
    // It is looked at again with more of the text.
    if (step === MORE) level.expects = 'value';
    return step;
  }

  /** Finds out what a list holds by its first element. */
  #openList(path: string): Step | typeof GO_ON {
    const { bytes, position, end: limit, final } = this.#buffer;
    let first = position + 1;
    while (first < limit && bytes[first]! <= BLANK) first++;
    if (first === limit && !final) return MORE;
    const byte = bytes[first];
    if (byte === CLOSING_BRACKET) {
      this.#hasEmpty = true;
      return this.#open({ isObject: false, path });
    }
    const end = first === limit ? -1 : valueEnd(bytes, first, limit);
    if (end === -1 && !final && limit - first <= this.#maxRecordBytes) return MORE;
    const isWhole = end !== -1 && end - first <= this.#maxRecordBytes;
    if (isWhole && byte === OPENING_BRACE && this.#areRecords(first, end, path)) return this.#openRecords(path);
    if (isWhole && byte === OPENING_BRACKET) return this.#openRows(path, first, end);
    if (isWhole && (byte === QUOTE || byte === OPENING_BRACE)) {
      const names = this.#readNames();
      if (names === MORE) return MORE;
      if (names) return GO_ON;
    }
    if (byte === OPENING_BRACE) {
      if (this.#otherPaths.size === 0 && isWhole) this.otherKeys = this.#judge.keysOf(first, end) ?? [];
      this.#note(path);
    }
    return this.#open({ isObject: false, path });
  }

  /** Whether the objects of a list are records. Those of a list that is all there is are, unless there may be lists in them. */
  #areRecords(start: number, end: number, path: string): boolean {
    const keys = this.#judge.keysOf(start, end);
    if (keys !== null && this.#judge.isAuditRecord(keys)) return true;
    const isAll = path === '' && this.#levels.length === 0;
    return isAll && !this.#buffer.bytes.subarray(start + 1, end).includes(OPENING_BRACKET);
  }

  #openRecords(path: string): typeof GO_ON {
    this.names = null;
    this.#foundRecords(path);
    return this.#open({ isObject: false, path, holdsRecords: true });
  }

  /** Opens a list of lists: rows of values, where something names these. */
  #openRows(path: string, first: number, end: number): Step | typeof GO_ON {
    const header = namesOf(this.#parsed(first, end));
    const namesItself = header !== null && this.#judge.isAuditRecord(header);
    if (namesItself) this.names = header;
    if (this.names === null) {
      this.skippedRows = true;
      this.#note(path);
      this.#skip(OPENING_BRACKET);
      return GO_ON;
    }
    this.#foundRecords(path);
    this.#open({ isObject: false, path, holdsRecords: true });
    if (!namesItself) return GO_ON;
    this.#levels.at(-1)!.expects = 'comma';
    this.#buffer.position = end;
    return GO_ON;
  }

  /** Reads a list of names, or of objects that have one each, where that is what it is. */
  #readNames(): boolean | typeof MORE {
    const buffer = this.#buffer;
    const end = valueEnd(buffer.bytes, buffer.position, buffer.end);
    const length = (end === -1 ? buffer.end : end) - buffer.position;
    if (end === -1 && !buffer.final && length <= this.#maxRecordBytes) return MORE;
    if (end === -1 || length > this.#maxRecordBytes) return false;
    const names = namesOf(this.#parsed(buffer.position, end));
    if (names === null || !this.#judge.isAuditRecord(names)) return false;
    this.names ??= names;
    buffer.position = end;
    return true;
  }

  #open(opened: { isObject: boolean; path: string; holdsRecords?: boolean }): typeof GO_ON {
    if (this.#levels.length === MOST_LEVELS) throw this.#noJson(`at most ${MOST_LEVELS} levels`);
    this.#levels.push({ holdsRecords: false, ...opened, expects: 'first', key: '' });
    this.#buffer.position++;
    return GO_ON;
  }

  #foundRecords(path: string): void {
    if (this.#recordsPath !== null && this.#recordsPath !== path) {
      throw new RejectedFile(
        'json_not_understood',
        `found audit records in two places of the JSON text, ${shown(this.#recordsPath)} and ${shown(path)}\n` +
          'expected one list of them\nsave each list as a file of its own',
      );
    }
    this.#recordsPath = path;
    this.hasRecords = true;
  }

  #note(path: string): void {
    if (this.#otherPaths.size < MOST_NAMED) this.#otherPaths.add(shown(path));
  }

  /** Begins to pass over the value at `position`. */
  #skip(byte: number): void {
    const isNested = byte === OPENING_BRACE || byte === OPENING_BRACKET;
    if (!isNested && byte !== QUOTE && !/[-\dtfn]/.test(String.fromCharCode(byte))) throw this.#noJson('a value');
    this.#skipping = { depth: isNested ? 1 : 0, inString: byte === QUOTE, escaped: false };
    this.#buffer.position++;
  }

  /** Passes over as much as is at hand; whether that was all of it. */
  #skipOn(): boolean {
    const buffer = this.#buffer;
    const state = this.#skipping!;
    for (; buffer.position < buffer.end; buffer.position++) {
      const byte = buffer.bytes[buffer.position]!;
      if (state.inString) {
        if (state.escaped) state.escaped = false;
        else if (byte === BACKSLASH) state.escaped = true;
        else if (byte === QUOTE) {
          state.inString = false;
          if (state.depth === 0) return this.#skipped(1);
        }
      } else if (byte === QUOTE) state.inString = true;
      else if (byte === OPENING_BRACE || byte === OPENING_BRACKET) state.depth++;
      else if (byte === CLOSING_BRACE || byte === CLOSING_BRACKET) {
        if (state.depth === 0) return this.#skipped(0);
        if (--state.depth === 0) return this.#skipped(1);
      } else if (state.depth === 0 && (byte === COMMA || byte <= BLANK)) return this.#skipped(0);
    }
    return false;
  }

  #skipped(last: number): true {
    this.#buffer.position += last;
    this.#skipping = null;
    return true;
  }

  /** @throws RejectedFile where what is waited for is too long, or the text ends before it */
  #wait(what: string): Step {
    const { end, position, final } = this.#buffer;
    if (final) return this.#cutOff();
    if (end - position > this.#maxRecordBytes) throw this.#noJson(what);
    return MORE;
  }

  #parsed(start: number, end: number): unknown {
    try {
      return JSON.parse(this.#buffer.bytes.toString('utf8', start, end));
    } catch {
      throw this.#noJson('JSON');
    }
  }

  #cutOff(): never {
    const { offset, end } = this.#buffer;
    throw new RejectedFile(
      'json_not_understood',
      `found a JSON text that ends at byte ${offset + end} before it is complete\n` +
        'expected all of it: a list of records is only read as a whole\nsave or export it again',
    );
  }

  #noJson(expected: string): RejectedFile {
    const { bytes, position, offset, end } = this.#buffer;
    const found = bytes.toString('utf8', position, Math.min(end, position + SHOWN));
    return new RejectedFile(
      'json_not_understood',
      `found ${JSON.stringify(found)} at byte ${offset + position} of the JSON text\nexpected ${expected} there\n` +
        'save or export it again',
    );
  }
}

function joined(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

function shown(path: string): string {
  return path === '' ? 'its outermost list' : JSON.stringify(path);
}

/** The texts of a list, or the names of the objects in it; null where it is something else. */
function namesOf(list: unknown): readonly string[] | null {
  if (!Array.isArray(list)) return null;
  const names = list.map((each: unknown) =>
    typeof each === 'object' && each !== null && 'name' in each ? each.name : each,
  );
  return names.every((name) => typeof name === 'string') ? names : null;
}
