import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AskedLake, answerIn, LakeSession, type MaskRequest, objectsOf } from '../../src/asking/index.ts';
import { parseSettings } from '../../src/settings/index.ts';
import { openLake } from '../../src/storage/index.ts';
import { run } from '../support/cli.ts';

/** One record of an export: who did it, and what the message says. */
export interface Deed {
  readonly actor: string;
  readonly code: number;
  readonly message: string;
}

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

/** A lake in a folder with these events, to be asked with masked names and without. */
export class MaskedLake {
  readonly folder: string;
  readonly lake: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.lake = join(folder, 'lake');
  }

  static async make(deeds: readonly Deed[], others = ''): Promise<MaskedLake> {
    const made = new MaskedLake(await mkdtemp(join(tmpdir(), 'masked-lake-')));
    const records = deeds.map(
      ({ actor, code, message }, index) =>
        `2026-03-01T10:${String(Math.floor(index / 60) % 60).padStart(2, '0')}:${String(index % 60).padStart(2, '0')}Z,${code},${quoted(message)},${quoted(actor)}\n`,
    );
    const file = join(made.folder, 'export.csv');
    await writeFile(file, `time,code,message,user name\n${records.join('')}${others}`);
    const taken = await run(['ingest', file, '--lake', made.lake]);
    assert.ok(taken.code === 0 || others !== '', taken.stderr + taken.stdout);
    return made;
  }

  get asked(): AskedLake {
    const settings = parseSettings({ environment: {}, options: { lake: this.lake } });
    const tell = () => undefined;
    return { settings, storage: openLake(settings), signal: new AbortController().signal, tell };
  }

  /** A session with masked names; without them where null is given. */
  async session(mask: MaskRequest | null = { reveal: [] }): Promise<LakeSession> {
    return await LakeSession.open(this.asked, { quarantine: true, ...(mask && { mask }) });
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}

/** The rows of a statement as whoever asks may run it. */
export async function askedRows(session: LakeSession, sql: string): Promise<Record<string, unknown>[]> {
  const { names, batches } = await session.rows(sql);
  const rows: Record<string, unknown>[] = [];
  for await (const batch of batches) {
    for (const row of batch) rows.push(Object.fromEntries(names.map((name, index) => [name, row[index]])));
  }
  return rows;
}

/** The rows of a statement of our own. */
export async function ownRows(session: LakeSession, sql: string): Promise<Record<string, unknown>[]> {
  return objectsOf(await answerIn(session, sql));
}
