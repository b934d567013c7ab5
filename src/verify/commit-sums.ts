import type { ChangeRecord, CommitRecord, IngestedRecord, SourceRecord } from '../lake/index.ts';
import type { AddFile, RemoveFile } from '../table/index.ts';

/** Rows of the files that a commit adds and removes; null where nobody knows them any more. */
interface Moved {
  readonly added: number;
  readonly removed: number | null;
}

/** Why the record of a raw file does not account for each of its records; null where it does. */
export function sourceFault(source: SourceRecord): string | null {
  const { path, rows, committed, duplicates, quarantined, withheld } = source;
  const outside = source.outcome === 'ingested' ? (source.outside_scope ?? 0) : 0;
  const total = committed + duplicates + quarantined + withheld + outside;
  if (total === rows) return source.outcome === 'ingested' ? hoursFault(source) : null;
  const parts = `${committed} committed + ${duplicates} duplicates + ${quarantined} quarantined + ${withheld} withheld`;
  return `${path}: ${rows} rows were read, and ${parts}${outside > 0 ? ` + ${outside} outside` : ''} are ${total}`;
}

/** Why what a record tells by hour does not add up to what it tells of all records; null where it does, or tells no hours. */
function hoursFault({ path, rows, committed, quarantined, hours }: IngestedRecord): string | null {
  if (hours === undefined) return null;
  const [good, became] = [totalOf(hours.records), totalOf(hours.committed)];
  if (good === rows - quarantined && became === committed) return null;
  const expected = `${rows - quarantined} good records and ${committed} committed`;
  return `${path}: expected ${expected} in all hours together, found ${good} and ${became}`;
}

/**
 * Where a commit of ours as a whole takes in other rows than it puts out. `rowsOf` tells the rows of a file that was part
 * of the table before it.
 */
export function* sumFaults(
  adds: readonly AddFile[],
  removes: readonly RemoveFile[],
  { sources, files, change }: CommitRecord,
  rowsOf: (path: string) => number | null,
): Generator<string> {
  const gone = removes.map(({ path }) => rowsOf(path));
  const moved = {
    added: totalOf(adds.map(({ path }) => files.get(path)?.rows ?? 0)),
    removed: gone.includes(null) ? null : totalOf(gone.map(Number)),
  };
  const committed = totalOf(sources.map((source) => source.committed));
  const pairs =
    change === null
      ? [['rows of the data files added, against rows committed', moved.added, committed] as const]
      : changeSums(change, moved, committed);
  for (const [what, found, expected] of pairs) {
    if (found === null || expected === null || found === expected) continue;
    yield `${what}: expected ${expected}, found ${found}`;
  }
}

type Sum = readonly [what: string, found: number | null, expected: number | null];

function changeSums(change: ChangeRecord, { added, removed }: Moved, committed: number): readonly Sum[] {
  if (change.kind === 'compact') return [['rows after compaction, against rows before', added, removed]];
  if (change.kind === 'replay') {
    const given = committed + change.carried_over;
    return [
      ['rows of the data files added, against rows committed and carried over', added, given],
      ['rows removed by the replay, against its record', removed, change.rows_before],
      ['rows added by the replay, against its record', added, change.rows_after],
    ];
  }
  if (change.kind === 'withdraw') {
    const {
      undo,
      withdrawn,
      passed_on: passed,
      carried_over: carried,
      rows_before: before,
      rows_after: after,
    } = change;
    const [ofFiles, ofOthers] = [totalOf(withdrawn.map(({ rows }) => rows)), totalOf(passed.map(({ rows }) => rows))];
    const [gone, come] = undo ? [ofOthers, ofFiles] : [ofFiles, ofOthers];
    return [
      ['rows of the data files added, against rows committed and carried over', added, committed + carried],
      ['rows removed by the withdrawal, against its record', removed, before],
      ['rows added by the withdrawal, against its record', added, after],
      ['rows of the data files removed, against rows that went and were carried over', removed, gone + carried],
      ['rows committed, against those that came in place of others', committed, come],
    ];
  }
  const removals: Sum = [
    `rows removed (${change.kind}), against the record`,
    removed === null ? null : removed - added,
    change.rows,
  ];
  if (change.kind === 'retain') return [removals];
  const listed = change.erased?.rows ?? null;
  return [removals, ['rows in the list of erased events, against the record', listed, change.rows]];
}

export function totalOf(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
