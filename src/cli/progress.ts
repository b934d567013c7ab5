import cliProgress from 'cli-progress';
import type { FileReport, Observer } from '../ingest/index.ts';
import { commitWarnings } from './commit-warnings.ts';
import { visible } from './visible.ts';

/** Shows how an ingestion goes: a bar on a terminal, a plain line per file elsewhere. Call `stop` at the end. */
export interface Progress extends Observer {
  stop(): void;
}

/** Progress on `stream`, which is never the one that results are printed on. */
export function progressOn(stream: NodeJS.WriteStream, files: number): Progress {
  return Object.assign(stream.isTTY ? new Bar(stream, files) : new Lines(stream), commitWarnings(stream));
}

class Lines implements Progress {
  readonly #stream: NodeJS.WriteStream;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  onReport({ path, outcome, reason, rows }: FileReport): void {
    this.#stream.write(`${outcome}${reason === null ? '' : ` (${reason})`}: ${visible(path)}, ${rows} rows\n`);
  }

  stop(): void {}
}

/** Files done of how many, by reading: a commit takes many of them in at once. */
class Bar implements Progress {
  readonly #bar: cliProgress.SingleBar;
  readonly #files: number;
  /** Files whose report is out. */
  #settled = 0;
  /** Files read since, the current one last, and the rows read of each. */
  readonly #begun = new Map<string, number>();
  #current = '';
  #size = 1;
  #rows = 0;

  constructor(stream: NodeJS.WriteStream, files: number) {
    this.#files = files;
    this.#bar = new cliProgress.SingleBar(
      {
        stream,
        format: '{bar} {percentage}%  {done} of {total} files  {rows} rows  {file}',
        hideCursor: true,
        clearOnComplete: true,
        fps: 8,
      },
      cliProgress.Presets.rect,
    );
    if (files > 0) this.#bar.start(files, 0, { done: 0, rows: 0, file: '' });
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
    this.#settled++;
    this.#begun.delete(path);
    this.#show(1);
  }

  stop(): void {
    this.#bar.stop();
  }

  /** @param part how much of the current file is read, 0 to 1 */
  #show(part: number): void {
    const unread = this.#begun.has(this.#current) ? 1 - part : 0;
    const value = Math.min(this.#settled + this.#begun.size - unread, this.#files);
    this.#bar.update(value, { done: Math.floor(value), rows: this.#rows, file: visible(this.#current) });
  }
}
