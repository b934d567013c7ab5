import { Option } from 'commander';
import { FORMATS, firstOf, type Rows, rowsOf, TEXT, textTable, visible } from '../present/index.ts';
import { PROGRAM_VERSION } from '../table/index.ts';
import type { Verification } from '../verify/index.ts';
import { command } from './command.ts';
import { EXIT_DONE, EXIT_FOUND } from './exit-codes.ts';
import { openLakeHere } from './interruption.ts';
import { shownPlace } from './lake-place.ts';
import { verifiedHere, withProvenance } from './verified-lake.ts';

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
    const given = settings();
    const storage = openLakeHere(given);
    const verified = await verifiedHere(storage, given, { deep, head, record });
    const { result } = verified;
    const pages = () => import('../pages/index.ts');
    const provenance = () => withProvenance(storage, given, verified);
    return {
      exitCode: result.problems.length > 0 ? EXIT_FOUND : EXIT_DONE,
      json: async () => (await pages()).verificationJson(await provenance()),
      html: async () => await (await pages()).verificationPage(await provenance()),
      text: () => describe(given.lake, result),
      rows: () => findings(result),
    };
  },
});

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
