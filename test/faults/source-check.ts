import { isDeepStrictEqual } from 'node:util';
import type { MemoryStorage } from '../support/memory-storage.ts';
import { type LoggedCommit, type LoggedSource, rowsOf } from './log-replay.ts';
import { type Outcome, type Report, sha256 } from './outcome.ts';
import type { RawContent } from './raw-files.ts';
import { keyOf, withdrawalsIn } from './withdrawals.ts';

/** Each raw file has one outcome for what it is now, and the counts of each outcome are those of its content. */
export function checkSources(
  { storage, etagOf, contents }: Outcome,
  commits: readonly LoggedCommit[],
  report: Report,
): void {
  const seen = new Set<string>();
  for (const { version, change, sources, adds } of commits) {
    for (const source of sources) {
      const where = `version ${version}, ${source.path}`;
      const content = contents.get(source.path, source.etag);
      if (content === undefined) report('counts', `${where}: no such content ever was`);
      else checkSource(storage, where, source, content, { isReadAgain: change === 'withdraw' }, report);
      const key = `${source.outcome} ${source.path} ${source.etag}`;
      if (change === null && seen.has(key)) report('doubled', `${where}: ${source.outcome} twice`);
      if (change === null) seen.add(key);
    }
    const committed = sources.reduce((sum, source) => sum + source.committed, 0);
    const added = adds.reduce((sum, add) => sum + rowsOf(add), 0);
    if (change === null && committed !== added) {
      report('counts', `version ${version}: it tells of ${committed} rows, its files hold ${added}`);
    }
  }
  const { out } = withdrawalsIn(commits);
  for (const path of contents.paths()) {
    const etag = etagOf(path);
    const hash = sha256(contents.get(path, etag)?.bytes ?? Buffer.alloc(0));
    const isOut = (each: (typeof out)[number]) =>
      keyOf(each) === keyOf({ path, etag }) || (each.sha256 === hash && (each.isAnywhere || each.path === path));
    if (out.some(isOut)) continue;
    const expected = contents.get(path, etag)?.records === null ? 'rejected' : 'ingested';
    if (!seen.has(`${expected} ${path} ${etag}`)) report('lost', `${path} (${etag}) was not ${expected}`);
  }
}

/** Nothing is acknowledged before its commit, and what is acknowledged stays. */
export function checkAcknowledgements(
  { acknowledgements }: Outcome,
  commits: readonly LoggedCommit[],
  report: Report,
): void {
  for (const { report: told, head } of acknowledgements) {
    const { path, outcome, reason, rows, committed, duplicates, quarantined, withheld } = told;
    if (outcome === 'skipped' && reason !== 'already_ingested') continue;
    const counts = { rows, committed, duplicates, quarantined, withheld };
    const isIt = (source: LoggedSource) =>
      source.path === path &&
      (outcome === 'skipped' || (source.outcome === outcome && isDeepStrictEqual(countsOf(source), counts)));
    if (!commits.slice(0, head + 1).some(({ sources }) => sources.some(isIt))) {
      report('acknowledged', `${path}: ${outcome} ${JSON.stringify(counts)} by version ${head}, not in the log`);
    }
  }
}

function countsOf({ rows, committed, duplicates, quarantined, withheld }: LoggedSource) {
  return { rows, committed, duplicates, quarantined, withheld };
}

function checkSource(
  storage: MemoryStorage,
  where: string,
  source: LoggedSource,
  { bytes, records }: RawContent,
  { isReadAgain }: { readonly isReadAgain: boolean },
  report: Report,
): void {
  const { rows, committed, duplicates, quarantined, withheld, outside_scope: outside = 0, quarantine } = source;
  const broken = records?.flatMap((record) => (record.kind === 'broken' ? [record.raw] : [])) ?? [];
  const all = records?.length ?? 0;
  if (source.outcome !== (records === null ? 'rejected' : 'ingested')) {
    report('counts', `${where}: ${source.outcome}, which it is not`);
  }
  if (rows !== all || quarantined !== broken.length) {
    report('counts', `${where}: ${rows} rows, ${quarantined} broken; it has ${all}, ${broken.length}`);
  }
  if (rows !== committed + duplicates + quarantined + withheld + outside) {
    report('counts', `${where}: rows in and out differ: ${JSON.stringify(countsOf(source))}`);
  }
  if (source.sha256 !== undefined && source.sha256 !== sha256(bytes)) report('counts', `${where}: another SHA-256`);
  // What a withdrawal reads again is in quarantine since it went in.
  if (isReadAgain && quarantine === null) return;
  if ((quarantine === null) !== (broken.length === 0 && records !== null)) {
    report('quarantine', `${where}: ${quarantine?.path ?? 'nothing'} for ${broken.length} broken rows`);
  }
  if (quarantine !== null) {
    checkQuarantine(storage, where, quarantine, records === null ? [bytes.toString()] : broken, report);
  }
}

/** A quarantine file is there as its commit names it, and holds what was broken, verbatim. */
function checkQuarantine(
  storage: MemoryStorage,
  where: string,
  { path, size, sha256: expectedHash }: LoggedSource['quarantine'] & {},
  expected: readonly string[],
  report: Report,
): void {
  const aside = path.replace('quarantine/', 'quarantine/aside/');
  const content = (storage.files.get(path) ?? storage.files.get(aside))?.content;
  if (content === undefined) report('quarantine', `${where}: ${path} is not there`);
  else if (content.length !== size || sha256(content) !== expectedHash) {
    report('quarantine', `${where}: ${path} is not what the commit names`);
  } else {
    const lines = content.toString().trimEnd().split('\n');
    const found = lines.map((line) => (JSON.parse(line) as { readonly raw: string }).raw);
    if (!isDeepStrictEqual(found, expected)) report('quarantine', `${where}: ${path} holds other rows`);
  }
}
