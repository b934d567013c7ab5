import { createReadStream, type Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { KNOWN_EVENTS } from '../lake/index.ts';
import { type Settings, wayOf, waySourceSettings } from '../settings/index.ts';
import {
  BAD,
  type BadReason,
  NEED_INPUT,
  openExport,
  RejectedFile,
  type RejectReason,
  type SourceSettings,
} from '../source/index.ts';

/** A file of a folder that was given, which is not taken for an export. */
export interface LeftFile {
  /** As a path from where the command was called. */
  readonly file: string;
  readonly why: string;
}

/** Why a file of a folder is left, given its path within the folder; null where it is taken for an export. */
export type LeftFor = (file: string, within: string) => Promise<string | null>;

/** What is named as an export is taken, whatever it holds: where it is none, its rejection is on record. */
const NAMED_AS_EXPORT = /\.(csv|tsv|psv|jsonl|ndjson)(\.(gz|zst|zstd|bz2|xz|zip))?$/i;

const OF_THE_SYSTEM = /^(\..*|~\$.*|thumbs\.db|ehthumbs\.db|desktop\.ini|__macosx)$/i;
const UNFINISHED = /(\.(part|partial|crdownload|download|tmp|filepart)|~)$/i;

/** What says that a file is no export at all; any other reason is about one that is damaged, or in doubt. */
const NO_EXPORT: ReadonlySet<RejectReason> = new Set([
  ...([
    'header_not_understood',
    'json_not_understood',
    'not_text',
    'corrupt_compression',
    'other_format',
    'error_answer',
  ] as const),
]);

/** What the first record of JSON is bad for, where it is none of an export at all. */
const NO_RECORD: ReadonlySet<BadReason> = new Set(['invalid_json', 'not_an_object', 'keys_not_understood']);
const NO_LINE = 'no line of a classic log at its beginning';
const NO_MEMBERS = 'JSON without members that are known as time, code and message';

/** A header can be read in one of these, or well enough to see what it is. */
const LIKELY_ENCODINGS = ['windows-1252', 'utf-16le', 'utf-16be', 'utf-32le', 'utf-32be'] as const;
const UNKNOWN_ENCODING = 'text in an unknown encoding';

/** Of an explanation so much is shown of each file that is left. */
const MOST_SHOWN = 160;

/**
 * Knows exports by their names, and others by how they begin, with these settings.
 * @param target where below the raw zone a file would go, given its path within the folder
 */
export function byContent(settings: Settings, target: (within: string) => string): LeftFor {
  return async (file, within) => {
    const way = wayOf(target(within), settings);
    if (UNFINISHED.test(file)) return 'by its name a download or copy that is not finished';
    if (NAMED_AS_EXPORT.test(file)) return null;
    try {
      const { size, mtimeMs } = await stat(file);
      return size === 0
        ? 'empty'
        : await whyNoExport(file, waySourceSettings(settings, way, settings.timeZone), mtimeMs, way === 'classic');
    } catch (error) {
      // Whoever copies it says that it cannot be read.
      if (error instanceof Error && 'syscall' in error) return null;
      throw error;
    }
  };
}

/**
 * The regular files of a folder and of those in it, with their path within it; what is left goes to `onLeft`. The lake itself
 * is passed over.
 */
export async function filesOf(
  folder: string,
  lake: string,
  leftFor: LeftFor,
  onLeft: (left: LeftFile) => void,
): Promise<{ readonly file: string; readonly segments: readonly string[] }[]> {
  const found: { file: string; segments: string[] }[] = [];
  const walk = async (within: readonly string[]): Promise<void> => {
    const entries = await readdir(path.join(folder, ...within), { withFileTypes: true });
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const segments = [...within, entry.name];
      const file = path.join(folder, ...segments);
      if (isWithin(path.relative(lake, path.resolve(file)))) continue;
      const why = ofItsKind(entry) ?? (entry.isDirectory() ? null : await leftFor(file, segments.join('/')));
      if (why !== null) onLeft({ file: entry.isDirectory() ? `${file}${path.sep}` : file, why });
      else if (entry.isDirectory()) await walk(segments);
      else found.push({ file, segments });
    }
  };
  await walk([]);
  return found;
}

/** Whether a path that leads from a folder to something stays in the folder. On another drive of Windows it has no beginning in common. */
export function isWithin(
  relative: string,
  { sep, isAbsolute }: Pick<typeof path, 'sep' | 'isAbsolute'> = path,
): boolean {
  return relative !== '..' && !relative.startsWith(`..${sep}`) && !isAbsolute(relative);
}

/** Why an entry of a folder is left, whatever it holds. */
function ofItsKind(entry: Dirent): string | null {
  if (OF_THE_SYSTEM.test(entry.name)) return 'hidden, or of the system';
  if (entry.isDirectory() || entry.isFile()) return null;
  return entry.isSymbolicLink() ? 'a link: name what it leads to' : 'no regular file';
}

/** Null where a file begins as an export, be it in an encoding that has to be named first. */
async function whyNoExport(
  file: string,
  settings: SourceSettings,
  landedAt: number,
  isLog: boolean,
): Promise<string | null> {
  const why = await whyUnreadable(file, settings, landedAt, isLog);
  if (why !== UNKNOWN_ENCODING) return why;
  for (const encoding of LIKELY_ENCODINGS) {
    if ((await whyUnreadable(file, { ...settings, encoding }, landedAt, isLog)) === null) return null;
  }
  return 'text in another encoding than UTF-8, and no export in a likely one';
}

/** Reads a file up to its first record. Null where that is one of an export. */
async function whyUnreadable(
  file: string,
  settings: SourceSettings,
  landedAt: number,
  isLog: boolean,
): Promise<string | null> {
  const stored = { path: file.split(path.sep).join('/'), landedAt, isLog, open: () => createReadStream(file) };
  try {
    const reader = await openExport(stored, settings, null, KNOWN_EVENTS);
    try {
      let found = reader.next();
      for (; found === NEED_INPUT; found = reader.next()) await reader.fill();
      if (found !== BAD) return null;
      if (reader.reason === 'no_log_line') return NO_LINE;
      return NO_RECORD.has(reader.reason) ? NO_MEMBERS : null;
    } finally {
      await reader.close();
    }
  } catch (error) {
    if (!(error instanceof RejectedFile)) throw error;
    if (error.reason === 'encoding_unknown') return UNKNOWN_ENCODING;
    if (!NO_EXPORT.has(error.reason)) return null;
    const [first = ''] = error.message.slice(`${error.reason}: `.length).split(/;|\n/);
    return first.length > MOST_SHOWN ? `${first.slice(0, MOST_SHOWN)}…` : first;
  }
}
