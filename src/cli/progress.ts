import cliProgress from 'cli-progress';
import type { Observer } from '../ingest/index.ts';
import { visible } from './visible.ts';

/** Shows how an ingestion goes: a bar on a terminal, a plain line per file elsewhere. Call `stop` at the end. */
export interface Progress extends Observer {
  stop(): void;
}

/** Says that a checkpoint is missing: slower to open, nothing lost. */
function checkpointFailure(stream: NodeJS.WriteStream, error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  stream.write(`no checkpoint was written, the next one is tried in time: ${visible(reason)}\n`);
}

/** Progress on `stream`, which is never the one that results are printed on. */
export function progressOn(stream: NodeJS.WriteStream, files: number | null): Progress {
  return stream.isTTY ? new Bar(stream, files) : new Lines(stream);
}

class Lines implements Progress {
  readonly #stream: NodeJS.WriteStream;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  onReport(report: Parameters<NonNullable<Observer['onReport']>>[0]): void {
    const { path, outcome, reason, rows } = report;
    this.#stream.write(`${outcome}${reason === null ? '' : ` (${reason})`}: ${visible(path)}, ${rows} rows\n`);
  }

  onCheckpointFailure(error: unknown): void {
    checkpointFailure(this.#stream, error);
  }

  stop(): void {}
}

class Bar implements Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #bar: cliProgress.SingleBar;
  readonly #files: number | null;
  #number = 0;

  constructor(stream: NodeJS.WriteStream, files: number | null) {
    this.#stream = stream;
    this.#files = files;
    this.#bar = new cliProgress.SingleBar(
      { stream, format: '{bar} {percentage}%  {rows} rows  {file}', hideCursor: true, clearOnComplete: true, fps: 8 },
      cliProgress.Presets.rect,
    );
  }

  onFile(path: string, size: number): void {
    const count = this.#files === null ? '' : ` (${this.#number + 1} of ${this.#files})`;
    this.#bar.start(Math.max(size, 1), 0, { rows: 0, file: `${visible(path)}${count}` });
  }

  onProgress(bytes: number, rows: number): void {
    this.#bar.update(bytes, { rows });
  }

  onCheckpointFailure(error: unknown): void {
    checkpointFailure(this.#stream, error);
  }

  onReport(): void {
    this.#number++;
    this.#bar.stop();
  }

  stop(): void {
    this.#bar.stop();
  }
}
