import type { LakeSession } from '../asking/index.ts';
import { type Html, markup, numberText } from '../present/index.ts';
import { StorageError } from '../storage/index.ts';
import { TableError } from '../table/index.ts';
import type { Verification } from '../verify/index.ts';

const LOST: ReadonlySet<Verification['problems'][number]['kind']> = new Set(['data_file_missing', 'data_file_altered']);

/** Lake paths of the data files that a verification found to be gone, or not to be what was committed. */
export function lostDataFiles({ problems }: Pick<Verification, 'problems'>): ReadonlySet<string> {
  return new Set(problems.filter(({ kind }) => LOST.has(kind)).map(({ where }) => where));
}

/** What a page says at its top where the lake is asked without such files; nothing where it is asked with all of them. */
export function lostPart({ left: { files, events } }: Pick<LakeSession, 'left'>): Html | null {
  if (files === 0) return null;
  const those = files === 1 ? '1 data file is gone, or is' : `${numberText(files)} data files are gone, or are`;
  const many = events === null ? 'How many events the log does not tell' : `By the log ${numberText(events)} events`;
  return markup`<div class="card bad"><p><strong>${those} not what was committed: what stood there is counted nowhere on this page.</strong> ${many} are lost to it, until they are restored; <a href="#verification">the verification</a> names the files.</p></div>`;
}

/** What a page says where nothing of the lake can be counted. */
export function nothingCountedPart(error: Error): Html {
  return markup`<p>Nothing can be counted, as the lake stands: neither events nor questions nor quarantine are on this page. ${error.message}</p>`;
}

/** Whether an error is about what the lake is made of. */
export function isOfLake(error: unknown): error is Error {
  return error instanceof StorageError || error instanceof TableError;
}
