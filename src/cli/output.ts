import process from 'node:process';
import type { Writable } from 'node:stream';
import { Option } from 'commander';
import {
  endingsOf,
  FORMATS,
  type Format,
  formatOfFile,
  holdsNote,
  holdsSeveral,
  isBinary,
  type Pieces,
  piecesOf,
  type Rows,
  rowCount,
  severalPieces,
  UsageError,
  visible,
  writePieces,
} from '../present/index.ts';
import { interruption } from './interruption.ts';
import type { NamedLake } from './lake-zones.ts';
import { notes } from './notes.ts';
import { type OutputFile, outputFile } from './output-file.ts';

/** The heading of these options in the help. */
export const OUTPUT_HEADING = 'Output:';

/** What stands for standard output. */
const STANDARD_OUTPUT = '-';

/** The ending of a file that holds what the command prints where no format is named. */
const PLAIN_TEXT = /\.txt$/i;

/** How the output was asked for. */
export interface OutputFlags {
  readonly format?: Format;
  readonly output?: string;
  readonly force?: boolean;
  readonly bom?: boolean;
  readonly formulaGuard?: boolean;
  readonly json?: boolean;
}

/** The options of a command that gives rows, in the formats that it has. @param usual the file that is written where none is named */
export function outputOptions(formats: readonly Format[], usual?: string): Option[] {
  const options = [
    new Option('--format <name>', 'how to write the answer').choices(formats),
    new Option(
      '-o, --output <file>',
      'write the answer to a file for this user alone, in the format of its ending; it is there once it is whole',
    ).default(usual),
    new Option('--force', 'replace a file that --output names and that is there'),
  ];
  if (formats.includes('csv')) {
    options.push(
      new Option('--bom', 'begin CSV with a byte order mark, by which Excel knows that it is UTF-8'),
      new Option(
        '--no-formula-guard',
        "leave texts of CSV as they are: else one that a spreadsheet would take for a formula has a ' before it",
      ),
    );
  }
  return options.map((option) => option.helpGroup(OUTPUT_HEADING));
}

/** Where what comes of a command goes, and how it is written. */
export class Output {
  /** Null where the command prints its own text. */
  readonly format: Format | null;
  readonly #flags: OutputFlags;
  readonly #title: string;
  readonly #file: { readonly name: string; readonly place: OutputFile } | null;

  /**
   * @param formats those that the command has
   * @param title what a page or a workbook of it is called
   * @param lake the one that is asked, if any; nothing is written into it
   * @param usual the format where none is asked for; null where the command prints its own text then
   * @throws UsageError where what is asked for contradicts itself, or cannot be done
   */
  constructor(
    flags: OutputFlags,
    formats: readonly Format[],
    title: string,
    lake: () => NamedLake | null,
    usual: Format | null = null,
  ) {
    const { output, force = false } = flags;
    this.#flags = flags;
    this.#title = title;
    this.format = formatOf(flags, formats, usual);
    checkCsvFlags(flags, this.format);
    const isFile = output !== undefined && output !== STANDARD_OUTPUT;
    if (force && !isFile) throw new UsageError('--force goes with --output FILE');
    if (!isFile && process.stdout.isTTY && this.format !== null && isBinary(this.format)) {
      throw new UsageError(`${this.format} is no text for a terminal; name a file with --output, or pipe it`);
    }
    this.#file = isFile ? { name: output, place: outputFile(output, force, lake()) } : null;
  }

  /** Writes the one answer of a command: a table where no other format is asked for. */
  async print(rows: Rows): Promise<void> {
    const format = this.format ?? 'table';
    const count = { rows: 0 };
    await this.#write(piecesOf(format, counted(rows, count), this.#options()), () => rowCount(count.rows));
    this.say(rows.note);
  }

  /** Writes a table with text above and below it, the latter by how many rows there are; for where no format is asked for. */
  async printTable(rows: Rows, around: { readonly before: string; after(count: number): string }): Promise<void> {
    const count = { rows: 0 };
    const options = this.#options();
    const pieces = async function* (): Pieces {
      yield around.before;
      yield* piecesOf('table', counted(rows, count), options);
      yield around.after(count.rows);
    };
    await this.#write(pieces(), () => rowCount(count.rows));
  }

  /**
   * Writes the answers to several statements.
   * @throws UsageError where the format holds one only, before the first is asked for
   */
  async printEach(answers: AsyncIterable<Rows>, statements: number): Promise<void> {
    const format = this.format ?? 'table';
    if (!holdsSeveral(format)) {
      const those = FORMATS.filter(holdsSeveral).join(', ');
      throw new UsageError(
        `${format} holds one answer, found ${statements} statements; give one, or take another format: ${those}`,
      );
    }
    const count = { rows: 0 };
    let note: string | undefined;
    const each = async function* (): AsyncGenerator<Rows> {
      for await (const rows of answers) {
        note ??= rows.note;
        yield counted(rows, count);
      }
    };
    await this.#write(
      severalPieces(format, each(), this.#options()),
      () => `${rowCount(count.rows)} of ${statements} statements`,
    );
    this.say(note);
  }

  /** Writes lines that the command makes itself of its format, while it finds what they say. */
  async printLines<T>(found: AsyncIterable<T>, line: (each: T) => string): Promise<void> {
    const pieces = async function* (): Pieces {
      // Bytes are handed over at once.
      for await (const each of found) yield Buffer.from(`${line(each)}\n`);
    };
    await this.#write(pieces(), () => null);
  }

  /** Writes what the command made itself of its format. */
  async printText(text: string): Promise<void> {
    const pieces = async function* (): Pieces {
      yield text;
    };
    // A command that runs until it is interrupted says its last words after that.
    await this.#write(pieces(), () => null, new AbortController().signal);
  }

  /** Says on standard error what has to be said with an answer whose format has no place for it. */
  say(note: string | undefined): void {
    if (note !== undefined && !holdsNote(this.format ?? 'table')) process.stderr.write(`${visible(note)}\n`);
  }

  async #write(pieces: Pieces, what: () => string | null, signal = interruption): Promise<void> {
    const to = async (stream: Writable) => await writePieces(pieces, stream, signal);
    if (this.#file === null) return await to(process.stdout);
    await this.#file.place.write(to);
    const wrote = what();
    notes.write(`wrote ${wrote === null ? '' : `${wrote} to `}${visible(this.#file.name)}\n`);
  }

  #options() {
    const { bom = false, formulaGuard = true } = this.#flags;
    const columns = this.#file === null && process.stdout.isTTY ? process.stdout.columns || 80 : null;
    return {
      bom,
      formulaGuard,
      columns,
      title: this.#title,
      tell: (text: string) => notes.write(`${visible(text)}\n`),
    };
  }
}

/** The format that the options name, each of them or all the same. @throws UsageError */
function formatOf(
  { format, output, json = false }: OutputFlags,
  formats: readonly Format[],
  usual: Format | null,
): Format | null {
  if (json && format !== undefined && format !== 'json') {
    throw new UsageError(`--json and --format ${format} contradict each other; give one of them`);
  }
  const named = json ? 'json' : (format ?? null);
  if (output === undefined || output === STANDARD_OUTPUT) return named ?? usual;
  // What has a format of its own prints no text beside it.
  const text = usual === null ? ', .txt' : '';
  const ofFile = formatOfFile(output);
  if (ofFile === null) {
    if (named !== null || (text !== '' && PLAIN_TEXT.test(output))) return named;
    throw new UsageError(
      `--output ${output}: expected an ending that says a format (${endingsOf(formats)}${text}), or --format`,
    );
  }
  if (named !== null && named !== ofFile) {
    throw new UsageError(`--output ${output} says ${ofFile}, and the options say ${named}; leave one out`);
  }
  if (formats.includes(ofFile)) return ofFile;
  throw new UsageError(`--output ${output}: there is no ${ofFile} of this; it comes as ${endingsOf(formats)}${text}`);
}

function checkCsvFlags({ bom = false, formulaGuard = true }: OutputFlags, format: Format | null): void {
  if (format === 'csv') return;
  if (bom) throw new UsageError(`--bom is about CSV, and the answer is written as ${format ?? 'text'}`);
  if (!formulaGuard)
    throw new UsageError(`--no-formula-guard is about CSV, and the answer is written as ${format ?? 'text'}`);
}

function counted(rows: Rows, count: { rows: number }): Rows {
  const batches = async function* () {
    for await (const batch of rows.batches) {
      count.rows += batch.length;
      yield batch;
    }
  };
  return { ...rows, batches: batches() };
}
