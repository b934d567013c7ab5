import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type EventAccount, eventAccount, eventNamed, LakeSession, type MaskRequest } from '../../src/asking/index.ts';
import { localStorage } from '../../src/storage/index.ts';
import type { Row } from '../parquet/readers.ts';
import type { MemoryStorage } from '../support/memory-storage.ts';

/** A lake in a folder that is asked for events. */
export interface AskedEvents {
  readonly root: string;
  readonly session: LakeSession;
  account(uid: string): Promise<EventAccount>;
  named(text: string): Promise<string | null>;
}

/** Asks a lake in a folder. */
export async function askFolder<T>(
  root: string,
  ask: (lake: AskedEvents) => Promise<T>,
  days = 0,
  mask?: MaskRequest,
): Promise<T> {
  const storage = localStorage(root);
  const signal = new AbortController().signal;
  const asked = { settings: { lake: root }, storage, signal, tell: () => undefined };
  const session = await LakeSession.open(asked, mask === undefined ? {} : { mask });
  try {
    return await ask({
      ...{ root, session },
      named: (text) => eventNamed(session, text),
      account: async (uid) => {
        const account = await eventAccount({ storage, rawRetentionDays: days }, session, uid);
        assert.ok(account !== null);
        return account;
      },
    });
  } finally {
    await session.close();
  }
}

/** Asks a lake in memory, put into a folder. */
export async function askMemory<T>(
  storage: MemoryStorage,
  ask: (lake: AskedEvents) => Promise<T>,
  days = 0,
  mask?: MaskRequest,
): Promise<T> {
  const root = await mkdtemp(join(tmpdir(), 'asked-'));
  try {
    for (const [path, { content }] of storage.files) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), content);
    }
    return await askFolder(root, ask, days, mask);
  } finally {
    await rm(root, { recursive: true });
  }
}

export function uidOf(row: Row | undefined): string {
  return String(row?.['event_uid']);
}
