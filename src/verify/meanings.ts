import type { NoteKind, ProblemKind } from './findings.ts';

/** What a finding means to somebody who did not write this program, and where more is told. */
export interface Meaning {
  readonly meaning: string;
  /** A document of this program, with the heading in it. */
  readonly told: string;
}

const CHECKS = 'docs/evidence.md#what-verify-checks';
const LIMITS = 'docs/evidence.md#what-cannot-be-proved';
const FAILED = 'docs/operate.md#a-verification-failed';
const FOREIGN = 'docs/operate.md#commits-of-others';
const RAW_FILES = 'docs/operate.md#restoring-raw-files';

const problem = (meaning: string, told = FAILED): Meaning => ({ meaning, told });
const note = (meaning: string, told = CHECKS): Meaning => ({ meaning, told });

/** What each problem means. */
export const PROBLEM_MEANINGS: Readonly<Record<ProblemKind, Meaning>> = {
  commit_edited: problem('An entry of the log is not the one that was sealed: it was changed afterwards.'),
  commit_missing: problem('An entry of the log is gone, so that what it did can no longer be followed.'),
  commit_unreadable: problem(
    'An entry of the log can be read in more than one way, or not at all.',
    'docs/operate.md#a-commit-that-stops-the-writer',
  ),
  evidence_edited: problem('An evidence file is not what its commit gives: it was changed afterwards.'),
  evidence_missing: problem('Evidence of commits is gone: more than a run that ended in the middle leaves behind.'),
  log_cleaned_up: problem('The beginning of the log was removed, though the table forbids that.'),
  stray_version: problem('A file is named like a version of the log and is none.'),
  chain_broken: problem(
    'An evidence file does not follow from the one before it: history was changed or replaced there.',
  ),
  head_not_in_chain: problem(
    'The head that was noted elsewhere is not in the chain: its end was cut off, or all of it was replaced.',
  ),
  table_unreadable: problem('The table cannot be read as it stands.'),
  table_unsupported: problem(
    'The table uses a feature that this program does not know, so that it cannot vouch for it.',
  ),
  columns_changed: problem('A column was taken away or given another type.'),
  state_differs: problem('What readers see is not what the entries of the log add up to.'),
  checkpoint_differs: problem('A checkpoint holds something else than the log: whoever reads by it sees other rows.'),
  checkpoint_unreadable: problem('A checkpoint cannot be read, so that what readers would see by it cannot be told.'),
  hint_differs: problem('The file that tells readers where to begin leads them astray.'),
  side_file_differs: problem('A file beside the log that some engine goes by says something else than the log.'),
  unknown_name: problem('A file has a name that some reader goes by, and no writer of this program gives.'),
  not_a_file: problem('Something that is no plain file (a link, a pipe, an impossible name) stands among the files.'),
  commit_illegal: problem(
    'An entry of the log contradicts the rules of the table.',
    'docs/operate.md#a-commit-that-stops-the-writer',
  ),
  counts_differ: problem('What a commit says of its records and rows does not add up: some are not accounted for.'),
  file_not_named: problem('A commit does not say what it has to say of the files that it added.'),
  rows_not_conserved: problem('A rearrangement of rows has lost or gained some.'),
  changed_outside_bracket: problem('Rows were removed where the log does not open and close such a change.', FOREIGN),
  open_bracket: problem(
    'A change of rows was begun and never closed: until then the table may lose rows unnoticed.',
    FOREIGN,
  ),
  foreign_data_change: problem('Another program changed rows of the table.', FOREIGN),
  transaction_unfounded: problem('A mark that makes a file or a row be passed over is one that no recorded step set.'),
  rows_withheld: problem('Rows are kept out of the table for a reason that is not on record.'),
  data_file_missing: problem('A file of the table is gone, and its rows with it.'),
  data_file_altered: problem('A file of the table is not the one that was committed.'),
  statistics_wrong: problem('Bounds or counts that the log gives for a file are false, and hide rows from queries.'),
  footer_wrong: problem('What a file says of its own values is false, and hides rows from queries.'),
  quarantine_missing: problem('A file with records that were no audit records is gone.'),
  quarantine_altered: problem('A file with records that were no audit records is not the one that was written.'),
  file_archived: problem('A file lies in the archive tier, where nobody can read it.'),
  file_unreadable: problem('A file is there and cannot be read: no right to it, or damage of the disk.'),
  raw_not_ingested: problem('An export has arrived and was not taken in.', 'docs/operate.md#landed-waiting'),
  raw_missing: problem('An export that was taken in is gone before its time.', RAW_FILES),
  raw_altered: problem('An export that was taken in has another content now.', RAW_FILES),
  row_missing: problem('A raw file gives a row that the table lacks.'),
  row_added: problem('The table has a row that no raw file gives.'),
  row_differs: problem('A row is not what it was made from.'),
  rows_not_compared: problem('A day could not be compared with its raw files.'),
  source_differs: problem('Reading a raw file again gives other counts than are on record.'),
};

/** What each note means: no fault. */
export const NOTE_MEANINGS: Readonly<Record<NoteKind, Meaning>> = {
  unsealed: note(
    'The newest commits have no evidence yet, as after a run that ended in the middle; the next run writes it.',
  ),
  log_cleaned_up: note('The beginning of the log was removed, as the table allowed; what is there is checked.'),
  foreign_commit: note('Another program wrote to the table; where it changed rows, a problem says so.', FOREIGN),
  foreign_change_accepted: note(
    'Another program changed rows; that was put right, and acknowledged with a reason.',
    FOREIGN,
  ),
  metadata_changed: note('A description or setting of the table was changed.'),
  transactions_expired: note('A checkpoint leaves out old marks of files that were taken in, as the table allowed.'),
  not_checked: note('Something could not be checked, for the reason given.', LIMITS),
  orphans: note(
    'Files lie beside the table that no version names: left by a run that was cut off, and read by nobody.',
  ),
  hint_behind: note('The file that tells readers where to begin is behind; they find the rest by themselves.'),
  unknown_name: note('A file has a name that this program does not give, and no reader goes by.'),
  masking_key_altered: note(
    'The key by which names are masked is not as this program wrote it, so that pseudonyms may be others than before.',
    'docs/personal-data.md#names-masked',
  ),
  raw_replaced: note('Under the name of an export there was another content before.', LIMITS),
  raw_replaced_unread: note(
    'An export was replaced before anybody read it: its events are in the table only where another export has them.',
    'docs/operate.md#raw-replaced-unread',
  ),
  raw_expired: note('Exports are gone because they are older than they have to be kept.'),
  raw_withdrawn: note('An export was withdrawn, with a reason on record.', 'docs/evidence.md#what-a-withdrawal-leaves'),
  raw_archived: note('An export lies in the archive tier and was not read.', FAILED),
  head_found: note('The head that was noted elsewhere is in the chain: all history up to it is as it was.'),
  other_catalogue: note(
    'Rows were read with an older catalogue of audit codes, and were compared on all other columns.',
    LIMITS,
  ),
  other_reader: note(
    'Rows were read by an older version of this program, and were compared as far as both agree.',
    LIMITS,
  ),
  not_provable: note('Something can no longer be proved, for the reason given.', LIMITS),
};
