import { Option } from 'commander';
import { parseSpan, parseTimeZone, questionFiles } from '../asking/index.ts';
import { reportPage } from '../pages/index.ts';
import { UsageError } from '../present/index.ts';
import { PROGRAM_VERSION } from '../table/index.ts';
import { givenFor } from './ask-given.ts';
import { askedLake } from './asked-lake.ts';
import { command } from './command.ts';
import { EXIT_DONE, EXIT_FOUND } from './exit-codes.ts';
import { shownPlace } from './lake-place.ts';
import { MASKING, type MaskFlags, masked } from './mask-options.ts';
import { notes } from './notes.ts';
import { commandCalled, verifiedHere, withProvenance } from './verified-lake.ts';
import { whoRuns } from './who.ts';

interface ReportFlags extends MaskFlags {
  readonly from?: string;
  readonly to?: string;
  readonly timeZone: string;
  readonly instance?: string;
  readonly verify: boolean;
  readonly deep: boolean;
  readonly head?: string;
  readonly parameters?: string;
  readonly record: boolean;
}

/** Writes one page about a period: what happened, what stands out, and whether the evidence is whole. */
export const register = command<ReportFlags, []>({
  name: 'report',
  examples: [
    ['report --lake ./lake --from 2026-03 --to 2026-03', 'March, as a page'],
    ['report --lake ./lake --mask people', 'without names'],
  ],
  flags: [
    new Option(
      '--from <moment>',
      'where the period begins, such as 2026-03-01 or -30d (default: the first day of the lake)',
    ),
    new Option('--to <moment>', 'where it ends; a day with all of it (default: the last day of the lake)'),
    new Option('--time-zone <zone>', 'the zone in which days begin and times are shown').default('UTC'),
    new Option('--instance <name>', 'the events of one Nexthink tenant alone'),
    new Option('--no-verify', 'do not verify the lake for it; the page says so'),
    new Option('--deep', 'verify it by decoding everything from raw again'),
    new Option('--head <sha256>', 'a chain head noted elsewhere, to be looked for when it is verified'),
    new Option('--no-record', 'leave no record of the verification in the lake'),
    new Option(
      '--parameters <file>',
      'values of parameters of the questions: {"mass-remote-actions": {"devices": 50}} in JSON',
    ),
    ...MASKING,
  ],
  formats: ['html'],
  usualOutput: 'report.html',
  settings: ['lake', 'include', 'exclude', 'countsPrefix', 'rawRetentionDays'],
  run: async ({ settings, flags }) => {
    const { deep, head = null, record } = flags;
    const now = new Date();
    const timeZone = parseTimeZone(flags.timeZone);
    const span = parseSpan(flags, { now: now.getTime(), timeZone });
    if (!flags.verify && (deep || head !== null)) {
      throw new UsageError('--no-verify excludes --deep and --head, which say how it is verified');
    }
    const mask = masked(flags);
    const questions = questionFiles();
    const { parameters } = flags;
    const givenTo = givenFor(questions, questions, parameters === undefined ? {} : { parameters });
    const given = settings();
    const lake = askedLake(given);
    const tell = (step: string) => notes.write(`report: ${step}\n`);
    const verified = flags.verify ? await verifiedHere(lake.storage, given, { deep, head, record }) : null;
    const page = await reportPage(lake, {
      scope: { span, timeZone, instance: flags.instance ?? null },
      ...{ lake: shownPlace(given.lake), now, tell, ...mask },
      valuesOf: (question) => givenTo(question).values ?? {},
      verified: verified && (await withProvenance(lake.storage, given, verified)),
      ...{ by: await whoRuns(given), programVersion: PROGRAM_VERSION, command: commandCalled() },
    });
    const found = verified?.result.problems.length ?? 0;
    return { exitCode: found > 0 ? EXIT_FOUND : EXIT_DONE, html: () => page };
  },
});
