import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Option } from 'commander';
import { type CheckedFile, checkFiles, type GivenFile, isHardlyRead } from '../ingest/index.ts';
import { recognisedRecord } from '../lake/index.ts';
import { UsageError, visible, visibleLines, wrapped } from '../present/index.ts';
import { isGiven, type Settings } from '../settings/index.ts';
import { counted, openLake, pathInZone, sha256Of } from '../storage/index.ts';
import { type CommandOutcome, command } from './command.ts';
import { EXIT_DONE, EXIT_FOUND } from './exit-codes.ts';
import { byContent, type LeftFile } from './folder-files.ts';
import { howRead } from './how-read.ts';
import { optionLines, optionsOf } from './offered-options.ts';
import { withOptionNames } from './option-names.ts';
import { type LocalFile, localFile, localFiles, targetOf } from './raw-copy.ts';
import { STANDARD_INPUT, spoolInput } from './standard-input.ts';
import { leftFiles, note } from './summary.ts';

/** ETags of a folder are that long. */
const ETAG_DIGITS = 32;
/** Stands for no lake where none is given: no folder has that name. */
const NO_LAKE = './.no-lake';

interface CheckFlags {
  readonly as?: string;
  readonly into: string;
}

/** Says what ingestion would make of files, and writes nothing. */
export const register = command<CheckFlags, [files: readonly string[]]>({
  name: 'check',
  words: [['<file...>', 'export files, or folders of them; - is standard input']],
  flags: [
    new Option('--as <name>', 'what standard input would be called'),
    new Option('--into <prefix>', 'where below the raw zone they would go, as for ingest').default('', 'its top'),
  ],
  json: 'one JSON object',
  settings: 'all',
  run: async ({ settings, flags }, files) => await check(settings({ lake: NO_LAKE }), files, flags),
});

async function check(settings: Settings, files: readonly string[], { as, into }: CheckFlags): Promise<CommandOutcome> {
  const named = files.filter((file) => file !== STANDARD_INPUT);
  const left: LeftFile[] = [];
  const leftFor = byContent(settings, (within) => targetOf(into, within));
  const local = await localFiles(named, into, settings.lake, leftFor, (each) => left.push(each));
  const input = files.length > named.length ? await spoolInput() : null;
  try {
    if (input !== null) local.push(localFile(input.file, into, as ?? input.name));
    if (as !== undefined && input === null) throw new UsageError('--as names standard input; give - as the file');
    const lake = settings.lake === NO_LAKE ? null : openLake(settings);
    const checked = await checkFiles(settings, await Promise.all(local.map(given)), lake);
    const stored = await Promise.all(local.map(({ file }) => compressionOf(file)));
    const isFine = checked.every(({ report }) => report.outcome !== 'rejected' && report.quarantined === 0);
    return {
      exitCode: isFine && !checked.some(({ report }) => isHardlyRead(report)) ? EXIT_DONE : EXIT_FOUND,
      json: () => ({
        files: checked.map((each, at) => ({ ...asJson(each), compression: stored[at] ?? null })),
        ...(left.length > 0 && { left }),
      }),
      text: () =>
        [
          ...checked.map((each, at) => asText(each, stored[at] ?? null, !isGiven(settings, 'timeZone'))),
          ...leftFiles(left),
        ].join('\n\n'),
    };
  } finally {
    await input?.remove();
  }
}

const MAGIC: readonly (readonly [name: string, bytes: string])[] = [
  ['gzip', '1f8b'],
  ['Zstandard', '28b52ffd'],
  ['ZIP', '504b0304'],
];

/** How a file is compressed, by its first bytes; null where it is not. */
async function compressionOf(file: string): Promise<string | null> {
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(file, { end: 3 })) chunks.push(chunk as Buffer);
  const hex = Buffer.concat(chunks).toString('hex');
  return MAGIC.find(([, bytes]) => hex.startsWith(bytes))?.[0] ?? null;
}

async function given({ file, target }: LocalFile): Promise<GivenFile> {
  const { size, mtimeMs } = await stat(file);
  const etag = (await sha256Of(createReadStream(file))).slice(0, ETAG_DIGITS);
  return {
    target,
    size,
    modified: new Date(Math.trunc(mtimeMs)),
    etag,
    // The end of a stream is the last byte itself.
    open: (start = 0, end = size) =>
      end <= start ? createReadStream(file, { end: 0, start: size }) : createReadStream(file, { start, end: end - 1 }),
  };
}

function asJson({ report, columns, times, zone }: CheckedFile) {
  const { path: name, outcome, reason, explanation, rows, committed, duplicates, quarantined, withheld } = report;
  return {
    file: pathInZone(name),
    outcome: outcome === 'ingested' ? 'accepted' : outcome,
    ...{ reason, explanation, rows, committed, duplicates, quarantined, withheld },
    recognised: report.recognised.map(recognisedRecord),
    columns,
    times,
    zone,
    statuses: report.statuses,
    quarantine_reasons: report.quarantineReasons,
    warnings: report.warnings,
    advice: report.advice,
    options: optionsOf(report.alternatives ?? []),
  };
}

/** @param isZoneOpen whether nobody set the zone of times without offset */
function asText({ report, columns, times, zone }: CheckedFile, stored: string | null, isZoneOpen: boolean): string {
  const name = visible(pathInZone(report.path));
  const set = optionLines(report.alternatives ?? []);
  if (report.outcome === 'skipped') return `${name}: would be skipped: ${report.reason ?? ''}`;
  if (report.outcome === 'rejected') {
    return [
      `${name}: would be rejected`,
      visibleLines(wrapped(withOptionNames(report.explanation ?? ''))),
      ...set,
    ].join('\n');
  }
  const { rows, committed, duplicates, quarantined, withheld } = report;
  const [first] = report.recognised;
  const statuses = Object.entries(report.statuses).filter(([, count]) => count > 0);
  return [
    `${name}: ${counted(rows, 'record')}`,
    `  would go     ${committed} in, ${quarantined} to quarantine; ${duplicates} there already${withheld > 0 ? `, ${withheld} withheld` : ''}`,
    ...(stored === null ? [] : [`  stored       ${stored}`]),
    `  written      ${visible(howRead(report.recognised) ?? `as ${first?.format ?? 'csv'}, in ${first?.encoding ?? 'utf-8'}, the usual way`)}`,
    ...Object.entries(columns ?? {}).map(([role, column]) => `  ${role.padEnd(12)} ${visible(JSON.stringify(column))}`),
    ...times.map(({ text, instant }) => `  a time       ${visible(JSON.stringify(text))} is ${instant}`),
    ...(zone === null
      ? []
      : [`  zone         ${zone}, since times have no offset${isZoneOpen ? '; --time-zone sets another' : ''}`]),
    ...(statuses.length > 0
      ? [`  messages     ${statuses.map(([status, count]) => `${count} ${status}`).join(', ')}`]
      : []),
    ...report.advice.map((each) => visibleLines(wrapped(each, '  '))),
    ...(report.warnings.includes('actor_not_named') ? [wrapped(note(report, 'actor_not_named'), '  ')] : []),
  ].join('\n');
}
