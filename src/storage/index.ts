export { unquoted } from './adls-file.ts';
export { placeOf } from './adls-place.ts';
export { type BlobContainer, type ListedBlob, openBlobContainer } from './blob-container.ts';
export { counted } from './counted.ts';
export {
  AccessDenied,
  FileArchived,
  FileNotFound,
  InvalidPath,
  PreconditionFailed,
  StorageError,
  StorageFault,
  Unavailable,
  UnreadableFile,
} from './errors.ts';
export { type Host, type LakeContext, systemHost, utcDay, uuid } from './host.ts';
export { Interrupted, interruptible, pause } from './interruptible.ts';
export { checkEmulatorAccess, isRealAccount, parseLocation } from './lake-location.ts';
export { localStorage } from './local.ts';
export type { LocalAccess } from './local-folders.ts';
export { masked, maskedLocation } from './masked.ts';
export { type LakeSettings, openLake, openRawToAdd, openZone } from './open-lake.ts';
export { forEachParallel } from './parallel.ts';
export { byPath, checkPath, comparePaths } from './path.ts';
export { type Principal, signedInPrincipal } from './principal.ts';
export { BackOff, RetriesExhausted, type RetryPolicy, retryAfter } from './retry.ts';
export { makeScratch, makeScratchNow, removeLeftScratch, type ScratchFolder } from './scratch-folder.ts';
export { sha256Hex, sha256Of } from './sha256.ts';
export {
  type FileInfo,
  type ListedFile,
  type ListOptions,
  type ReadOptions,
  readAll,
  type Storage,
} from './storage.ts';
export { digestOf, type StoredDigest } from './stored-digest.ts';
export { holdTemporary, letGo } from './temporary-file.ts';
export { wrapStorage } from './wrapped.ts';
export {
  ASIDE,
  ATTEMPTS,
  BAD_ROWS,
  CODES_TABLE,
  COVERAGE_TABLE,
  CURATED,
  ERASED_LISTS,
  EVENTS_TABLE,
  EVIDENCE,
  LANDING_STATE,
  MASKING_KEYS,
  POISON,
  pathInZone,
  QUARANTINE,
  RAW,
  RECONCILED,
  REJECTED_FILES,
  REPLACED,
  TRIED,
  VERIFICATIONS,
  zoneName,
} from './zones.ts';
