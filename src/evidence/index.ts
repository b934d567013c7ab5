export { contentOf, evidenceBytes, evidenceVersions, logContentOf, readChain, readEvidence } from './chain.ts';
export { BrokenEvidence, EvidenceConflict } from './errors.ts';
export {
  decodeEvidence,
  type Evidence,
  encodeEvidence,
  evidenceOf,
  evidencePath,
  type GivenEvidence,
} from './record.ts';
export { type ChainHead, type Sealing, sealCommits } from './seal.ts';
export { Unsealed } from './unsealed.ts';
