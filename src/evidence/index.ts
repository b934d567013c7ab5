export { contentOf, evidenceBytes, evidenceVersions, logContentOf, readChain, readEvidence } from './chain.ts';
export {
  BrokenEvidence,
  decodeEvidence,
  type Evidence,
  EvidenceConflict,
  encodeEvidence,
  evidenceOf,
  evidencePath,
  type GivenEvidence,
} from './record.ts';
export { type ChainHead, type Sealing, sealCommits, Unsealed } from './seal.ts';
