import { BrokenEvidence, EvidenceConflict } from '../evidence/index.ts';
import type { CommitObserver } from '../lake/index.ts';
import { visible } from '../present/index.ts';
import { counted } from '../storage/index.ts';

/** Tells on `stream`, which is never the one that results are printed on, what is missing behind a commit: nothing is lost. */
export function commitWarnings(stream: { write(text: string): unknown }): CommitObserver {
  const warn = (text: string): void => {
    stream.write(`${text}\n`);
  };
  return {
    onCheckpointFailure: (error) =>
      warn(`no checkpoint was written, the next one is tried in time: ${reasonOf(error)}`),
    // Mostly it is late, and sometimes something is wrong.
    onEvidenceFailure: (error) =>
      warn(
        error instanceof EvidenceConflict || error instanceof BrokenEvidence
          ? `log and evidence contradict each other, run verify: ${reasonOf(error)}`
          : `evidence is missing, the next run writes it: ${reasonOf(error)}`,
      ),
    // What there is now proves no more than the log of today.
    onEvidenceRewritten: (table, commits) =>
      warn(
        `evidence of ${counted(commits, 'commit')} of ${table} was missing and was written anew from the log; ` +
          'run verify --head with a head noted elsewhere',
      ),
    onNewerCatalogue: () =>
      warn('audit_codes holds a newer catalogue than this program has, and keeps it; use the newer program here, too'),
  };
}

function reasonOf(error: unknown): string {
  return visible(error instanceof Error ? error.message : String(error));
}
