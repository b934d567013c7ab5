import { type Action, commitInfoOf, isOurs } from '../table/index.ts';

/** A run seals at its start and after each commit, so that one that ends in the middle leaves no more than a few. */
const MOST_UNSEALED = 8;

/** Counts commits without evidence, and tells a run that ended in the middle from evidence that was removed. */
export class Unsealed {
  /** All of them, and those that this program wrote: another engine may write as many as it likes between two runs. */
  count = 0;
  #ours = 0;
  /** Whether one of them is of the format that has had evidence from the start. */
  #hasHadEvidence = false;

  add(actions: readonly Action[]): void {
    const info = commitInfoOf(actions);
    this.count++;
    if (info === null || !isOurs(info)) return;
    this.#ours++;
    // The first version, which wrote no evidence, named data files by their sources.
    if (info['files'] !== undefined) this.#hasHadEvidence = true;
  }

  /** Whether these are more than any run leaves behind: their evidence was there and was removed. */
  get isRemoved(): boolean {
    return this.#ours > MOST_UNSEALED && this.#hasHadEvidence;
  }
}
