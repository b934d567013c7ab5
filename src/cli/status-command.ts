import { Option } from 'commander';
import { eventDays, tablesIfAny } from '../asking/index.ts';
import { coverageSummary } from '../coverage/index.ts';
import {
  rawFiles as allRawFiles,
  coverageRows,
  type IdentityState,
  instancesIn,
  rawFileState,
  rememberedIdentities,
  statesOf,
} from '../lake/index.ts';
import { textTable, UsageError, visible } from '../present/index.ts';
import { isGiven, type Settings } from '../settings/index.ts';
import { type ListedFile, QUARANTINE, type Storage, UnreadableFile } from '../storage/index.ts';
import { type AddFile, LEAST_WRITER, PROGRAM_VERSION, recordedRows, type Snapshot } from '../table/index.ts';
import { command } from './command.ts';
import { coverageStatus, statesTable } from './comparison-text.ts';
import { openLakeHere } from './interruption.ts';
import { shownPlace } from './lake-place.ts';
import { shownSettings } from './shown-settings.ts';
import { countOf } from './tables.ts';
import { describeWays, type WaysStatus, waysStatus } from './way-status.ts';

/** Raw files that are looked at at a time: on a store far away that is mostly waiting. */
const LOOKED_AT_ONCE = 16;

/** What a lake holds. */
interface Status {
  /** The version of the program that says so. */
  readonly program_version: string;
  readonly raw_files: number;
  /** Raw files that the next run takes in or tries again. */
  readonly waiting: readonly string[];
  readonly rejected: readonly string[];
  /** Raw files that were withdrawn, or hold what was. */
  readonly withdrawn: readonly string[];
  /** What stands in the raw zone and cannot be read: links, impossible names, files that this user may not read. */
  readonly unreadable: readonly string[];
  readonly table_version: number | null;
  readonly data_files: number;
  /** Null where some file's statistics do not say how many it has. */
  readonly rows: number | null;
  readonly bytes: number;
  readonly first_event_date: string | null;
  readonly last_event_date: string | null;
  readonly quarantine_files: number;
  /** What the lake remembers of each Nexthink instance: what its events' ids depend on. */
  readonly instances: readonly InstanceStatus[];
  /** By which ways raw files came; null where there is no table. */
  readonly ways: WaysStatus | null;
  /** Every table of the lake, in the order of their list. */
  readonly tables: readonly TableStatus[];
  /** How complete its hours are, as they were compared last; left out where they never were. */
  readonly coverage?: ReturnType<typeof coverageStatus>;
}

interface InstanceStatus {
  readonly instance: string | null;
  /** Left out for its exports. */
  readonly family?: Exclude<IdentityState['family'], 'exports'>;
  /** Of times without offset; null where no file had any. */
  readonly time_zone: string | null;
  /** Patterns that times were read by, where `auto` does not do. */
  readonly time_formats: readonly string[];
  /** Digits of the second's fraction; null where that is not known. */
  readonly time_digits: number | null;
  /** The same of what came by each way, where there are several, and whether any of it names an actor. */
  readonly ways?: IdentityState['ways'];
  /** The columns that enter the ids, with their names in the header; null where that is not known. */
  readonly columns: Readonly<Record<string, string | null>> | null;
  readonly prefixes: readonly string[];
}

interface TableStatus {
  readonly table: string;
  readonly version: number;
  readonly data_files: number;
  readonly rows: number | null;
  readonly bytes: number;
  /** The least version of this program that may write to it, where it asks for one. */
  readonly min_writer_version?: string;
}

/** Says what the lake holds and what waits to be ingested. */
export const register = command<{ readonly settings: boolean }, []>({
  name: 'status',
  flags: [new Option('--settings', 'show every setting, its value and where it comes from instead')],
  json: 'one JSON object',
  settings: 'all',
  run: async ({ settings, configFile, flags }) => {
    const given = settings();
    if (flags.settings) return shownSettings(await withRemembered(given), configFile());
    const status = await statusOf(openLakeHere(given), given);
    return { json: () => status, text: () => describe(given.lake, status) };
  },
});

/** The settings with what the lake remembers of those that nobody gave: whose files are whose, and the zone, where it has one. */
async function withRemembered(settings: Settings): Promise<Settings> {
  if (isGiven(settings, 'timeZone') && isGiven(settings, 'instances')) return settings;
  const tables = await tablesIfAny(openLakeHere(settings), settings).catch(() => null);
  if (tables === null) return settings;
  const { events } = tables;
  const zones = new Set([...rememberedIdentities(events).values()].flatMap(({ state }) => state.timeZone ?? []));
  const [timeZone] = zones;
  const hasZone = !isGiven(settings, 'timeZone') && timeZone !== undefined && zones.size === 1;
  const instances = instancesIn(settings, events);
  const hasInstances = !isGiven(settings, 'instances') && instances.length > 0;
  const origins = {
    ...settings.origins,
    ...(hasZone && { timeZone: 'memory' as const }),
    ...(hasInstances && { instances: 'memory' as const }),
  };
  return { ...settings, ...(hasZone && { timeZone }), ...(hasInstances && { instances: [...instances] }), origins };
}

async function statusOf(storage: Storage, settings: Settings): Promise<Status> {
  const tables = await tablesIfAny(storage, settings);
  const snapshot = tables?.events ?? null;
  const waiting: string[] = [];
  const rejected: string[] = [];
  const withdrawn: string[] = [];
  const unreadable: string[] = [];
  let rawFiles = 0;
  for await (const some of inGroups(allRawFiles(storage, settings))) {
    rawFiles += some.length;
    const states = await Promise.all(some.map((file) => stateIn(storage, snapshot, settings, file)));
    for (const [index, { path }] of some.entries()) {
      const state = states[index];
      if (state === 'waiting') waiting.push(path);
      if (state === 'rejected') rejected.push(path);
      if (state === 'withdrawn') withdrawn.push(path);
      if (state === 'unreadable') unreadable.push(path);
    }
  }
  if (snapshot === null && rawFiles === 0) {
    throw new UsageError(
      `there is no lake in ${settings.lake} yet; make one with: audit-lake ingest FILE --lake ${settings.lake}`,
    );
  }
  const files = [...(snapshot?.files.values() ?? [])];
  const days = snapshot === null ? null : eventDays(snapshot);
  return {
    program_version: PROGRAM_VERSION,
    raw_files: rawFiles,
    waiting,
    rejected,
    withdrawn,
    unreadable,
    table_version: snapshot?.version ?? null,
    ...sizeOf(files),
    first_event_date: days?.[0] ?? null,
    last_event_date: days?.[1] ?? null,
    quarantine_files: await countOf(storage.list(QUARANTINE, { onFault: () => undefined })),
    instances:
      snapshot === null ? [] : [...rememberedIdentities(snapshot).values()].map(({ state }) => ofInstance(state)),
    ways: snapshot === null ? null : await waysStatus(storage, settings, snapshot),
    tables: (tables === null ? [] : statesOf(tables)).map(({ table, snapshot: { version, files: live, metadata } }) => {
      const least = metadata.configuration[LEAST_WRITER];
      const size = sizeOf([...live.values()]);
      return { table: table.name, version, ...size, ...(least !== undefined && { min_writer_version: least }) };
    }),
    ...(tables?.coverage != null && { coverage: await coverageIn(storage, tables.coverage) }),
  };
}

async function coverageIn(storage: Storage, table: Snapshot) {
  return coverageStatus(coverageSummary(await coverageRows(storage, table)));
}

function ofInstance({
  instance,
  family,
  timeZone,
  timeFormats,
  precision,
  columns,
  prefixes,
  ways,
}: IdentityState): InstanceStatus {
  const times = { time_zone: timeZone, time_formats: timeFormats, time_digits: precision?.written ?? null };
  const byWay = Object.keys(ways).length > 0 && { ways };
  return { instance, ...(family !== 'exports' && { family }), ...times, ...byWay, columns, prefixes };
}

async function stateIn(
  storage: Storage,
  snapshot: Snapshot | null,
  settings: Settings,
  file: ListedFile | UnreadableFile,
) {
  if (file instanceof UnreadableFile) return 'unreadable';
  if (snapshot === null) return 'waiting';
  try {
    return await rawFileState(storage, snapshot, settings, file);
  } catch (error) {
    if (error instanceof UnreadableFile && error.path === file.path) return 'unreadable';
    throw error;
  }
}

function sizeOf(files: readonly AddFile[]): Pick<TableStatus, 'data_files' | 'rows' | 'bytes'> {
  return {
    data_files: files.length,
    rows: files.reduce<number | null>((sum, file) => added(sum, recordedRows(file)), 0),
    bytes: files.reduce((sum, file) => sum + file.size, 0),
  };
}

/** A sum of which a part may not be known. */
function added(sum: number | null, rows: number | null): number | null {
  return sum === null || rows === null ? null : sum + rows;
}

async function* inGroups<T>(files: AsyncIterable<T>): AsyncGenerator<readonly T[]> {
  let group: T[] = [];
  for await (const file of files) {
    group.push(file);
    if (group.length < LOOKED_AT_ONCE) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

function absence(name: string): string {
  return name === 'rows' ? 'not known: files of another engine came without statistics; a query counts them' : 'none';
}

function describe(lake: string, status: Status): string {
  const { instances, ways, waiting, rejected, withdrawn, unreadable, tables, coverage, ...facts } = status;
  const table = textTable(
    ['', shownPlace(lake)],
    Object.entries(facts).map(([name, value]) => [name.replaceAll('_', ' '), String(value ?? absence(name))]),
  );
  const ofTables = textTable(
    ['table', 'version', 'data files', 'rows', 'bytes'],
    tables.map((each) => [
      each.table,
      ...[each.version, each.data_files, each.rows ?? 'not known', each.bytes].map(String),
    ]),
    [false, true, true, true, true],
  );
  const ofInstances = textTable(
    ['instance', 'zone of times without offset', 'digits of a second', 'actor', 'patterns of times'],
    instances.map(
      ({ instance, family, time_zone: zone, time_formats: formats, time_digits: digits, columns, ways = {} }) => [
        `${visible(instance ?? '(none)')}${family === undefined ? '' : ', classic logs'}`,
        zone ?? 'not needed',
        [String(digits ?? 'not known'), ...Object.entries(ways).map(([way, { written }]) => `${way} ${written}`)].join(
          ', ',
        ),
        actorText(columns),
        formats.map(visible).join('  '),
      ],
    ),
    [false, false, true, false, false],
  );
  const lists = [
    ...tables.flatMap(({ table: name, min_writer_version: least }) =>
      least === undefined
        ? []
        : [`${name} takes version ${visible(least)} of this program or a newer one to be written to`],
    ),
    ...waiting.map((path) => `waiting: ${visible(path)}`),
    ...rejected.map((path) => `rejected: ${visible(path)}`),
    ...withdrawn.map((path) => `withdrawn: ${visible(path)}`),
    ...unreadable.map((path) => `unreadable: ${visible(path)}`),
  ];
  const sections = [
    ...(tables.length > 0 ? ['', ofTables] : []),
    ...(instances.length > 0 ? ['', ofInstances] : []),
    ...(coverage === undefined ? [] : ['', statesTable(coverage)]),
    ...(ways === null ? [] : describeWays(ways)),
  ];
  return [table, ...sections, ...lists].join('\n');
}

function actorText(columns: InstanceStatus['columns']): string {
  if (columns === null) return 'not known';
  const role = ['actor_id', 'actor_name'].find((each) => each in columns);
  if (role === undefined) return 'no column';
  const name = columns[role];
  return name === null || name === undefined ? role : `${role} (${visible(name)})`;
}
