import type { Explanation } from '../decode/index.ts';

/**
 * Everything about one event, as plain data: what `show` prints and a page shows. Names of keys are those of its JSON, so that
 * there is one account and not two.
 */
export interface EventAccount {
  readonly event_uid: string;
  /** The version of audit_events that was asked. */
  readonly table_version: number;
  /** Every column of the view `audit_events`, null where it is empty. */
  readonly event: Readonly<Record<string, unknown>>;
  /** The columns that are not empty, as people ask for them. */
  readonly groups: readonly ColumnGroup[];
  /** The names of those that are empty. */
  readonly empty: readonly string[];
  readonly reading: ReadingAccount;
  readonly raw: RawAccount;
  readonly proof: ProofAccount;
  /** How names are masked in all of this; null where they are not. */
  readonly masking: string | null;
  /** What is not as it was recorded, the gravest first; none where all holds. */
  readonly problems: readonly string[];
}

export interface ColumnGroup {
  readonly title: string;
  readonly columns: readonly { readonly name: string; readonly value: unknown; readonly meaning: string }[];
}

/** How the message is read today, and in what that differs from the row. */
export interface ReadingAccount {
  readonly message: string;
  readonly meaning: string;
  readonly template: { readonly id: string; readonly text: string } | null;
  readonly decode_status: string;
  readonly why: string;
  readonly details: Explanation['details'];
  readonly text_flags: string | null;
  readonly fields: Explanation['fields'];
  readonly pieces: Explanation['pieces'];
  readonly others: Explanation['others'];
  readonly unmapped: Readonly<Record<string, string | readonly string[]>> | null;
  /** The catalogue that read the row, and today's. */
  readonly catalogue: { readonly of_row: string | null; readonly today: string };
  /** Columns of the row that reading the message today gives otherwise: another catalogue, or another hand. */
  readonly differs: readonly string[];
}

/** What has become of a raw file. */
export type RawState =
  | 'as_recorded'
  /** Its content is another than the commit recorded. */
  | 'altered'
  | 'gone'
  | 'archived'
  | 'unreadable'
  /** No commit tells of it. */
  | 'not_recorded';

/** The raw record that the event is of, where it stands. */
export interface RawAccount {
  readonly path: string;
  /** The record's number in the file, from 1, as the row says. */
  readonly record_number: number;
  readonly state: RawState;
  /** In a sentence what the state means. */
  readonly says: string;
  /** Whether no record gives the event today because an older version of the reader read such a file otherwise. */
  readonly read_otherwise: boolean;
  /** What the commit recorded of the file; null where none tells. */
  readonly recorded: RecordedRawAccount | null;
  /** What the file is now; null where it cannot be read. */
  readonly now: { readonly size: number | null; readonly sha256: string; readonly etag: string } | null;
  readonly record: RawRecordAccount | null;
  /** Other raw files whose events of that hour were there already: the event may be among them. */
  readonly may_also_be_in: readonly string[];
}

export interface RecordedRawAccount {
  readonly sha256: string;
  /** In bytes; null where names are masked, since sizes tell how long they are. */
  readonly size: number | null;
  readonly etag: string;
  readonly ingest_id: string;
  readonly landed_at: string;
  /** By which way it came. */
  readonly way: string;
  readonly instance: string | null;
  readonly reader_version: number;
  readonly decoder_version: number;
  /** How its times without offset are read. */
  readonly time_zone: string;
}

export interface RawRecordAccount {
  /** Its number in the file today: another than the row’s where an older reader counted otherwise. */
  readonly number: number;
  /** Bytes before it in the text: decompressed, in UTF-8; of an archive, in its entry. Null where names are masked. */
  readonly offset: number | null;
  /** Its length in that text, in bytes. Null where names are masked. */
  readonly length: number | null;
  /** The line that it begins in, from 1, by line feeds; null where it cannot be told. */
  readonly line: number | null;
  readonly packed: 'gzip' | 'zstd' | 'zip' | null;
  readonly entry: string | null;
  readonly format: string;
  readonly encoding: string;
  readonly delimiter: string | null;
  readonly time_format: string;
  /** The names of the columns that hold for it. */
  readonly columns: readonly string[];
  /** Which of them is the time, the code, the message and who did it. */
  readonly roles: Readonly<Record<string, string>>;
  /** The record as it stands; null where it is no UTF-8. */
  readonly text: string | null;
  /** The same in Base64, where it is no UTF-8. */
  readonly base64: string | null;
  /** Whether it gives this event today: the same event_uid. */
  readonly gives_event: boolean;
  /** Columns of the row that are texts of the record, and say something else than it does. */
  readonly row_differs: readonly string[];
  /** In a sentence how it does, or why not. */
  readonly says: string;
}

/** What ties the row to the head of the chain. */
export interface ProofAccount {
  readonly data_file: DataFileAccount | null;
  /** The commits that have to do with the row, oldest first. */
  readonly commits: readonly CommitAccount[];
  readonly chain: ChainAccount;
  readonly proves: readonly string[];
  readonly proves_not: readonly string[];
  /** What to type, in the folder of the lake, to check it without this program. */
  readonly checks: readonly HandCheck[];
  /** How many of these are not shown because names are masked: they have one in them, or print one. */
  readonly checks_left_out: number;
}

export interface DataFileAccount {
  /** Lake path. */
  readonly path: string;
  readonly size: number;
  /** The row's place in it, from 1, and how many rows it has. */
  readonly row: number;
  readonly rows: number | null;
  /** As the commit of ours that added it recorded it; null where another engine wrote it. */
  readonly sha256_recorded: string | null;
  /** Null where it cannot be read. */
  readonly sha256_now: string | null;
}

export type CommitRole = 'took_in' | 'read_again' | 'added_data_file' | 'changed_day';

export interface CommitAccount {
  readonly version: number;
  readonly roles: readonly CommitRole[];
  readonly time: string | null;
  readonly operation: string | null;
  readonly engine: string | null;
  /** What kind of change it is: `compact`, `replay`, …; null where it only adds rows. */
  readonly change: string | null;
  readonly log: { readonly path: string; readonly sha256: string | null };
  /** Null where it has no evidence. */
  readonly evidence: {
    readonly path: string;
    readonly sha256: string;
    readonly previous: string | null;
    /** The SHA-256 of the log file that it sealed; null where it cannot be read. */
    readonly sealed: string | null;
  } | null;
  readonly faults: readonly string[];
}

/** The chain from the commit that took the raw file in up to the head. */
export interface ChainAccount {
  readonly from: number;
  readonly to: number;
  /** Evidence files that were looked at, each checked against its commit and the one before it. */
  readonly links: number;
  /** Commits at the end that no evidence seals yet. */
  readonly unsealed: number;
  /** The newest evidence, to be noted elsewhere; null where there is none. */
  readonly head: { readonly version: number; readonly sha256: string } | null;
  /** Where it is broken, and how; none where it holds. */
  readonly breaks: readonly { readonly version: number; readonly says: string }[];
}

export interface HandCheck {
  readonly says: string;
  readonly command: string;
  /** What it prints, or what is in it. */
  readonly expect: string;
}
