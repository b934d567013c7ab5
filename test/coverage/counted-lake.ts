import assert from 'node:assert/strict';
import { type CoverageComparison, compareLandedCounts } from '../../src/coverage/index.ts';
import { type CoverageRow, coverageRows } from '../../src/lake/index.ts';
import { openTable } from '../../src/table/index.ts';
import { HOST, ingest, LANDED_AT, settings } from '../support/lake.ts';
import type { MemoryStorage } from '../support/memory-storage.ts';

export const HOUR = 3_600_000;
export const MINUTE = 60_000;
/** When the trail of these tests begins. */
export const BEGIN = Date.UTC(2026, 2, 1);
/** When counts land unless a test says otherwise: late enough for every hour. */
const COUNTED_AT = new Date('2026-06-02T00:00:00.000Z');

/** An event of an invented trail: minutes since its beginning, code, and what tells it from others. */
export interface Event {
  readonly at: number;
  readonly code: number;
  readonly name: string;
}

const CODES = [92042, 92043, 91011];

/** So many events, one a minute from `first` on. */
export function events(first: number, count: number): Event[] {
  return Array.from({ length: count }, (_, index) => {
    const at = first + index;
    return { at, code: CODES[at % CODES.length]!, name: `d-${at}` };
  });
}

function timeOf({ at }: Pick<Event, 'at'>): number {
  return BEGIN + at * MINUTE;
}

/** Events as an export writes them. */
export function csv(of: readonly Event[], written: (time: number) => string = isoOf): string {
  const lines = of.map((event) => `${written(timeOf(event))},${event.code},"Did it, ID=${event.name}",li\n`);
  return `time,code,message,user name\n${lines.join('')}`;
}

function isoOf(time: number): string {
  return new Date(time).toISOString();
}

/** What a source counts of events, hour by hour. `label` writes the hour that an event is in. */
export function countsCsv(of: readonly Event[], label: (time: number) => string = hourOf): string {
  const counts = new Map<string, number>();
  for (const event of of) {
    const key = `${label(timeOf(event))},${event.code}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return `time,platform.audit_logs.code,count\n${[...counts].map(([key, count]) => `${key},${count}\n`).join('')}`;
}

function hourOf(time: number): string {
  return isoOf(Math.floor(time / HOUR) * HOUR);
}

/** A lake over exports by their names in raw, each taken in by a run of its own. */
export async function takenIn(
  storage: MemoryStorage,
  files: Readonly<Record<string, string>>,
  options: Readonly<Record<string, string>> = {},
  landed: Date = LANDED_AT,
): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    storage.put(`raw/${name}`, content, landed);
    await ingest(storage, options, [`raw/${name}`]);
  }
}

/** Lands counts, and compares. */
export async function compare(
  storage: MemoryStorage,
  counts: string | null,
  {
    options = {},
    landed = COUNTED_AT,
    name = 'audit_counts/2026-06-02/a.csv',
  }: { readonly options?: Readonly<Record<string, string>>; readonly landed?: Date; readonly name?: string } = {},
): Promise<CoverageComparison> {
  if (counts !== null) storage.put(`raw/landed/counts/${name}`, counts, landed);
  const result = await compareLandedCounts({ storage, host: HOST }, settings(options));
  assert.ok(result);
  return result;
}

/** Findings as `hours since the beginning, code: difference kinds`. */
export function found({ findings }: Pick<CoverageComparison, 'findings'>): string[] {
  return findings.map(({ hour_start: start, code, difference, explanation }) => {
    const kinds = (JSON.parse(explanation ?? '[]') as { kind: string; count: number | null }[]).map(
      ({ kind, count }) => `${kind} ${count}`,
    );
    return `${(start - BEGIN) / HOUR} ${code}: ${difference} (${kinds.join(', ')})`;
  });
}

/** The rows of audit_coverage. */
export async function rowsOf(storage: MemoryStorage): Promise<CoverageRow[]> {
  const table = await openTable(storage, 'curated/audit_coverage');
  assert.ok(table);
  return await coverageRows(storage, table);
}

/** What explains the differences of an hour and code, by kind. */
export async function explanations(storage: MemoryStorage): Promise<string[]> {
  const rows = await rowsOf(storage);
  return rows.flatMap(({ hour_start: start, code, explanation, state }) => {
    if (code === null) return [];
    const each = JSON.parse(explanation ?? '[]') as { kind: string; count: number | null }[];
    return [
      `${(start - BEGIN) / HOUR} ${code} ${state}: ${each.map(({ kind, count }) => `${kind} ${count}`).join(', ')}`,
    ];
  });
}
