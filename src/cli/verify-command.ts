import { Option } from 'commander';
import { FORMATS, firstOf, type Rows, rowsOf, TEXT, textTable, UsageError, visible } from '../present/index.ts';
import type { Settings } from '../settings/index.ts';
import { CURATED, EVIDENCE, QUARANTINE, RAW, type Storage, systemHost } from '../storage/index.ts';
import { PROGRAM_VERSION } from '../table/index.ts';
import { recordVerification, type Verification, verifyLake } from '../verify/index.ts';
import { command } from './command.ts';
import { EXIT_DONE, EXIT_FOUND } from './exit-codes.ts';
import { openLakeHere } from './interruption.ts';
import { shownPlace } from './lake-place.ts';
import { notes } from './notes.ts';
import { stepsOn } from './progress.ts';
import { whoRuns } from './who.ts';

interface VerifyFlags {
  readonly deep: boolean;
  readonly head?: string;
  readonly record: boolean;
}

/** Findings listed in the text; the JSON has them all. */
const MOST_LISTED = 200;

/** Says whether the lake is what its log and evidence say. */
export const register = command<VerifyFlags, []>({
  name: 'verify',
  flags: [
    new Option('--deep', 'also decode everything from raw again and compare row by row'),
    new Option(
      '--head <sha256>',
      'a chain head noted elsewhere (at least 16 digits of it): finds a log whose end was cut off',
    ),
    new Option(
      '--no-record',
      'leave no record of this verification in the lake: otherwise status says when it was verified',
    ),
  ],
  json: 'one JSON object',
  // As rows it is what was found.
  formats: FORMATS,
  settings: ['lake', 'include', 'exclude', 'countsPrefix', 'rawRetentionDays'],
  run: async ({ settings, flags: { deep, head = null, record } }) => {
    if (head !== null && !/^[0-9a-f]{16,64}$/i.test(head)) {
      throw new UsageError(`--head takes 16 to 64 hex digits, as verify prints them; found "${head}"`);
    }
    const given = settings();
    const storage = openLakeHere(given);
    await checkLake(storage, given.lake);
    const observer = stepsOn(notes, 'verify');
    const result = await verifyLake(storage, given, { deep, head, observer }).finally(observer.stop);
    if (result.counts.commits === 0 && result.counts.raw_files === 0) throw noLake(given.lake);
    if (record) await leaveRecord(storage, given, deep, result);
    return {
      exitCode: result.problems.length > 0 ? EXIT_FOUND : EXIT_DONE,
      json: () => ({ program_version: PROGRAM_VERSION, ...result }),
      text: () => describe(given.lake, result),
      rows: () => findings(result),
    };
  },
});

/** Whoever mistypes a place is told so before anything else. @throws UsageError where nothing is there */
async function checkLake(storage: Storage, lake: string): Promise<void> {
  let faults = 0;
  const onFault = () => faults++;
  for (const zone of [RAW, CURATED, EVIDENCE, QUARANTINE])
    for await (const _ of storage.list(zone, { onFault })) return;
  if (faults === 0) throw noLake(lake);
}

/** Puts it on record where this user may write; else that is said, and changes nothing of the result. */
async function leaveRecord(storage: Storage, settings: Settings, deep: boolean, result: Verification): Promise<void> {
  const by = await whoRuns(settings);
  const ended = { ...result, deep, newestOnly: false, filesLeft: 0, by };
  const recorded = await recordVerification({ storage, host: systemHost }, ended);
  if (typeof recorded !== 'string') {
    notes.write(`verify: no record of this verification was left in the lake: ${visible(recorded.message)}\n`);
  }
}

function noLake(lake: string): UsageError {
  return new UsageError(`there is no lake in ${lake}: neither a log nor raw files are there`);
}

/** Problems and notes as rows; a lake that is as it should be has no problem. */
function findings({ problems, notes }: Verification): Rows {
  const columns = { finding: TEXT, kind: TEXT, where: TEXT, explanation: TEXT };
  const rows = [
    ...problems.map((found) => ({ finding: 'problem', ...found })),
    ...notes.map((found) => ({ finding: 'note', ...found })),
  ];
  return rowsOf(columns, rows);
}

function describe(lake: string, { problems, notes, counts, heads }: Verification): string {
  const findings = (title: string, found: Verification['problems'] | Verification['notes']) =>
    firstOf(
      found.map(({ kind, where, explanation }) => `${title} ${kind}: ${visible(where)}\n    ${visible(explanation)}`),
      MOST_LISTED,
    );
  const seen = Object.entries({ program_version: PROGRAM_VERSION, ...counts }).map(([name, found]) => [
    name.replaceAll('_', ' '),
    String(found),
  ]);
  const ends = Object.entries(heads).map(([table, head]) =>
    head === null ? `${table}: none` : `${table}: ${head.sha256} (version ${head.version})`,
  );
  const verdict =
    problems.length === 0
      ? `${shownPlace(lake)} is what its log and evidence say.`
      : `${shownPlace(lake)} is not what its log and evidence say: ${problems.length === 1 ? '1 problem. It is' : `${problems.length} problems. The first is`}: ${problems[0]?.kind}, ${visible(problems[0]?.where ?? '')}.`;
  return [
    ...findings('problem', problems),
    ...findings('note', notes),
    textTable(['checked', ''], seen, [false, true]),
    `Heads of the chains. Note them elsewhere, where whoever writes to the lake cannot; later: verify --head SHA256\n${ends.map((line) => `  ${line}`).join('\n')}`,
    verdict,
  ].join('\n\n');
}
