import type { SourceSettings } from './source-settings.ts';

/** Settings that together, given with what is set already, make a file readable that is refused. */
export type Alternative = Readonly<
  Partial<SourceSettings> & {
    /** In place of columnAliases, of what came by a webhook. */
    readonly webhookAliases?: SourceSettings['columnAliases'];
  }
>;

/** Why a whole file is refused. The list is closed: it is stored in the lake. */
export type RejectReason =
  | 'header_not_understood'
  | 'json_not_understood'
  | 'not_text'
  | 'corrupt_compression'
  | 'decompression_limit'
  | 'too_many_resynchronisations'
  | 'too_large'
  | 'too_many_records'
  | 'too_many_days'
  | 'too_many_parts'
  | 'too_many_frames'
  | 'window_too_large'
  /** Text that is not UTF-8, in an encoding that has to be named. */
  | 'encoding_unknown'
  /** Something else that is known: a workbook, a page, an image, a compression that is not read. */
  | 'other_format'
  /** What an interface answered instead of a log. */
  | 'error_answer'
  /** A ZIP archive that is damaged, or of which two parts do not say the same. */
  | 'corrupt_archive'
  /** A ZIP archive that is encrypted, nested, split, or compressed otherwise. */
  | 'unsupported_archive'
  | 'too_many_entries'
  | 'file_time_implausible'
  /** Whether its times have the month first or the day first, nothing says, or some times say one and others the other. */
  | 'time_in_doubt'
  /** It has records, and none of them is an audit record. */
  | 'nothing_readable'
  /** Its events would get other ids than those of the files of its instance before it. */
  | 'identity_differs'
  /** Not read to its end in several tries: it failed, took too long, or ended the process that read it. */
  | 'unreadable';

/**
 * Ends a file, all or nothing: whatever was read before it counts for nothing. Any other error that the reader throws is one of
 * infrastructure (storage, network), after which the file may be tried again.
 */
export class RejectedFile extends Error {
  override readonly name = 'RejectedFile';
  readonly reason: RejectReason;
  /** What only some want to read, in lines: all the names that were tried, say. Null where the explanation says it all. */
  readonly details: string | null;
  /** The settings that may be meant where one of several readings is: whoever knows the file chooses. Empty where none is known. */
  readonly alternatives: readonly Alternative[];

  /**
   * @param explanation what was expected, what was found, and what to do, in 500 characters or so: five lines where people read
   * it; the caller knows and adds the file's name
   */
  constructor(
    reason: RejectReason,
    explanation: string,
    options: ErrorOptions & { readonly details?: string; readonly alternatives?: readonly Alternative[] } = {},
  ) {
    const { details = null, alternatives = [], ...rest } = options;
    super(`${reason}: ${explanation}`, rest);
    this.reason = reason;
    this.details = details;
    this.alternatives = alternatives;
  }
}

/** Why a file with more records than the settings allow is refused. */
export function tooManyRecords(maxRecords: number): RejectedFile {
  return new RejectedFile(
    'too_many_records',
    `expected at most ${maxRecords} records, found more; split the file, or, where there is memory for it, raise ` +
      'AUDIT_LAKE_MAX_RECORDS (--max-records)',
  );
}

/** Why a file with records of more days than the settings allow is refused. */
export function tooManyDays(maxDays: number): RejectedFile {
  return new RejectedFile(
    'too_many_days',
    `expected records of at most ${maxDays} days, found more; split the file, check AUDIT_LAKE_TIME_FORMAT, or raise ` +
      'AUDIT_LAKE_MAX_DAYS (--max-days)',
  );
}
