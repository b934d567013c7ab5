import { BrokenEvidence, EvidenceConflict } from '../evidence/index.ts';
import { visible } from './visible.ts';

/** What to say where the evidence of a commit was not written: mostly it is late, and sometimes something is wrong. */
export function evidenceFailure(error: unknown): string {
  const reason = visible(error instanceof Error ? error.message : String(error));
  return error instanceof EvidenceConflict || error instanceof BrokenEvidence
    ? `log and evidence contradict each other, run verify: ${reason}`
    : `evidence is missing, the next run writes it: ${reason}`;
}
