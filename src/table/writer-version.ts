import { type Action, commitInfoOf, type Metadata } from './actions.ts';
import { OutdatedProgram, UnsupportedTable } from './errors.ts';
import type { JsonObject, JsonValue } from './json.ts';
import { PROGRAM_VERSION } from './program-version.ts';
import type { Snapshot } from './snapshot.ts';

/** Table property that names the least version of this program that may write; a table without it takes every version. */
export const LEAST_WRITER = 'auditLake.minWriterVersion';

/** What an older program would break by writing, because it does not know of it. */
export interface WriterFeature {
  readonly name: string;
  /** The version of this program that brought it; not above the one in package.json. */
  readonly since: string;
  /** Whether a commit makes use of it. */
  isUsedBy(actions: readonly Action[]): boolean;
}

/**
 * All that a writer has to know since 0.2.0. The first commit that uses one of these raises the table's property, in
 * {@link withLeastWriter}, and from then on older programs only read. What an older program can leave as it is, such as a
 * new column or key of a commit, is none of them.
 */
export const WRITER_FEATURES: readonly WriterFeature[] = [
  {
    name: 'withdrawn raw files, which an older program takes in again',
    since: '0.3.0',
    isUsedBy: (actions) => actions.some((action) => 'txn' in action && action.txn.appId.startsWith('withdrawn:')),
  },
  {
    name: 'raw files that did not come by the exporter, which an older program reads as exports when it replays them',
    since: '0.4.0',
    isUsedBy: (actions) => sourcesOf(actions).some((source) => (wayOf(source) ?? EXPORTER) !== EXPORTER),
  },
];

/** The way that older programs know. */
const EXPORTER = 'exporter';

/** What a commit says of raw files, of whatever kind that is. */
function sourcesOf(actions: readonly Action[]): readonly JsonValue[] {
  const sources = commitInfoOf(actions)?.['sources'];
  return Array.isArray(sources) ? sources : [];
}

function wayOf(source: JsonValue): JsonValue | undefined {
  const isObject = typeof source === 'object' && source !== null && !Array.isArray(source);
  return isObject ? (source as JsonObject)['way'] : undefined;
}

type Version = readonly [major: number, minor: number, patch: number];

/** @throws OutdatedProgram where the table takes a newer program, UnsupportedTable where nobody can tell which it takes */
export function checkWriterVersion(table: string, { configuration }: Metadata, program = PROGRAM_VERSION): void {
  const stated = configuration[LEAST_WRITER];
  if (stated === undefined) return;
  const least = versionOf(stated);
  if (least === null) {
    const found = JSON.stringify(stated.slice(0, 40));
    const detail = `expected ${LEAST_WRITER} to be a version of this program such as 0.3.0, found ${found}`;
    const wayOut = 'set the property to the version that verify or status names, or remove it where it was never ours';
    throw new UnsupportedTable(table, LEAST_WRITER, `${detail}; nothing was written: ${wayOut}, and run again`);
  }
  if (!isBefore(versionOf(program) ?? [0, 0, 0], least)) return;
  throw new OutdatedProgram(
    table,
    `writing to it takes version ${least.join('.')} of this program or a newer one (${LEAST_WRITER}), and this is ` +
      `${program}; nothing was written: install the newer version here; query, ask, status, history and verify work as they are`,
  );
}

/** The actions of a commit, with the property raised where they are the first to use a feature that the table does not take yet. */
export function withLeastWriter(
  { metadata }: Pick<Snapshot, 'metadata'>,
  actions: readonly Action[],
  features = WRITER_FEATURES,
): readonly Action[] {
  const changed = actions.flatMap((action) => ('metaData' in action ? [action.metaData] : [])).at(-1) ?? metadata;
  const stated = changed.configuration[LEAST_WRITER];
  let least = stated;
  for (const { since } of features.filter((feature) => feature.isUsedBy(actions))) {
    if (least === undefined || isBefore(versionOf(least) ?? [0, 0, 0], versionOf(since) ?? [0, 0, 0])) least = since;
  }
  if (least === undefined || least === stated) return actions;
  const metaData = { ...changed, configuration: { ...changed.configuration, [LEAST_WRITER]: least } };
  const [first, ...rest] = actions.filter((action) => !('metaData' in action));
  return first === undefined ? [{ metaData }] : [first, { metaData }, ...rest];
}

function versionOf(text: string): Version | null {
  const found = /^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})(?:-[0-9A-Za-z.-]{1,40})?$/.exec(text);
  return found && [Number(found[1]), Number(found[2]), Number(found[3])];
}

/** Whether a version comes before another; what it leads up to, such as `-beta.1`, counts as that version. */
function isBefore(version: Version, other: Version): boolean {
  const place = version.findIndex((part, index) => part !== other[index]);
  return place >= 0 && version[place]! < other[place]!;
}
