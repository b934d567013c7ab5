import type { ChainHead } from '../evidence/index.ts';
import type { CommitObserver, SourceFile } from '../lake/index.ts';
import type { FileReport } from './report.ts';

/** Told of what an ingestion does, for a progress bar or a log. */
export interface Observer extends CommitObserver {
  /** So many files are about to be read, all anew where it is said again. */
  onFiles?(files: number): void;
  /** A file is about to be read, for the first time or once more; `size` in stored bytes. */
  onFile?(path: string, size: number, source: SourceFile): void;
  /** Stored bytes and records of the current file read so far. */
  onProgress?(bytes: number, rows: number): void;
  /** What became of a file is settled: committed, where anything had to be. */
  onReport?(report: FileReport): void;
  /** A commit of raw files is in. */
  onCommit?(commit: IngestCommit): void;
}

/** A commit of raw files, for those who watch. */
export interface IngestCommit {
  /** Of the table. */
  readonly version: number;
  /** Raw files that it takes in or records as rejected. */
  readonly files: number;
  /** Commits of others that were first while this one was made. */
  readonly conflicts: number;
  /** The end of the chain with this commit in it; null where its evidence could not be written. */
  readonly head: ChainHead | null;
}
