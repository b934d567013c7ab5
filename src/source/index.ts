export { foldName, isRole, REQUIRED_ROLES, ROLES, type Role } from './column-roles.ts';
export { BAD, END, type ExportReader, NEED_INPUT, type NextRecord, type ReadCounts, ROW } from './export-reader.ts';
export type { ExtraColumn, Header } from './header.ts';

export type { KnownEvents } from './known-events.ts';
export { openExport, type StoredExport } from './open-export.ts';
export type { Part } from './part.ts';
export type { PartContents } from './part-contents.ts';
export { recognisedBefore } from './recognise.ts';
export type { Recognised } from './recognised.ts';
export { type Alternative, RejectedFile, type RejectReason } from './rejection.ts';
export { type BadReason, Row } from './row.ts';
export type { SourceSettings } from './source-settings.ts';
export { encodingOf } from './text-encoding.ts';
export { checkTimeFormat } from './time.ts';
export { type TimeAdvice, timeAdvice } from './time-advice.ts';
export { instantOf } from './time-example.ts';
export { AMBIGUOUS, canonicalZone, EXACT, type TimeNote } from './time-zone.ts';
export { READER_VERSION, RECOGNISED_SINCE } from './version.ts';
