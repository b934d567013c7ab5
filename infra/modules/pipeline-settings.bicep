// The pipeline's settings that an operator chooses, as docs/settings.md describes them. What is left out has the default that
// stands there. The others are not given but computed: AUDIT_LAKE_LAKE, AUDIT_LAKE_RAW, AUDIT_LAKE_IDENTITY_CLIENT_ID,
// AUDIT_LAKE_RAW_RETENTION_DAYS.

@export()
@sealed()
@description('Settings of the pipeline, written as in docs/settings.md.')
type PipelineSettings = {
  @description('Which Nexthink instance a raw file comes from: prefix=name, separated by commas. Part of an event\'s identity: changing it later doubles rows.')
  instances: string?

  @description('Which raw files are audit exports: glob patterns, separated by commas.')
  include: string?

  @description('Which raw files are none although they are included: glob patterns, separated by commas.')
  exclude: string?

  @description('Whether the first record of a file names its columns.')
  header: ('false' | 'true')?

  @description('The columns of files without header, separated by commas.')
  columns: string?

  @description('Header names in place of the built-in ones: role=header name, separated by commas.')
  columnAliases: string?

  @description('The encoding of files without a byte order mark: auto (UTF-8), or a name, for example windows-1252.')
  encoding: string?

  @description('What separates the fields of a record: one character, or the word tab.')
  @maxLength(3)
  delimiter: string?

  @description('How times are written: auto, or a pattern.')
  timeFormat: string?

  @description('The IANA time zone of times without offset. Part of an event\'s identity: changing it later doubles rows.')
  timeZone: string?

  @description('What stands before the bracket of a line of a classic log, for example {time} {host} nexthink:')
  classicLine: string?

  @description('The longest record, for example 8MiB.')
  maxRecordBytes: string?

  @description('The longest file, decompressed, for example 128GiB.')
  maxFileBytes: string?

  @description('Decompressed bytes per stored byte beyond which a file is rejected.')
  @minValue(1)
  maxCompressionRatio: int?

  @description('The most records of a file.')
  @minValue(1)
  maxRecords: int?

  @description('The most days of a file\'s records.')
  @minValue(1)
  @maxValue(36500)
  maxDays: int?

  @description('The most Zstandard frames of a file.')
  @minValue(1)
  maxFrames: int?

  @description('The most entries of a ZIP archive.')
  @minValue(1)
  @maxValue(65536)
  maxEntries: int?

  @description('The largest window of a Zstandard frame, for example 512MiB.')
  maxWindowBytes: string?

  @description('Where in the raw zone results of NQL queries are landed.')
  nqlPrefix: string?

  @description('Where in the raw zone the webhook receiver lands what it is sent.')
  webhookPrefix: string?

  @description('Where in the raw zone logs of the Audit Trail API (classic) are landed.')
  classicPrefix: string?

  @description('Where in the raw zone counts of the trail are landed.')
  countsPrefix: string?

  @description('Names or paths of what webhooks send in place of the built-in ones: role=name, separated by commas.')
  webhookAliases: string?

  @description('The version of the storage service that requests ask for, for example 2023-11-03, where a region or cloud lags (InvalidHeaderValue).')
  storageVersion: string?

  @description('The largest commit of a log, for example 256MiB; a checkpoint may have four times that.')
  maxLogBytes: string?

  @description('How the table\'s Parquet files are compressed.')
  codec: ('snappy' | 'zstd')?

  @description('Minutes for which a raw file that no event announced must have stood unchanged.')
  @minValue(0)
  @maxValue(1440)
  settleMinutes: int?

  @description('When raw is searched for files that no event announced: six fields, UTC.')
  reconcileSchedule: string?

  @description('Minutes after which a reconciliation begins no further file.')
  @minValue(1)
  @maxValue(1440)
  reconcileMinutes: int?

  @description('Tries of a file after which a reconciliation records it as unreadable.')
  @minValue(1)
  @maxValue(1000)
  reconcileTries: int?

  @description('When the tables are compacted, vacuumed and verified: six fields, UTC.')
  maintainSchedule: string?

  @description('Minutes that a maintenance may take.')
  @minValue(1)
  @maxValue(1440)
  maintainMinutes: int?

  @description('Minutes that one invocation may last.')
  @minValue(1)
  @maxValue(1440)
  invocationMinutes: int?

  @description('The IANA time zone of classic logs, where it is not that of timeZone.')
  classicTimeZone: string?

  @description('How times are written in classic logs, where it is not as timeFormat says.')
  classicTimeFormat: string?

  @description('Hours after its end at which an hour is compared with what Nexthink counted.')
  @minValue(0)
  @maxValue(720)
  coverageLateHours: int?

  @description('When landed counts are compared with the table: six fields, UTC; never where it is left out.')
  coverageSchedule: string?

  @description('When what the landing app has landed is taken in: six fields, UTC.')
  landedSchedule: string?
}
