import {
  ASIDE,
  ATTEMPTS,
  BAD_ROWS,
  POISON,
  RECONCILED,
  REJECTED_FILES,
  REPLACED,
  type Storage,
  TRIED,
} from '../storage/index.ts';
import type { DataSubject } from './data-subject.ts';
import { linesOf } from './text-lines.ts';

/** A quarantine file that mentions a data subject, and how many of its records do. */
export interface QuarantineMention {
  readonly path: string;
  readonly records: number;
}

/**
 * The quarantine files that mention a data subject: bad rows and rejected files by their raw text, messages and marks about
 * files by what they say. Lists of erased events hold digests alone.
 */
export async function quarantineMentions(storage: Storage, subject: DataSubject): Promise<QuarantineMention[]> {
  const mentions: QuarantineMention[] = [];
  for (const folder of [BAD_ROWS, REJECTED_FILES, ASIDE, POISON, ATTEMPTS, TRIED, REPLACED, RECONCILED]) {
    for await (const { path } of storage.list(folder)) {
      let records = 0;
      for await (const line of linesOf(storage.read(path)))
        if (rawTexts(line).some((text) => subject.isMentionedIn(text))) records++;
      if (records > 0) mentions.push({ path, records });
    }
  }
  return mentions;
}

/** What a line of a quarantine file quotes of the raw file, as it may be meant; the line itself where it is none of ours. */
function rawTexts(line: string): string[] {
  try {
    const { raw, raw_base64: encoded, explanation } = JSON.parse(line) as Readonly<Record<string, unknown>>;
    const quoted = typeof explanation === 'string' ? [explanation] : [];
    if (typeof raw === 'string') return [...quoted, raw];
    return typeof encoded === 'string' ? [...quoted, ...readings(Buffer.from(encoded, 'base64'))] : [line];
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return [line];
    throw error;
  }
}

/** Bytes that are not UTF-8 as what else they may be. */
function readings(bytes: Uint8Array): string[] {
  return ['utf-8', 'windows-1252', 'utf-16le', 'utf-16be'].map((encoding) => new TextDecoder(encoding).decode(bytes));
}
