/**
 * The zones of a lake, and the folders in them that have a meaning: lake paths, each with its slash. A folder of a lake, or
 * a container of its account, has the zone's name.
 */

/** Where raw files land; whoever exports names them. */
export const RAW = 'raw/';
/** The tables. */
export const CURATED = 'curated/';
/** What is no audit record, and what else lies beside the tables. */
export const QUARANTINE = 'quarantine/';
/** The chain of evidence, a folder a table. */
export const EVIDENCE = 'evidence/';

/** What whoever lands files keeps: calls of the day, and how far they have come. No part of the lake, also where it lies beside it. */
export const LANDING_STATE = 'landing-state/';

/** The events, and the catalogue; a table's path has no slash at its end. */
export const EVENTS_TABLE = `${CURATED}audit_events`;
export const CODES_TABLE = `${CURATED}audit_codes`;
/** What comparisons with the source's own counts found. */
export const COVERAGE_TABLE = `${CURATED}audit_coverage`;

/**
 * Keys by which names are masked. Beside the tables: whoever may read these sees the names, and has to be able to mask them.
 * No reader of tables looks into a folder whose name begins with an underscore.
 */
export const MASKING_KEYS = `${CURATED}_masking/`;

/** Records that are no audit records, a file for each raw file that has any. */
export const BAD_ROWS = `${QUARANTINE}rows/`;
/** Why a file was rejected, and how it begins. */
export const REJECTED_FILES = `${QUARANTINE}files/`;
/** Files of the two folders above whose raw file was withdrawn, in folders of the same names: no view reads them. */
export const ASIDE = `${QUARANTINE}aside/`;
/** Lists of the events that were erased. */
export const ERASED_LISTS = `${QUARANTINE}erased/`;
/** Marks of raw files that are being tried: named by no commit, and gone with the last file that is tried again. */
export const ATTEMPTS = `${QUARANTINE}attempts/`;
/** Marks of raw files that were read again because records of them are in quarantine; named by no commit. */
export const TRIED = `${QUARANTINE}tried/`;
/** What the last reconciliation stood before that found nothing to do; no commit names it. */
export const RECONCILED = `${QUARANTINE}reconciled/`;
/** Messages that no function could deal with; no commit names them. */
export const POISON = `${QUARANTINE}poison/`;
/** What is known of contents of raw files that were replaced before anybody read them; no commit names them. */
export const REPLACED = `${QUARANTINE}replaced/`;
/** What verifications found, a file each: no part of the chain, and named by no commit. */
export const VERIFICATIONS = `${QUARANTINE}verifications/`;

/** The name of a zone: its path without the slash. */
export function zoneName(zone: string): string {
  return zone.slice(0, -1);
}

/** A lake path as it is within its zone. */
export function pathInZone(path: string): string {
  return path.slice(path.indexOf('/') + 1);
}
