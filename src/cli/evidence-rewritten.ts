/** Warns of evidence that somebody removed: what there is now proves no more than the log of today. */
export function evidenceRewritten(table: string, commits: number): string {
  return (
    `evidence of ${commits} commits of ${table} was missing and was written anew from the log; ` +
    'run verify --head with a head noted elsewhere'
  );
}
