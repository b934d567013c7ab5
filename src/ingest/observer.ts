import type { FileReport } from './report.ts';
import type { CommitObserver } from './settle-commit.ts';

/** Told of what an ingestion does, for a progress bar or a log. */
export interface Observer extends CommitObserver {
  /** A file is about to be read; `size` in stored bytes. */
  onFile?(path: string, size: number): void;
  /** Stored bytes and records of the current file read so far. */
  onProgress?(bytes: number, rows: number): void;
  /** What became of a file is settled: committed, where anything had to be. */
  onReport?(report: FileReport): void;
}
