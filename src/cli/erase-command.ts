import { Option } from 'commander';
import { cachedFiles } from '../asking/index.ts';
import { codecOf, type LakeTable, personColumns } from '../lake/index.ts';
import {
  COPY_KINDS,
  DataSubject,
  destroyMaskingKeys,
  type Erasure,
  eraseLake,
  foreignRemovals,
  type InTable,
  type KeyDestruction,
  type QuarantineMention,
  quarantineMentions,
  type UnreachedCopy,
  unreachedCopies,
} from '../maintenance/index.ts';
import { firstOf, UsageError, visible } from '../present/index.ts';
import { isCount, type Settings } from '../settings/index.ts';
import { counted, pathInZone, systemHost } from '../storage/index.ts';
import { removalAdvice } from './change-sentence.ts';
import { type CommandOutcome, command, severalTimes } from './command.ts';
import { commitWarnings } from './commit-warnings.ts';
import { openLakeHere } from './interruption.ts';
import { agreedTo, IRREVERSIBLE, type IrreversibleFlags } from './irreversible.ts';
import { notes } from './notes.ts';
import { asOneReport, tablesToChange } from './tables.ts';

interface EraseFlags extends IrreversibleFlags {
  /** Every value that names the person. */
  readonly user?: readonly string[];
  readonly maskingKey: boolean;
}

/** Files listed by name in text; JSON lists them all. */
const MOST_LISTED = 10;

const USER = new Option(
  '--user <value>',
  'a name, id, SID or e-mail address of that person, exactly as it stands in the table; may be given several times',
);

const MASKING_KEY = new Option(
  '--masking-key',
  'destroy the key by which names are masked: nobody can tell any more whose the pseudonyms of earlier answers were',
);

/** Removes the rows of one person, or the key by which names are masked, and says what went and what still holds their data. */
export const register = command<EraseFlags, []>({
  name: 'erase',
  flags: [severalTimes(USER), MASKING_KEY, ...IRREVERSIBLE],
  json: 'one JSON object',
  settings: ['lake', 'codec', 'countsPrefix'],
  run: async ({ settings, flags }) => {
    const given = settings();
    const { user: values = [], maskingKey, dryRun } = flags;
    if (values.length === 0 && !maskingKey) {
      throw new UsageError('expected --user VALUE, whose rows are to be removed, or --masking-key; found neither');
    }
    if (values.length === 0) return await keyDestroyed(given, flags);
    if (values.some((value) => value.trim() === '')) {
      throw new UsageError('--user takes a value that names a person, found an empty one; it would be in every row');
    }
    const subject = new DataSubject(values);
    if (subject.isMentionedIn(flags.reason ?? '')) {
      throw new UsageError(
        '--reason stays in the log for good, and it names the person; give a ticket number, for example',
      );
    }
    const { reason, by } = await agreedTo(
      given,
      flags,
      maskingKey ? `${REMOVES_ROWS}, and ${DESTROYS_KEY}` : REMOVES_ROWS,
    );
    if (by !== null && subject.isMentionedIn(`${by.name} ${by.id ?? ''}`)) {
      throw new UsageError(
        'the log keeps for good who ran this, and that is the person whose rows are to be removed; have somebody else run it',
      );
    }
    const observer = commitWarnings(notes);
    const { storage, events, tables } = await tablesToChange(given, dryRun, observer);
    // Rows that are not there are not found, and a replay brings them back.
    for (const each of await foreignRemovals(storage, events)) {
      process.stderr.write(`before rows are erased: ${removalAdvice(each)}\n`);
    }
    const codec = codecOf(given);
    const erasures = await eraseLake({ storage, host: systemHost }, tables, {
      values,
      reason,
      by,
      codec,
      dryRun,
      observer,
    });
    const key = maskingKey ? await destroyMaskingKeys(storage, dryRun) : null;
    const quarantine = await quarantineMentions(storage, subject);
    const together = erasures.map(({ result }) => result);
    const after = tables.map((state) => ({
      ...state,
      snapshot: erasures.find(({ table }) => table === state.table.name)?.result.snapshot ?? state.snapshot,
    }));
    const copies = await unreachedCopies(storage, after, {
      values,
      quarantine,
      isCount: (path) => isCount(pathInZone(path), given),
      rawFiles: [...new Set(together.flatMap((each) => [...each.rawFiles, ...each.mentioningRawFiles]))],
      dataFiles: together.flatMap(({ dataFiles }) => dataFiles),
      local: await cachedFiles(given.lake),
    });
    const looked = tables.map(({ table }) => searchedColumns(table));
    return {
      json: () => ({
        ...{ dry_run: dryRun, ...asOneReport(erasures.map(report)), ...(key && keyReport(key)) },
        remains: { ...remains(together, quarantine), copies: copies.map(copyReport) },
      }),
      text: () =>
        [
          ...erasures.flatMap(({ result }) => describe(result, dryRun)),
          ...(key === null ? [] : [keySentence(key, dryRun)]),
          ...looked,
          `What ${dryRun ? 'would still hold' : 'still holds'} their data, since erase does not reach it:`,
          ...copies.filter(({ count }) => count !== 0).flatMap(describeCopies),
          ...copies.filter(({ count }) => count === 0).map(({ kind }) => `  none: ${COPY_KINDS[kind].what}`),
        ].join('\n'),
    };
  },
});

const REMOVES_ROWS = 'removes every row of one person for good';
const DESTROYS_KEY = 'destroys the key by which names are masked';

/** Destroys the key alone. No log keeps why: the key is in none, and nothing that is proved hangs on it. */
async function keyDestroyed(settings: Settings, flags: EraseFlags): Promise<CommandOutcome> {
  await agreedTo(settings, flags, { what: DESTROYS_KEY, isRecorded: false });
  const key = await destroyMaskingKeys(openLakeHere(settings), flags.dryRun);
  return {
    json: () => ({ dry_run: flags.dryRun, ...keyReport(key) }),
    text: () => keySentence(key, flags.dryRun),
  };
}

function keyReport({ files }: KeyDestruction) {
  return { masking_key: { files } };
}

function keySentence({ files }: KeyDestruction, dryRun: boolean): string {
  if (files.length === 0) return 'no key by which names are masked: none was made, or it is destroyed already';
  const which = files.map(visible).join(', ');
  if (dryRun) return `would destroy the key by which names are masked, ${which}; nothing was changed`;
  return (
    `destroyed the key by which names are masked, ${which}: nobody can tell any more whose the pseudonyms of earlier answers were, ` +
    'and those of later ones are others. In an account it can be brought back for as many days as soft delete is set for (softDeleteDays)'
  );
}

function report({ table, result: { snapshot, version, rows, files, list } }: InTable<Erasure>) {
  return { table, version, table_version: snapshot.version, rows, files, list };
}

function remains(erasures: readonly Erasure[], quarantine: readonly QuarantineMention[]) {
  return {
    rows_that_mention: erasures.reduce((sum, { mentions }) => sum + mentions, 0),
    raw_files: erasures.flatMap(({ rawFiles }) => rawFiles),
    raw_files_that_mention: erasures.flatMap(({ mentioningRawFiles }) => mentioningRawFiles),
    quarantine_files: quarantine,
  };
}

function copyReport({ kind, count, names }: UnreachedCopy) {
  const { what, remedy } = COPY_KINDS[kind];
  return { kind, what, count, names, remedy };
}

/** Where a person was looked for in a table. */
function searchedColumns(table: LakeTable): string {
  const { single, lists, freeText } = personColumns(table);
  if (single.length + lists.length + freeText.length === 0)
    return `${table.name} names nobody: no column is a person's`;
  return `${table.name} was searched: rows are theirs by ${[...single, ...lists].join(', ')}; a mention is looked for in ${freeText.join(', ')} too`;
}

function describe({ rows, files, mentions, version, list }: Erasure, dryRun: boolean): string[] {
  const what = `${counted(rows, 'row')}, in ${counted(files, 'data file')}`;
  const first = dryRun
    ? `would erase ${what}; nothing was changed`
    : version !== null
      ? `erased ${what}, in version ${version}; ${list?.path} keeps them from coming back, by ids that name nobody`
      : 'nothing to erase: no row names them in a column';
  return [
    first,
    ...(mentions === 0
      ? []
      : [`${counted(mentions, 'row')} with a mention of them in a text, of which no column says whose: these stay`]),
  ];
}

function describeCopies({ kind, count, names }: UnreachedCopy): string[] {
  const { what, remedy } = COPY_KINDS[kind];
  return [`  ${count ?? 'not counted here'}: ${what}`, `      ${remedy}`, ...listed(names)];
}

function listed(names: readonly string[]): string[] {
  return firstOf(names.map(visible), MOST_LISTED, '    ');
}
