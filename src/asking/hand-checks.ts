import { EVENTS_TABLE, EVIDENCE, pathInZone } from '../storage/index.ts';
import type { CommitAccount, DataFileAccount, HandCheck, RawAccount, RawRecordAccount } from './event-account.ts';

/** A word of a POSIX shell, whatever is in it. */
function quoted(word: string): string {
  return /^[\w./=@:+-]+$/.test(word) && !word.startsWith('-') ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Whether a text can be typed: what a terminal does not show, nobody types. */
function isTypable(text: string): boolean {
  return !/[\p{C}\p{Default_Ignorable_Code_Point}\u2028\u2029\u2800]/u.test(text);
}

const UNPACK = { gzip: 'gzip -dc', zstd: 'zstd -dc' } as const;

/**
 * What `iconv` of glibc calls encodings, where a name of the WHATWG’s means another one there or nothing: its Shift_JIS has a yen
 * sign in place of a backslash, its GBK lacks characters. Other names are the same, and a byte order mark stays by them.
 */
const ICONV_NAMES: Readonly<Record<string, string>> = {
  shift_jis: 'CP932',
  gbk: 'GB18030',
  'x-mac-cyrillic': 'MAC-CYRILLIC',
  'iso-8859-8-i': 'ISO-8859-8',
};

function iconvName(encoding: string): string {
  return ICONV_NAMES[encoding] ?? encoding.toUpperCase();
}

/**
 * Commands for a POSIX shell that stands in the lake's folder, with `sha256sum`, `grep` and the like: nothing of this project.
 */
export function handChecks(
  raw: Omit<RawAccount, 'may_also_be_in'>,
  dataFile: DataFileAccount | null,
  commits: readonly CommitAccount[],
): HandCheck[] {
  return [...rawChecks(raw), ...dataFileChecks(dataFile, commits), ...commits.flatMap(commitChecks)].filter(
    ({ command }) => isTypable(command),
  );
}

function rawChecks({ path, recorded, now, record }: Omit<RawAccount, 'may_also_be_in'>): HandCheck[] {
  if (recorded === null || now === null) return [];
  const hash = {
    says: 'Is the raw file what the commit recorded?',
    command: `sha256sum ${quoted(path)}`,
    expect: recorded.sha256,
  };
  return record === null ? [hash] : [hash, ...recordChecks(path, record)];
}

function recordChecks(path: string, record: RawRecordAccount): HandCheck[] {
  const { packed, entry, encoding, offset, length, text } = record;
  // An entry's name is a pattern to unzip, and other encodings have names of their own.
  if (text === null || offset === null || length === null || (entry !== null && !/^[\w. /-]+$/.test(entry))) return [];
  const file = quoted(path);
  const unpacked =
    packed === 'zip' ? `unzip -p ${file} ${quoted(entry ?? '')}` : packed === null ? null : `${UNPACK[packed]} ${file}`;
  const source = unpacked ?? `cat ${file}`;
  const decoded = encoding === 'utf-8' ? source : `${source} | iconv -f ${iconvName(encoding)} -t UTF-8`;
  return [
    {
      says: 'Which record is it?',
      command: `${decoded} | tail -c +${offset + 1} | head -c ${length}`,
      expect: text,
    },
  ];
}

function dataFileChecks(file: DataFileAccount | null, commits: readonly CommitAccount[]): HandCheck[] {
  if (file === null || file.sha256_recorded === null) return [];
  return [
    {
      says: 'Is the data file what was committed?',
      command: `sha256sum ${quoted(file.path)}`,
      expect: file.sha256_recorded,
    },
    {
      says: 'Which evidence has that SHA-256?',
      command: `grep -l ${file.sha256_recorded} ${EVIDENCE}${pathInZone(EVENTS_TABLE)}/*.json`,
      expect: commits.find(({ roles }) => roles.includes('added_data_file'))?.evidence?.path ?? EVIDENCE,
    },
  ];
}

function commitChecks({ version, log, evidence }: CommitAccount): HandCheck[] {
  if (evidence === null || evidence.sealed === null) return [];
  return [
    {
      says: `Is the commit of version ${version} what was sealed?`,
      command: `sha256sum ${quoted(log.path)} && head -n 1 ${quoted(evidence.path)}`,
      expect: evidence.sealed,
    },
    {
      says: `Does the evidence after version ${version} follow from it?`,
      command: `sha256sum ${quoted(evidence.path)}`,
      expect: evidence.sha256,
    },
  ];
}
