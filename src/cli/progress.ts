import type { FileReport, Observer } from '../ingest/index.ts';
import { commitWarnings } from './commit-warnings.ts';
import { cut } from './text-table.ts';
import { visible } from './visible.ts';

/** Shows how an ingestion goes: a bar on a terminal, a plain line per file elsewhere. Call `stop` at the end. */
export interface Progress extends Observer {
  stop(): void;
}

/** What of a stream a progress needs. */
export type Terminal = Pick<NodeJS.WriteStream, 'isTTY' | 'columns'> & { write(text: string): unknown };

/**
 * Progress on `stream`, which is never the one that results are printed on.
 * @param now milliseconds
 */
export function progressOn(stream: Terminal, files: number, now: () => number = Date.now): Progress {
  if (!stream.isTTY) return { ...plainLines(stream), ...commitWarnings(stream) };
  const bar = new Bar(stream, files, now);
  return Object.assign(bar, commitWarnings({ write: (text) => bar.write(text) }));
}

function plainLines(stream: Terminal): Progress {
  return {
    onReport: ({ path, outcome, reason, rows }) => {
      stream.write(`${outcome}${reason === null ? '' : ` (${reason})`}: ${visible(path)}, ${rows} rows\n`);
    },
    stop: () => undefined,
  };
}

/** Characters of the bar itself. */
const BAR_LENGTH = 20;

/** Eight times a second is often enough to look alive. */
const MILLISECONDS_BETWEEN_BARS = 125;

/** Where the line begins, and what clears it from where it is written to. */
const [TO_START, CLEAR] = ['\r', '\u001b[K'];

/** Files done of how many, by reading: a commit takes many of them in at once. */
class Bar implements Progress {
  readonly #stream: Terminal;
  readonly #files: number;
  readonly #now: () => number;
  /** When a bar is due. */
  #next = 0;
  /** Files whose report is out. */
  #finished = 0;
  /** Files read since, the current one last, and the rows read of each. */
  readonly #begun = new Map<string, number>();
  #current = '';
  #size = 1;
  #rows = 0;

  constructor(stream: Terminal, files: number, now: () => number) {
    this.#stream = stream;
    this.#files = files;
    this.#now = now;
  }

  onFile(path: string, size: number): void {
    this.#current = path;
    this.#size = Math.max(size, 1);
    this.#begun.set(path, this.#begun.get(path) ?? 0);
    this.#show(0);
  }

  onProgress(bytes: number, rows: number): void {
    this.#rows += rows - (this.#begun.get(this.#current) ?? 0);
    this.#begun.set(this.#current, rows);
    this.#show(Math.min(bytes / this.#size, 1));
  }

  onReport({ path }: FileReport): void {
    this.#finished++;
    this.#begun.delete(path);
    this.#show(1);
  }

  /** Writes lines in place of the bar, which comes again below them. */
  write(text: string): void {
    this.stop();
    this.#stream.write(text);
  }

  stop(): void {
    if (this.#next > 0) this.#stream.write(TO_START + CLEAR);
    this.#next = 0;
  }

  /** @param part how much of the current file is read, 0 to 1 */
  #show(part: number): void {
    const now = this.#now();
    if (now < this.#next) return;
    this.#next = now + MILLISECONDS_BETWEEN_BARS;
    const unread = this.#begun.has(this.#current) ? 1 - part : 0;
    const done = Math.min(this.#finished + this.#begun.size - unread, this.#files);
    const share = this.#files === 0 ? 1 : done / this.#files;
    const bar = '█'.repeat(share * BAR_LENGTH).padEnd(BAR_LENGTH, '░');
    const counts = `${Math.floor(share * 100)}%  ${Math.floor(done)} of ${this.#files} files  ${this.#rows} rows`;
    const line = `${bar} ${counts}  ${visible(this.#current)}`;
    // A line that reaches the last column is wrapped by some terminals.
    this.#stream.write(TO_START + cut(line, (this.#stream.columns || 80) - 1) + CLEAR);
  }
}
