import { orUnrewritable, RewriteSource, type StoredRow } from '../rewrite/index.ts';
import type { Storage } from '../storage/index.ts';
import type { AddFile } from '../table/index.ts';
import { type DataSubject, SEARCHED_COLUMNS } from './data-subject.ts';

/** What a data file holds of a data subject. */
export interface SubjectRows {
  /** event_uids of the rows that are theirs. */
  readonly uids: readonly string[];
  /** Rows that mention them and are not theirs by any column. */
  readonly mentions: number;
  /** Lake paths of the raw files that the rows that are theirs were read from. */
  readonly rawFiles: ReadonlySet<string>;
  /** The same of the rows that mention them. */
  readonly mentioningRawFiles: ReadonlySet<string>;
}

const WANTED: ReadonlySet<string> = new Set(['event_uid', 'source_file', ...SEARCHED_COLUMNS]);

/**
 * Looks for a data subject in a live file. Every row is looked at: the bounds in the log cover few of the columns.
 * @throws UnrewritableFile for content that is not understood, in which rows could be overlooked; storage errors
 */
export async function findIn(
  storage: Storage,
  table: string,
  add: AddFile,
  subject: DataSubject,
): Promise<SubjectRows> {
  const uids: string[] = [];
  const rawFiles = new Set<string>();
  const mentioningRawFiles = new Set<string>();
  let mentions = 0;
  const source = await RewriteSource.open(storage, table, add);
  await orUnrewritable(table, add.path, async () => {
    for await (const row of source.rowsOf(WANTED)) {
      while (row.next()) {
        if (subject.owns(row)) {
          uids.push(textOf(row, 'event_uid'));
          rawFiles.add(textOf(row, 'source_file'));
        } else if (subject.isMentionedBy(row)) {
          mentions++;
          mentioningRawFiles.add(textOf(row, 'source_file'));
        }
      }
    }
  });
  return { uids, mentions, rawFiles, mentioningRawFiles };
}

function textOf(row: StoredRow, column: string): string {
  return Buffer.from(row.text(column) ?? []).toString('utf8');
}
