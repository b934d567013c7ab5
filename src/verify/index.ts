export type { Counts, Note, Problem } from './findings.ts';
export { type Meaning, NOTE_MEANINGS, PROBLEM_MEANINGS } from './meanings.ts';
export { type NewestVerification, verifyNewest } from './newest.ts';
export {
  type EndedVerification,
  type PastVerification,
  pastVerifications,
  recordVerification,
} from './verification-record.ts';
export { type Verification, type VerifyObserver, type VerifyOptions, verifyLake } from './verify.ts';
