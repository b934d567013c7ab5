export { isRole, ROLES, type Role } from './column-roles.ts';
export { BAD, type Counts, END, ExportReader, NEED_INPUT, type Outcome, ROW } from './export-reader.ts';
export type { ExtraColumn, Header } from './header.ts';
export { RejectedFile, type RejectReason } from './rejection.ts';
export { type BadReason, Row } from './row.ts';
export type { SourceSettings } from './source-settings.ts';
export { AMBIGUOUS, EXACT, NONEXISTENT, type TimeNote } from './time-zone.ts';
export { READER_VERSION } from './version.ts';
