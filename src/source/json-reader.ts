import { isUtf8 } from 'node:buffer';
import { ChunkBuffer } from './chunk-buffer.ts';
import { REQUIRED_ROLES } from './column-roles.ts';
import type { Document } from './document.ts';
import { END, type ExportReader, NEED_INPUT, type NextRecord, type ReadCounts } from './export-reader.ts';
import { extraKey, type Header, roleOf } from './header.ts';
import { aliasAdvice } from './header-rejection.ts';
import { type Member, readMembers, readValues } from './json-members.ts';
import { jsonPaths } from './json-paths.ts';
import { isAuditRecord, JsonRecords } from './json-records.ts';
import { DONE, JsonWalk, MORE, OVERLONG, type RecordJudge } from './json-walk.ts';
import type { Part } from './part.ts';
import type { Recognised } from './recognised.ts';
import { RejectedFile } from './rejection.ts';
import type { BadReason, Row } from './row.ts';
import type { SourceSettings } from './source-settings.ts';

const OPENING_BRACKET = 0x5b;

/**
 * Reads the records of a JSON text, wherever in it they are ({@link JsonWalk}), each as {@link JsonRecords} does. Texts that
 * were joined in one file are a part each.
 */
export class JsonReader implements ExportReader {
  bytes: Buffer;
  readonly #document: Document;
  readonly #settings: SourceSettings;
  readonly #buffer: ChunkBuffer;
  readonly #records: JsonRecords;
  readonly #walk: JsonWalk;
  #started = false;
  /** The names that the walk gave for values, and those made of them, each of which is given once. */
  #named: readonly string[] | null = null;
  #names: readonly string[] = [];

  /** As for CsvReader. @param document with the names of its values, where these stand behind them */
  constructor(document: Document, settings: SourceSettings, landedAt: number) {
    this.#document = document;
    this.#settings = settings;
    this.#buffer = new ChunkBuffer(document.text);
    this.bytes = this.#buffer.bytes;
    this.#records = new JsonRecords(this.#buffer, settings, landedAt, document.times);
    this.#walk = new JsonWalk(
      this.#buffer,
      settings.maxRecordBytes,
      {
        ...judge(this.#buffer, settings),
        onNextText: (position) => this.#records.beginPart(this.#buffer.offset + position),
      },
      document.valueNames ?? null,
    );
  }

  get row(): Row {
    return this.#records.row;
  }

  get reason(): BadReason {
    return this.#records.reason;
  }

  get header(): Header {
    const { header } = this.#records;
    if (header === undefined) throw new Error('expected a first record or the end of the file, found neither yet');
    return header;
  }

  get parts(): readonly Part[] {
    return this.#records.parts.list;
  }

  get recognised(): readonly Recognised[] {
    return [this.#document.recognised];
  }

  get readSince(): number {
    return Math.max(this.#document.readSince, this.#records.readSince);
  }

  get counts(): ReadCounts {
    const { offset, end } = this.#buffer;
    const { records, bad, days, timeDigits, contents } = this.#records;
    return {
      records,
      bad,
      resynchronised: 0,
      decompressedBytes: offset + end,
      unterminatedLastRecord: false,
      emptyLines: 0,
      repeatedHeaders: 0,
      days,
      timeDigits,
      contents,
    };
  }

  next(): NextRecord {
    if (!this.#started) return NEED_INPUT;
    const walk = this.#walk;
    const step = walk.next();
    if (step === MORE) return NEED_INPUT;
    if (step === DONE) return this.#end();
    if (step === OVERLONG) return this.#records.takeTruncated(walk.start);
    return this.#records.take(walk.start, walk.end, this.#membersOf(walk.start, walk.end));
  }

  async fill(): Promise<void> {
    await this.#buffer.fill();
    this.bytes = this.#buffer.bytes;
    this.#started = true;
  }

  async close(): Promise<void> {
    await this.#buffer.close();
  }

  #membersOf(start: number, end: number): readonly Member[] | BadReason {
    const { names } = this.#walk;
    if (names === null || this.bytes[start] !== OPENING_BRACKET) return this.#records.membersOf(start, end);
    if (!isUtf8(this.bytes.subarray(start, end))) return 'invalid_utf8';
    if (names !== this.#named) {
      this.#named = names;
      this.#names = this.#distinct(names);
    }
    return readValues(this.bytes, start, end, this.#buffer.capacity, this.#names);
  }

  /** Names of which each is given once, but for those of roles: of these, two are for a person to choose from. */
  #distinct(names: readonly string[]): readonly string[] {
    const taken = new Set<string>();
    return names.map((name, index) => {
      const key = roleOf(name, this.#settings) === undefined ? extraKey(name, index, taken) : name;
      taken.add(key);
      return key;
    });
  }

  #end(): typeof END {
    const records = this.#records;
    if (!this.#walk.hasRecords) throw noRecords(this.#walk);
    records.end();
    if (!records.hadHeader && records.records > 0) {
      throw (
        records.rejection ??
        new RejectedFile(
          'json_not_understood',
          `found no audit record among ${records.records} elements of the JSON text (the last one: ${this.reason})\n` +
            'expected objects with time, code and message\nexport them again, or name their keys with --column-aliases',
        )
      );
    }
    return END;
  }
}

/**
 * The names that a JSON text gives for values, where it gives them behind these; null where it does not.
 * @throws RejectedFile; errors of `text` pass unchanged
 */
export async function valueNames(
  text: AsyncIterable<Uint8Array>,
  settings: SourceSettings,
): Promise<readonly string[] | null> {
  const buffer = new ChunkBuffer(text);
  const walk = new JsonWalk(buffer, settings.maxRecordBytes, {
    ...judge(buffer, settings),
    onNextText: () => undefined,
  });
  try {
    for (let step = walk.next(); step !== DONE; step = walk.next()) if (step === MORE) await buffer.fill();
    return walk.names;
  } finally {
    await buffer.close();
  }
}

/** Whether a JSON text that begins like this has values before what names them, as far as it goes. */
export async function namesValuesLate(head: Uint8Array, settings: SourceSettings): Promise<boolean> {
  const buffer = new ChunkBuffer(once(head));
  const walk = new JsonWalk(buffer, settings.maxRecordBytes, {
    ...judge(buffer, settings),
    onNextText: () => undefined,
  });
  try {
    await buffer.fill();
    buffer.final = false;
    while (!walk.skippedRows && walk.next() !== MORE);
    return walk.skippedRows;
  } catch (error) {
    if (error instanceof RejectedFile) return false;
    throw error;
  } finally {
    await buffer.close();
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function judge(buffer: ChunkBuffer, settings: SourceSettings): Omit<RecordJudge, 'onNextText'> {
  const paths = jsonPaths(settings);
  return {
    keysOf: (start, end) => {
      const members = readMembers(buffer.bytes, start, end, buffer.capacity, paths);
      return typeof members === 'string' ? null : members.map(({ key }) => key);
    },
    isAuditRecord: (names) => isAuditRecord(names, settings),
  };
}

function noRecords({ otherLists, otherKeys, skippedRows }: JsonWalk): RejectedFile {
  const lists =
    otherLists.length === 0 ? 'no list of objects' : `lists without time, code and message: ${otherLists.join(', ')}`;
  return new RejectedFile(
    'json_not_understood',
    `found ${skippedRows ? 'a list of values that nothing names, and ' : ''}${lists}\n` +
      'expected a JSON text with one list of audit records, or headers and data\n' +
      (otherKeys.length < REQUIRED_ROLES.length
        ? 'export it again with objects that have these, or name their keys with --column-aliases (a.b is b within a)'
        : 'if they are among these, say which are the three: ' +
          aliasAdvice(REQUIRED_ROLES.map((role, index) => [role, otherKeys[index]!]))),
  );
}
