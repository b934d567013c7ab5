import { hash } from 'node:crypto';
import type { FileReport } from '../../src/ingest/index.ts';
import type { Storage } from '../../src/storage/index.ts';
import type { MemoryStorage } from '../support/memory-storage.ts';
import type { CreateAnswers } from './create-answers.ts';
import type { RawContent } from './raw-files.ts';

export const EVENTS = 'curated/audit_events';
export const CODES = 'curated/audit_codes';

/** What a writer was told of a raw file, and the newest version of the log then. */
export interface Acknowledgement {
  readonly report: FileReport;
  readonly head: number;
}

/** All that is known from outside about a lake on which a schedule ran. */
export interface Outcome {
  /** The lake as the pipeline sees it. */
  readonly lake: Storage;
  /** Its files, read without the pipeline. */
  readonly storage: MemoryStorage;
  /** The ETag that the lake gives the file of that path now. */
  readonly etagOf: (path: string) => string;
  readonly contents: RawContents;
  readonly acknowledgements: readonly Acknowledgement[];
  readonly answers: CreateAnswers;
  /** Whether a vacuum ran last of all, when all waste was old enough. */
  readonly isVacuumed: boolean;
  readonly verification: Verification;
}

/** Whether `verify` looks at the lake as well, and how closely: it takes longer than the rest of a seed. */
export type Verification = 'none' | 'shallow' | 'deep';

/** A promise, in one word. */
export type Promised =
  | 'counts'
  | 'doubled'
  | 'lost'
  | 'quarantine'
  | 'acknowledged'
  | 'answers'
  | 'chain'
  | 'lock'
  | 'log'
  | 'rows'
  | 'erased'
  | 'verified';

/** Takes what is wrong: which promise is broken, and how. */
export type Report = (promise: Promised, problem: string) => void;

/** Every content that raw paths ever had, by path and ETag. */
export class RawContents {
  readonly #byPath = new Map<string, Map<string, RawContent>>();

  add(path: string, etag: string, content: RawContent): void {
    const byEtag = this.#byPath.get(path) ?? new Map<string, RawContent>();
    byEtag.set(etag, content);
    this.#byPath.set(path, byEtag);
  }

  get(path: string, etag: string): RawContent | undefined {
    return this.#byPath.get(path)?.get(etag);
  }

  paths(): Iterable<string> {
    return this.#byPath.keys();
  }
}

/** The ETag that a lake in memory gives such content. */
export function etagOf(content: Uint8Array): string {
  return sha256(content).slice(0, 32);
}

export function sha256(content: Uint8Array): string {
  return hash('sha256', content, 'hex');
}
