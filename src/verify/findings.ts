import { comparePaths } from '../storage/index.ts';

/** What can be wrong with a lake. */
export const PROBLEM_KINDS = [
  // The chain of log and evidence.
  'commit_edited',
  'commit_missing',
  'commit_unreadable',
  'evidence_edited',
  'evidence_missing',
  'log_cleaned_up',
  'stray_version',
  'chain_broken',
  'head_not_in_chain',
  // The state that readers see.
  'table_unreadable',
  'table_unsupported',
  'columns_changed',
  'state_differs',
  'checkpoint_differs',
  'checkpoint_unreadable',
  'hint_differs',
  'side_file_differs',
  'unknown_name',
  // A link, a pipe, a name that no path can have.
  'not_a_file',
  // What commits say of themselves.
  'commit_illegal',
  'counts_differ',
  'file_not_named',
  'rows_not_conserved',
  'changed_outside_bracket',
  'open_bracket',
  'foreign_data_change',
  'transaction_unfounded',
  'rows_withheld',
  // The files.
  'data_file_missing',
  'data_file_altered',
  'statistics_wrong',
  'footer_wrong',
  'quarantine_missing',
  'quarantine_altered',
  'file_archived',
  // No right to it, damage of the disk.
  'file_unreadable',
  'raw_not_ingested',
  'raw_missing',
  'raw_altered',
  // What decoding from raw again gives.
  'row_missing',
  'row_added',
  'row_differs',
  'rows_not_compared',
  'source_differs',
] as const;

/** What is worth knowing of a lake, and no fault. */
export const NOTE_KINDS = [
  'unsealed',
  'log_cleaned_up',
  'foreign_commit',
  'foreign_change_accepted',
  'metadata_changed',
  'transactions_expired',
  'not_checked',
  'orphans',
  'hint_behind',
  'unknown_name',
  'raw_replaced',
  'raw_replaced_unread',
  'raw_expired',
  'raw_withdrawn',
  'raw_archived',
  'masking_key_altered',
  'head_found',
  'other_catalogue',
  'other_reader',
  'not_provable',
] as const;

export type ProblemKind = (typeof PROBLEM_KINDS)[number];
export type NoteKind = (typeof NOTE_KINDS)[number];

/** Something found; `where` is a lake path. */
export interface Finding<Kind> {
  readonly kind: Kind;
  readonly where: string;
  readonly explanation: string;
}

export type Problem = Finding<ProblemKind>;
export type Note = Finding<NoteKind>;

/** How much was looked at. */
export interface Counts {
  commits: number;
  foreign_commits: number;
  checkpoints: number;
  sources: number;
  data_files: number;
  data_bytes: number;
  /** Rows of audit_events, and those of the other tables. */
  rows: number;
  rows_of_codes: number;
  rows_of_coverage: number;
  quarantine_files: number;
  raw_files: number;
  raw_files_excluded: number;
  /** Files of the raw zone that hold counts of the trail, and are no exports. */
  count_files: number;
  /** Rows compared with what raw gives now; only a deep verification has them. */
  rows_rebuilt: number;
}

/** What a verification found, in the order of its finding. */
export class Findings {
  readonly problems: Problem[] = [];
  readonly notes: Note[] = [];
  readonly counts: Counts = {
    commits: 0,
    foreign_commits: 0,
    checkpoints: 0,
    sources: 0,
    data_files: 0,
    data_bytes: 0,
    rows: 0,
    rows_of_codes: 0,
    rows_of_coverage: 0,
    quarantine_files: 0,
    raw_files: 0,
    raw_files_excluded: 0,
    count_files: 0,
    rows_rebuilt: 0,
  };

  problem(kind: ProblemKind, where: string, explanation: string): void {
    this.problems.push({ kind, where, explanation });
  }

  /** Runs a step that looks at many files at a time, and puts what it found in the order of their paths. */
  async inOrder<T>(step: () => Promise<T>): Promise<T> {
    const [problems, notes] = [this.problems.length, this.notes.length];
    const result = await step();
    this.problems.push(...this.problems.splice(problems).sort(byPath));
    this.notes.push(...this.notes.splice(notes).sort(byPath));
    return result;
  }

  note(kind: NoteKind, where: string, explanation: string): void {
    this.notes.push({ kind, where, explanation });
  }
}

function byPath(a: Finding<unknown>, b: Finding<unknown>): number {
  return comparePaths(a.where, b.where);
}
