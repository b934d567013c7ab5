/**
 * Raised whenever the same file and settings would give other records: a rejected file is then tried again, and what an
 * older version took in of such a file is not held against what it gives today ({@link ExportReader.readSince}).
 */
export const READER_VERSION = 4;

/** The version since which line ends of any kind are read, and joined exports part by part. */
export const LINE_ENDS_AND_PARTS_SINCE = 2;

/** The version since which times and codes are read in more ways to write them than one. */
export const TIME_AND_CODE_FORMS_SINCE = 3;

/** The version since which it is recognised how a file is written, where the settings leave that open. */
export const RECOGNISED_SINCE = 3;

/** The version since which text in other encodings than UTF-8 is read. */
export const ENCODINGS_SINCE = 3;

/** The version since which lines of classic audit logs are read. */
export const LOGS_SINCE = 3;

/** The version since which ZIP archives are read. */
export const ARCHIVES_SINCE = 3;

/** The version since which names with dots are paths into nested JSON, and what a template left open is no value. */
export const JSON_PATHS_SINCE = 4;
