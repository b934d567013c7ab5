import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Option } from 'commander';
import { existingTables } from '../asking/index.ts';
import {
  type CountsSource,
  type CoverageComparison,
  compareLandedCounts,
  type Healing,
  healingOf,
  readCounts,
  UnreadableCounts,
} from '../coverage/index.ts';
import { openEvents } from '../lake/index.ts';
import type { NqlPull } from '../landing/index.ts';
import { UsageError, visible } from '../present/index.ts';
import type { Settings } from '../settings/index.ts';
import { pathInZone, RAW, type Storage, systemHost } from '../storage/index.ts';
import { PROGRAM_VERSION } from '../table/index.ts';
import { type CommandOutcome, command } from './command.ts';
import { commitWarnings } from './commit-warnings.ts';
import { comparisonText } from './comparison-text.ts';
import { COUNT_SETTINGS, countingText, countTrail } from './count-trail.ts';
import { EXIT_DONE, EXIT_FAULT, EXIT_FOUND } from './exit-codes.ts';
import { adviceOf } from './explained-text.ts';
import { interruption, openLakeHere } from './interruption.ts';
import { notes } from './notes.ts';
import { shellWord } from './offered-options.ts';
import { copyIntoRaw, localFile } from './raw-copy.ts';

interface CompareFlags {
  readonly counts?: string;
  readonly landed: boolean;
}

/** Compares the table with what Nexthink counted, and says which hours and codes differ, and why. */
export const register = command<CompareFlags, [what: string]>({
  name: 'compare',
  words: [['<what>', 'nql: the counts of a saved NQL query']],
  flags: [
    new Option('--counts <file>', 'compare with this file of counts by hour and code, which is kept in the raw zone'),
    new Option('--landed', 'compare with the counts that lie in the raw zone; nothing is asked of Nexthink'),
  ],
  json: 'one JSON object',
  settings: [
    ...(['lake', 'countsPrefix', 'instances', 'coverageLateHours', 'timeZone', 'timeFormat'] as const),
    ...(['include', 'exclude', ...COUNT_SETTINGS] as const),
  ],
  run: async ({ settings, flags }, what) => {
    if (what !== 'nql') throw new UsageError(`expected compare nql, found compare ${what}`);
    if (flags.counts !== undefined && flags.landed)
      throw new UsageError('expected --counts FILE or --landed, found both');
    const given = settings();
    const storage = openLakeHere(given);
    await existingTables(storage, given);
    const counted = flags.counts === undefined && !flags.landed ? await countTrail(given) : null;
    if (counted !== null && counted.exports.length === 0) return notCounted(counted);
    const landed = flags.counts === undefined ? null : await landCounts(storage, given, flags.counts);
    if (landed !== null && 'reason' in landed) return notComparable(landed);
    const paths = landed === null ? undefined : [landed.path];
    const context = { storage, host: systemHost };
    const observer = commitWarnings(notes);
    const result = await compareLandedCounts(context, given, {
      ...(paths !== undefined && { paths }),
      observer,
      signal: interruption,
    });
    if (result === null) throw new UsageError(`there is no table in ${given.lake} yet`);
    const healing = healingOf(result.findings, given.nqlWindowHours);
    const isFound = result.findings.length > 0 || result.refused.length > 0;
    return {
      exitCode: isFound ? EXIT_FOUND : EXIT_DONE,
      json: () => asJson(result, healing),
      text: () =>
        comparisonText(result, {
          on: ` --lake ${shellWord(given.lake) ?? given.lake}`,
          healing,
          callsPerDay: given.nqlCallsPerDay - 1,
        }),
    };
  },
});

/** Nothing was counted: nothing is compared, and no finding is taken back. */
function notCounted(counting: NqlPull): CommandOutcome {
  const { outcome, waitUntil, fault } = counting;
  const report = { outcome, wait_until: time(waitUntil), fault: fault === null ? null : fault.message };
  return {
    exitCode: outcome === 'failed' ? EXIT_FAULT : EXIT_FOUND,
    json: () => ({ program_version: PROGRAM_VERSION, compared: [], counting: report }),
    text: () => visible(countingText(counting)),
  };
}

/** A file of counts that was given and cannot be gone by, and why. */
interface Unfit {
  readonly file: string;
  readonly reason: string;
}

/** Nothing was landed and nothing compared: what was found before stands. */
function notComparable({ file, reason }: Unfit): CommandOutcome {
  return {
    exitCode: EXIT_FOUND,
    json: () => ({ program_version: PROGRAM_VERSION, compared: [], refused: [{ path: file, reason }], findings: [] }),
    text: () => visible(`not compared: ${reason}. Nothing of it was kept in the raw zone`),
  };
}

/**
 * Keeps a file of counts in the raw zone, where it is evidence of what was compared, once it is sure that it can be gone by.
 * @throws UsageError where there is no such file
 */
async function landCounts(storage: Storage, settings: Settings, file: string): Promise<{ path: string } | Unfit> {
  const { countsPrefix, landingFolder } = settings;
  const name = file.split(/[\\/]/).at(-1) ?? file;
  const local = localFile(file, `${countsPrefix}${landingFolder}given`, name);
  const found = await stat(file).catch(() => null);
  if (found?.isFile() !== true) throw new UsageError(`no such file: ${file}; name a file of counts`);
  const path = `${RAW}${local.target}`;
  const info = { path, size: found.size, lastModified: found.mtime, etag: '' };
  const source: CountsSource = { read: () => createReadStream(file, { signal: interruption }) };
  try {
    await readCounts(source, info, settings, await openEvents(storage));
  } catch (error) {
    if (error instanceof UnreadableCounts) return { file, reason: error.message.replace(pathInZone(path), file) };
    // The store's own errors are no system errors; this one comes from reading the file.
    if (!(error instanceof Error) || !('syscall' in error)) throw error;
    throw new UsageError(`cannot read ${file}: ${error.message}`);
  }
  return { path: await copyIntoRaw(storage, local) };
}

function asJson(
  { compared, refused, skipped, findings, summary, version }: CoverageComparison,
  healing: readonly Healing[],
) {
  return {
    program_version: PROGRAM_VERSION,
    compared: compared.map(({ path, instance, countedAt, from, to, shiftMinutes, explainedBy, ...counts }) => ({
      ...{ path, instance, counted_at: time(countedAt), from: time(from), to: time(to) },
      ...{ ...counts, explained_by: adviceOf(explainedBy), shift_minutes: shiftMinutes },
    })),
    refused: refused.map(asRefused),
    skipped: skipped.map(asRefused),
    healing,
    findings: findings.map(
      ({
        instance,
        hour_start,
        hour_end,
        code,
        source_count,
        lake_count,
        explained,
        difference,
        explanation,
        heal,
      }) => ({
        ...{ instance, hour_start: time(hour_start), hour_end: time(hour_end), code, source_count, lake_count },
        ...{ explained, difference, explanations: JSON.parse(explanation ?? '[]') as unknown, heal },
      }),
    ),
    hours: summary.hours,
    findings_standing: summary.findings,
    oldest_differing: time(summary.oldestDiffering),
    coverage_version: version,
  };
}

function asRefused({ path, reason }: CoverageComparison['refused'][number]) {
  return { path, reason };
}

function time(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
