import { Option } from 'commander';
import { existingTables } from '../asking/index.ts';
import { readRecognised } from '../lake/index.ts';
import { type HistoryEntry, history } from '../maintenance/index.ts';
import {
  type ColumnType,
  FORMATS,
  firstOf,
  INSTANT,
  type Rows,
  sqlInstant,
  TEXT,
  UsageError,
  visible,
  visibleJson,
  WHOLE_NUMBER,
} from '../present/index.ts';
import { counted } from '../storage/index.ts';
import { changeSentence } from './change-sentence.ts';
import { command } from './command.ts';
import { howRead } from './how-read.ts';
import { openLakeHere } from './interruption.ts';

/** Raw files of one version listed by name in text; JSON lists them all. */
const MOST_SOURCES = 10;

/** Prints the versions of audit_events, newest first, each as soon as it is read. */
export const register = command<{ readonly limit: string }, []>({
  name: 'history',
  flags: [new Option('--limit <n>', 'how many versions').default('20')],
  json: 'one JSON object for each version, one a line,',
  formats: FORMATS,
  settings: ['lake'],
  run: async ({ settings, flags: { limit }, output }) => {
    const given = settings();
    if (!/^[1-9]\d{0,8}$/.test(limit)) throw new UsageError(`--limit takes a whole number above 0, found ${limit}`);
    const storage = openLakeHere(given);
    const tables = await existingTables(storage, given);
    const entries = firstEntries(history(storage, tables.events), Number(limit));
    if (output.format === null || output.format === 'json') {
      const isJson = output.format === 'json';
      await output.printLines(entries, (entry) => (isJson ? visibleJson(report(entry)) : describe(entry)));
    } else await output.print(tabular(entries));
    return {};
  },
});

async function* firstEntries(entries: AsyncIterable<HistoryEntry>, most: number): AsyncGenerator<HistoryEntry> {
  let left = most;
  for await (const entry of entries) {
    yield entry;
    if (--left === 0) break;
  }
}

const COLUMNS = {
  version: WHOLE_NUMBER,
  time: INSTANT,
  operation: TEXT,
  engine: TEXT,
  files_added: WHOLE_NUMBER,
  files_removed: WHOLE_NUMBER,
  sources: { kind: 'json' },
  change: { kind: 'json' },
  bracket: { kind: 'json' },
  accepted: { kind: 'json' },
  vacuumed: { kind: 'json' },
  by: { kind: 'json' },
  from: TEXT,
} as const satisfies Record<string, ColumnType>;

/** A row a version; what is no plain value is JSON. */
function tabular(entries: AsyncIterable<HistoryEntry>): Rows {
  const batches = async function* () {
    for await (const entry of entries) {
      const { time, ...told } = report(entry);
      const values: Readonly<Record<keyof typeof COLUMNS, unknown>> = { ...told, time: time && sqlInstant(time) };
      yield [
        Object.entries(COLUMNS).map(([name, { kind }]) => {
          const value = values[name as keyof typeof COLUMNS];
          return kind === 'json' && value !== null ? JSON.stringify(value) : value;
        }),
      ];
    }
  };
  return { names: Object.keys(COLUMNS), types: Object.values(COLUMNS), batches: batches() };
}

function report({ filesAdded, filesRemoved, ...entry }: HistoryEntry) {
  return { ...entry, files_added: filesAdded, files_removed: filesRemoved };
}

function describe(entry: HistoryEntry): string {
  const { version, time, operation, engine, sources, change, bracket, vacuumed, by: who, from } = entry;
  if (from === null) return `${version}  not in the log any more, and no evidence has it`;
  const head = [String(version), time?.toISOString() ?? 'at a time not stated', operation ?? 'operation not stated'];
  const files = `files +${entry.filesAdded} -${entry.filesRemoved}`;
  const by = `by ${engine ?? 'an engine that does not say'}${from === 'evidence' ? ', from the evidence' : ''}`;
  return [
    [...head, files, by].join('  '),
    ...(bracket === null ? [] : [`    ${bracket.step} for ${bracket.kind}: ${bracket.reason}`]),
    ...(entry.accepted === null
      ? []
      : [`    accepts version ${entry.accepted.version} (${entry.accepted.sha256}): ${entry.accepted.reason}`]),
    ...(vacuumed === null
      ? []
      : [
          `    vacuum: ${counted(vacuumed.files, 'file')} to be deleted, unused for ${counted(vacuumed.days, 'day')}: ${vacuumed.reason}`,
        ]),
    ...(change === null ? [] : [`    ${changeSentence(change)}`]),
    ...(who === null ? [] : [`    asked for by ${describeBy(who)}`]),
    ...firstOf(
      sources.map((source) => describeSource(source, change?.['kind'] === 'replay')),
      MOST_SOURCES,
      '    ',
    ),
  ]
    .map(visible)
    .join('\n');
}

/** Who asked for a change; a name that is claimed is no proof of anybody. */
function describeBy({ name, kind, id }: NonNullable<HistoryEntry['by']>): string {
  if (kind === 'claimed') return `${name} (claimed: the name of an account on the machine it ran on)`;
  return id === undefined ? `${name} (signed in)` : `${name} (signed in, object ${id})`;
}

function describeSource(source: HistoryEntry['sources'][number], isReplay: boolean): string {
  const { path, outcome, way, rows, ingest_id: _, recognised = [], ...counts } = source;
  const parts = Object.entries(counts).filter(([name, count]) => name === 'committed' || count > 0);
  const sum = parts.map(([name, count]) => `${count} ${name}`).join(' + ');
  const came = way === 'exporter' ? '' : `, by ${way}`;
  if (outcome !== 'ingested') return `${outcome} ${path}${came}`;
  const found = howRead(recognised.map(readRecognised));
  const form = found === null ? '' : `, ${found}`;
  return `${isReplay ? 'read again' : outcome} ${path}: ${counted(rows, 'row')} = ${sum}${form}${came}`;
}
