import { Option } from 'commander';
import { codecOf, rejectedAppId } from '../lake/index.ts';
import { NotWithdrawable, returnFiles, type WithdrawalResult, withdrawFiles } from '../maintenance/index.ts';
import { firstOf, UsageError, visible } from '../present/index.ts';
import type { Settings } from '../settings/index.ts';
import { counted, RAW, systemHost } from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';
import { command, DRY_RUN } from './command.ts';
import { goOn } from './irreversible.ts';
import { notes } from './notes.ts';
import { progressOn } from './progress.ts';
import { tablesToChange } from './tables.ts';
import { whoRuns } from './who.ts';

interface WithdrawFlags {
  readonly undo: boolean;
  readonly sha256?: string;
  readonly reason?: string;
  readonly yes: boolean;
  readonly dryRun: boolean;
}

/** Files listed by name in text; JSON lists them all. */
const MOST_LISTED = 10;

/** Takes raw files out of the table, or back, and says what became of their events. */
export const register = command<WithdrawFlags, [paths: readonly string[]]>({
  name: 'withdraw',
  words: [['<path...>', `raw files as status, history and ingest name them, such as ${RAW}export.csv`]],
  flags: [
    new Option('--undo', 'take a withdrawal back: the files get their place among the others again'),
    new Option(
      '--sha256 <hex>',
      'only the content with this SHA-256, or one that begins so, where a path held several',
    ),
    new Option('--reason <text>', 'why, for the log, where it stays for good; needed unless --dry-run'),
    new Option('--yes', 'do not ask whether to go on where there is a terminal'),
    DRY_RUN,
  ],
  json: 'one JSON object',
  settings: ['lake', 'codec', 'countsPrefix'],
  run: async ({ settings, flags }, paths) => {
    const { undo, sha256 = null, reason = '', yes, dryRun } = flags;
    if (reason.trim() === '' && !dryRun) {
      throw new UsageError('expected --reason TEXT, which the log keeps for good; nothing was done');
    }
    if (sha256 !== null && !/^[0-9a-f]{8,64}$/i.test(sha256)) {
      throw new UsageError(`--sha256 takes a SHA-256 in hex, or at least its first 8 digits; found ${visible(sha256)}`);
    }
    const given = settings();
    const change = undo
      ? 'takes withdrawals back'
      : 'takes the rows of these raw files out, until withdraw --undo brings them back';
    if (!dryRun && !yes) await goOn(`This ${change}: ${paths.map(visible).join(', ')}.`);
    const observer = progressOn(notes, 0);
    const { storage, events } = await tablesToChange(given, dryRun, observer);
    const count = undo ? undefined : paths.find((path) => isUnrecordedCount(events, given, path));
    if (count !== undefined) {
      const text = `expected raw files that are exports, found ${visible(count)} below ${visible(given.countsPrefix)}`;
      throw new UsageError(`${text}: counts of the trail, of which nothing is in the table; nothing was done`);
    }
    const by = dryRun ? null : await whoRuns(given);
    const options = { paths, sha256, reason, by, codec: codecOf(given), dryRun, observer };
    const make = undo ? returnFiles : withdrawFiles;
    const result = await make({ storage, host: systemHost }, events, options)
      .catch((error: unknown) => {
        throw error instanceof NotWithdrawable ? new UsageError(error.message) : error;
      })
      .finally(() => observer.stop());
    return { json: () => report(result, flags), text: () => describe(result, flags).join('\n') };
  },
});

/** Whether a lake path is one of counts of the trail, and was never taken for an export. */
function isUnrecordedCount({ transactions }: Snapshot, settings: Settings, path: string): boolean {
  const isRecorded = transactions.has(path) || transactions.has(rejectedAppId(path));
  return path.startsWith(`${RAW}${settings.countsPrefix}`) && !isRecorded;
}

function report(result: WithdrawalResult, { undo, dryRun }: WithdrawFlags) {
  return {
    dry_run: dryRun,
    undo,
    version: result.version,
    table_version: result.snapshot.version,
    rows: rowsOf(result.withdrawn),
    rows_of_others: rowsOf(result.passedOn),
    withdrawn: result.withdrawn,
    already_withdrawn: result.already.map(({ path, sha256 }) => ({ path, sha256 })),
    same_content: result.alike,
    passed_on: result.passedOn,
    skipped: result.skipped,
    erased_may_return: result.erasedMayReturn,
  };
}

function describe(result: WithdrawalResult, { undo, dryRun }: WithdrawFlags): string[] {
  const { withdrawn, already, alike, passedOn, skipped } = result;
  const done = dryRun ? 'nothing was changed' : `in version ${result.version}`;
  const theirs = (path: string) =>
    undo ? `were rows of ${visible(path)} until now` : `are rows of ${visible(path)} from now on, which holds them too`;
  const paths = withdrawn.map(({ path }) => visible(path)).join(' ');
  return [
    ...withdrawn.map((file) => `${undo ? returned(file, dryRun) : taken(file, dryRun)}; ${done}`),
    ...already.map(({ path, sha256 }) => `${visible(path)}${content(sha256)} was withdrawn before, and is out`),
    ...firstOf(
      passedOn.map(({ path, rows }) => `${counted(rows, 'event')} of these ${theirs(path)}`),
      MOST_LISTED,
      '  ',
    ),
    ...firstOf(
      skipped.map(
        ({ path, reason }) => `not read again: ${visible(path)}, ${LOSSES[reason] ?? reason}; what it shares went`,
      ),
      MOST_LISTED,
      '  ',
    ),
    ...alike.map(({ path, of }) => {
      return `${visible(path)} holds the same bytes as ${visible(of)}, and stays in: withdraw it too if it should not`;
    }),
    ...(result.erasedMayReturn
      ? [
          'rows were erased while it was out, which were not looked for in it: run audit-lake erase for these persons again',
        ]
      : []),
    ...(undo || withdrawn.length === 0 ? [] : [`to take this back: audit-lake withdraw --undo ${paths} --reason TEXT`]),
  ];
}

/** Why a raw file could not be read again, in words. */
const LOSSES: Readonly<Record<string, string>> = {
  gone: 'it is no longer there',
  changed: 'it holds something else by now',
  archived: 'it is in the archive tier',
  rejected: 'it is no export as it was read then',
};

type Withdrawn = WithdrawalResult['withdrawn'][number];

function taken({ path, sha256, ingest_id: ingestId, rows, quarantined, anywhere }: Withdrawn, dryRun: boolean): string {
  const what = `${dryRun ? 'would withdraw' : 'withdrew'} ${visible(path)}${content(sha256)}`;
  const bad = quarantined === 0 ? '' : `, and ${counted(quarantined, 'record')} in quarantine`;
  const gave = ingestId === null ? 'it was not taken in yet' : `it had ${counted(rows, 'row')}${bad}`;
  return `${what}: ${gave}; it stays out${anywhere ? ', under whatever name it comes' : ''}`;
}

function returned({ path, sha256, ingest_id: ingestId, rows }: Withdrawn, dryRun: boolean): string {
  const what = `${dryRun ? 'would take back' : 'took back'} the withdrawal of ${visible(path)}${content(sha256)}`;
  const comes =
    rows > 0 ? `${counted(rows, 'row')} of the table ${rows === 1 ? 'is' : 'are'} its again` : 'it has no row';
  return `${what}: ${ingestId === null ? 'it was never in: audit-lake ingest takes it in' : comes}`;
}

function content(sha256: string | null): string {
  return sha256 === null ? '' : ` (SHA-256 ${sha256.slice(0, 16)}…)`;
}

function rowsOf(each: readonly { readonly rows: number }[]): number {
  return each.reduce((sum, { rows }) => sum + rows, 0);
}
