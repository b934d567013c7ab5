import { Option } from 'commander';
import { codecOf } from '../lake/index.ts';
import {
  DataSubject,
  type Erasure,
  eraseUser,
  foreignRemovals,
  type QuarantineMention,
  quarantineMentions,
} from '../maintenance/index.ts';
import { systemHost } from '../storage/index.ts';
import { removalAdvice } from './change-sentence.ts';
import { command, DRY_RUN, REASON, severalTimes } from './command.ts';
import { changeObserver } from './commit-warnings.ts';
import { UsageError } from './failure.ts';
import { tableToChange } from './tables.ts';
import { visible } from './visible.ts';

interface EraseFlags {
  /** Every value that names the person. */
  readonly user: readonly string[];
  readonly reason?: string;
  readonly dryRun: boolean;
}

/** Files listed by name in text; JSON lists them all. */
const MOST_LISTED = 40;

const USER = new Option(
  '--user <value>',
  'a name, id, SID or e-mail address of that person, exactly as it stands in the table; may be given several times',
);

/** Removes the rows of one person and says what went and what still holds their data. */
export const register = command<EraseFlags, []>({
  name: 'erase',
  description: 'remove the rows of one person, and keep them from coming back',
  flags: [severalTimes(USER).makeOptionMandatory(), REASON, DRY_RUN],
  json: 'one JSON object',
  settings: ['lake', 'codec'],
  run: async ({ settings, flags }) => {
    const given = settings();
    const { user: values, reason = "erasure of a data subject's rows", dryRun } = flags;
    if (values.some((value) => value.trim() === '')) {
      throw new UsageError('--user takes a value that names a person, found an empty one; it would be in every row');
    }
    const subject = new DataSubject(values);
    if (subject.isMentionedIn(reason)) {
      throw new UsageError(
        '--reason stays in the log for good, and it names the person; give a ticket number, for example',
      );
    }
    const observer = changeObserver(process.stderr);
    const { storage, events } = await tableToChange(given, dryRun, observer);
    // Rows that are not there are not found, and a replay brings them back.
    for (const each of await foreignRemovals(storage, events)) {
      process.stderr.write(`before rows are erased: ${removalAdvice(each)}\n`);
    }
    const codec = codecOf(given);
    const erasure = await eraseUser(storage, systemHost, events, { values, reason, codec, dryRun, observer });
    const quarantine = await quarantineMentions(storage, subject);
    return {
      json: () => report(erasure, quarantine, dryRun),
      text: () => describe(erasure, quarantine, dryRun).join('\n'),
    };
  },
});

function report(erasure: Erasure, quarantine: readonly QuarantineMention[], dryRun: boolean) {
  return {
    dry_run: dryRun,
    version: erasure.version,
    table_version: erasure.snapshot.version,
    rows: erasure.rows,
    files: erasure.files,
    list: erasure.list,
    remains: {
      rows_that_mention: erasure.mentions,
      raw_files: erasure.rawFiles,
      raw_files_that_mention: erasure.mentioningRawFiles,
      quarantine_files: quarantine,
    },
  };
}

function describe(erasure: Erasure, quarantine: readonly QuarantineMention[], dryRun: boolean): string[] {
  const { rows, files, mentions, version, list } = erasure;
  const what = `${rows} rows, in ${files} data files`;
  const done = version !== null;
  const first = dryRun
    ? [`would erase ${what}; nothing was changed`]
    : done
      ? [`erased ${what}, in version ${version}; ${list?.path} keeps them from coming back, by ids that name nobody`]
      : ['nothing to erase: no row names them in a column'];
  const kept =
    mentions === 0
      ? []
      : [
          `${mentions} rows mention them in a text, and no column says that the rows are theirs: these stay. They were read from`,
          ...listed(erasure.mentioningRawFiles),
        ];
  const remains = [
    ...(rows === 0
      ? []
      : [
          '  the old data files, until vacuum removes them (7 days after this unless the table says otherwise): run vacuum then',
          '  the log: commits and checkpoints before this may hold the values as first or last of a column in a data file. After vacuum, once a newer checkpoint is there, those log files may be removed by hand: the evidence holds no such bounds',
          '  the raw files that the rows were read from, and every other export of the same time; remove these in the raw zone, then replay and verify report them as gone:',
          ...listed(erasure.rawFiles),
        ]),
    ...(quarantine.length === 0
      ? []
      : [
          '  quarantine files that mention them; remove them where they must go, then verify reports them as missing:',
          ...listed(quarantine.map(({ path, records }) => `${path} (${records} records)`)),
        ]),
  ];
  return [
    ...first,
    ...kept,
    ...(remains.length === 0 ? [] : [dryRun ? 'What would still hold their data:' : 'What still holds their data:']),
    ...remains,
    'Raw files that were not ingested yet are not looked at.',
  ];
}

function listed(paths: readonly string[]): string[] {
  const shown = paths.slice(0, MOST_LISTED).map((path) => `    ${visible(path)}`);
  return paths.length > MOST_LISTED ? [...shown, `    … and ${paths.length - MOST_LISTED} more`] : shown;
}
