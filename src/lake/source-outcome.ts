import type { DecodeStatus } from '../decode/index.ts';
import type { Alternative, BadReason, Header, Part, ReadCounts, Recognised, RejectReason } from '../source/index.ts';
import type { EventHours } from './event-hours.ts';
import type { ReadingPlan } from './reading-plan.ts';
import type { QuarantineFile } from './record-schema.ts';

/** A record that is no audit record, with what is wrong in it as far as people need to see it: not for log or evidence. */
export interface BadExample {
  readonly reason: BadReason;
  /** Its number in the file. */
  readonly record: number;
  /** The cell that it is bad for, else how it begins. */
  readonly value: string;
}

/** What was read of a raw file. counts.records = committed + duplicates + counts.bad + withheld + outsideScope. */
export interface IngestedSource {
  readonly outcome: 'ingested';
  readonly plan: ReadingPlan;
  /** SHA-256 of the stored bytes, in hex. */
  readonly sha256: string;
  /** The columns of its last part. */
  readonly header: Header;
  /** The exports that are joined in it; one, mostly, and none where it has no record. */
  readonly parts: readonly Part[];
  /** The lowest version of the reader that gives the same records of this file. */
  readonly readSince: number;
  /** How it is written: of each document in it one entry. */
  readonly recognised: readonly Recognised[];
  /** Names of entries of an archive that nobody means as documents: not for log or evidence. */
  readonly leftOut: readonly string[];
  readonly counts: Readonly<ReadCounts>;
  /** Rows for the table. */
  readonly committed: number;
  /** Records whose event is in the table already, or in a file before this one. */
  readonly duplicates: number;
  /** Records whose event was erased or is older than the retention boundary. */
  readonly withheld: number;
  /** Records of days that the staging is not about; null for a staging about all days. */
  readonly outsideScope: number | null;
  /** Its good records by hour, those of other days included; null where there are none, or of too many hours. */
  readonly hours: EventHours | null;
  /** The systems of Nexthink that its good records are of, each once. */
  readonly systems: readonly string[];
  /** Rows for the table, by status and by family. */
  readonly statuses: Readonly<Record<DecodeStatus, number>>;
  readonly families: Readonly<Record<string, number>>;
  /** Rows for the table whose message may have a field that the catalogue does not know. */
  readonly possibleNewFields: number;
  readonly quarantine: QuarantineFile | null;
  readonly quarantineReasons: Readonly<Record<string, number>>;
  /** The first bad records of each reason. */
  readonly badExamples: readonly BadExample[];
  /** Columns of addresses, where no column is the actor's: not for log or evidence. */
  readonly accountColumns: readonly string[];
}

/** A raw file that is no export. */
export interface RejectedSource {
  readonly outcome: 'rejected';
  readonly plan: ReadingPlan;
  /** SHA-256 of the stored bytes, in hex; null where they were not read to their end. */
  readonly sha256: string | null;
  readonly reason: RejectReason;
  /** The last record that was looked at, and where it begins. */
  readonly record: number;
  readonly offset: number;
  /** With what was found in the file: not for log or evidence. */
  readonly explanation: string;
  /** What only some want to read of that, of which nothing quotes the file; null where there is no more. */
  readonly details: string | null;
  /** Settings with which it may be readable. */
  readonly alternatives: readonly Alternative[];
  readonly quarantine: QuarantineFile;
}

/** What a staging knows of a raw file that was read. */
export type SourceOutcome = IngestedSource | RejectedSource;
