import { replacedContents } from '../lake/index.ts';
import { counted, REPLACED, type Storage } from '../storage/index.ts';
import type { Findings } from './findings.ts';
import type { VersionedSource } from './raw-checks.ts';
import { unlessUnread } from './unread-files.ts';

/** Notes what is on record of contents that were replaced before anybody read them, unless some commit read them after all. */
export async function noteReplacedUnread(
  storage: Storage,
  recorded: readonly VersionedSource[],
  findings: Findings,
): Promise<void> {
  const read = new Set(recorded.map(({ source: { path, etag } }) => `${etag} ${path}`));
  const contents = (await unlessUnread(REPLACED, findings, () => replacedContents(storage))) ?? [];
  for (const { path, etag, size, how, written_at: at } of contents) {
    if (read.has(`${etag} ${path}`)) continue;
    const same = how === 'same_length' ? '; what is there is as long, and may be the same' : '';
    const text = `a content of ${counted(size, 'byte')}, there at ${at}, was replaced before anybody read it${same}`;
    findings.note('raw_replaced_unread', path, text);
  }
}
