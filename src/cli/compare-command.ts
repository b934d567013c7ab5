import { Option } from 'commander';
import { type CoverageComparison, compareLandedCounts } from '../coverage/index.ts';
import type { NqlPull } from '../landing/index.ts';
import type { Settings } from '../settings/index.ts';
import { systemHost } from '../storage/index.ts';
import { PROGRAM_VERSION } from '../table/index.ts';
import { type CommandOutcome, command } from './command.ts';
import { commitWarnings } from './commit-warnings.ts';
import { comparisonText } from './comparison-text.ts';
import { COUNT_SETTINGS, countingText, countTrail } from './count-trail.ts';
import { EXIT_DONE, EXIT_FAULT, EXIT_FOUND } from './exit-codes.ts';
import { UsageError } from './failure.ts';
import { interruption, openLakeHere } from './interruption.ts';
import { notes } from './notes.ts';
import { copyIntoRaw, localFile } from './raw-copy.ts';
import { existingTables } from './tables.ts';
import { visible } from './visible.ts';

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
    const paths = flags.counts === undefined ? undefined : [await landCounts(given, flags.counts)];
    const context = { storage, host: systemHost };
    const observer = commitWarnings(notes);
    const result = await compareLandedCounts(context, given, {
      ...(paths !== undefined && { paths }),
      observer,
      signal: interruption,
    });
    if (result === null) throw new UsageError(`there is no table in ${given.lake} yet`);
    const isFound = result.findings.length > 0 || result.refused.length > 0;
    return {
      exitCode: isFound ? EXIT_FOUND : EXIT_DONE,
      json: () => asJson(result),
      text: () => comparisonText(result),
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

/** Keeps a file of counts in the raw zone, where it is evidence of what was compared, and gives its lake path. */
async function landCounts(settings: Settings, file: string): Promise<string> {
  const { countsPrefix, landingFolder } = settings;
  const name = file.split(/[\\/]/).at(-1) ?? file;
  return await copyIntoRaw(openLakeHere(settings), localFile(file, `${countsPrefix}${landingFolder}given`, name));
}

function asJson({ compared, refused, findings, summary, version }: CoverageComparison) {
  return {
    program_version: PROGRAM_VERSION,
    compared: compared.map(({ path, instance, countedAt, from, to, shiftMinutes, ...counts }) => ({
      ...{ path, instance, counted_at: time(countedAt), from: time(from), to: time(to) },
      ...{ ...counts, shift_minutes: shiftMinutes },
    })),
    refused,
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

function time(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
