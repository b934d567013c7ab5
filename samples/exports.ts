import { gzipSync } from 'node:zlib';
import type { AuditCode } from '../src/catalogue/index.ts';
import { LAST_DAY, RELEASE } from './calendar.ts';
import { configurationDeeds, unfamiliarDeeds } from './configuration.ts';
import { type Deed, HOUR } from './deed.ts';
import { habitualDeeds } from './habits.ts';
import { FORGED, INCIDENT } from './incident.ts';
import { Random } from './random.ts';
import { SCENES } from './scenes.ts';
import { sampleMessage } from './values.ts';

/** A record of an export. */
export interface SampleRecord {
  readonly time: number;
  readonly code: number;
  readonly message: string;
  readonly actor: string;
}

/**
 * Every record of the company's trail, in the order of time. Each draws from a stream of its own, keyed by its code and its
 * time, so that another code in the catalogue brings its records and changes no other.
 */
export function trail(catalogue: readonly AuditCode[]): SampleRecord[] {
  const rows = new Map(catalogue.map((row) => [row.code, row]));
  const planned = [...SCENES, ...habitualDeeds(), ...INCIDENT, ...catalogue.flatMap(configurationDeeds)];
  const familiar = new Set(planned.map(({ code }) => code));
  const unfamiliar = catalogue.filter(({ code }) => !familiar.has(code)).flatMap(unfamiliarDeeds);
  return [...planned, ...unfamiliar]
    .flatMap((deed) => {
      const row = rows.get(deed.code);
      return row === undefined ? [] : [record(deed, row)];
    })
    .sort((a, b) => a.time - b.time || a.code - b.code);
}

function record({ time, code, actor, values }: Deed, row: AuditCode): SampleRecord {
  const template = time < RELEASE ? row.templates.at(-1) : row.templates[0];
  return { time, code, message: sampleMessage(row, Random.of(code, time), template, values), actor };
}

/** The sample exports by their file names, as the product writes them. */
export function sampleExports(catalogue: readonly AuditCode[]): Map<string, Buffer> {
  const all = trail(catalogue);
  const between = (from: number, to: number) => all.filter(({ time }) => time >= from && time < to);
  const morning = between(LAST_DAY + 6 * HOUR, LAST_DAY + 10 * HOUR);
  return new Map([
    ['audit-2026-03-01.csv', csv(between(0, LAST_DAY))],
    ['audit-2026-03-02.csv.gz', gzipSync(csv(between(LAST_DAY, Infinity)), { level: 9 })],
    ['audit-2026-03-02T10-hourly.csv', csv(morning)],
    ['broken-rows.csv', broken(morning)],
    ['hostile-names.csv', csv(FORGED)],
  ]);
}

function csv(records: readonly SampleRecord[]): Buffer {
  return Buffer.from(`${['time,code,message,user name', ...records.map(line)].join('\n')}\n`);
}

function line({ time, code, message, actor }: SampleRecord): string {
  return [new Date(time).toISOString(), String(code), message, actor].map(quoted).join(',');
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** Some hours' export in which five records are damaged, each in another way. */
function broken(records: readonly SampleRecord[]): Buffer {
  const nine = LAST_DAY + 9 * HOUR;
  const [before, after] = [records.filter(({ time }) => time < nine), records.filter(({ time }) => time >= nine)];
  const damaged = [
    'yesterday,92042,"Created dashboard, ID=d-9, name=Lost",ana.sousa@corp.example',
    '2026-03-02T09:00:00Z,dashboard,"Created dashboard, ID=d-9, name=Lost",ana.sousa@corp.example',
    '2026-03-02T09:00:01Z,92042,Created dashboard, ID=d-9, name=Lost, no quotes',
    '2026-03-02T09:00:02Z,92042,"Created dashboard, ID=d-9, name="Lost" again",ana.sousa@corp.example',
  ];
  return Buffer.concat([
    csv(before),
    Buffer.from([...damaged, ...after.map(line), ''].join('\n')),
    Buffer.from(
      '2026-03-02T09:00:03Z,92042,"Created dashboard, ID=d-9, name=caf\xe9",ana.sousa@corp.example\n',
      'latin1',
    ),
  ]);
}
