/** Raised whenever the same file and settings would give other records: a rejected file is then tried again. */
export const READER_VERSION = 1;
