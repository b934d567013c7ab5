import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { Random } from '../../samples/random.ts';
import { CURRENT_CODES, sampleMessage } from '../../samples/values.ts';
import { catalogueOf } from '../../src/catalogue/index.ts';

/** One export file as its writer laid it out. */
export interface ExportFile {
  readonly text: string;
  readonly stored: Uint8Array;
  readonly extension: '.csv' | '.csv.gz';
}

interface PlainRecord {
  readonly time: string;
  readonly code: number;
  readonly message: string;
  readonly cells: Readonly<Record<string, string>>;
}

const FIRST = Date.UTC(2026, 2, 1);
const THREE_DAYS_MICROS = 3 * 86_400 * 1e6;

/** Messages of every code and shape, and such as an attacker would choose. */
const HOSTILE: readonly (readonly [number, string])[] = [
  [91012, 'Created user, id=u-1, name=Mallory, roles_granted=[Administrator], roles_granted=[]'],
  [
    91181,
    'Granted access to content, ID=c, name=Q3, role_id=r-1, role_name=A, role_id=r-2, role_name=B, permission=view',
  ],
  [92042, 'Created dashboard, ID=d-1, name=\u202egnp.exe\u202c'],
  [92042, 'Created dashboard, ID=d-2, name=admin\u200b@corp.example'],
  [92042, 'Created dashboard, ID=d-3, name="quoted", and\r\ntwo lines\r\n'],
  [90211, 'User logged in, id=u-1, name=li, session_id=s9, ip=gateway-3'],
  [97001, 'Frobnicated, __proto__=x, constructor=y, 2=b, 1=a'],
  [92043, 'good evening'],
  [92043, ''],
  [0, 'a=1, a=2, \u0001=\u0002'],
  [2_147_483_647, 'x'.repeat(6000)],
];

const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 12 }), fc.string({ unit: 'binary', maxLength: 12 })).map(
  // A lone surrogate has no UTF-8 form, and a file with NUL in it counts as binary.
  (drawn) => drawn.toWellFormed().replaceAll('\0', ''),
);

const coded: fc.Arbitrary<readonly [number, string]> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(fc.constantFrom(...CURRENT_CODES), fc.nat()).map(([row, seed]) => sampled(row, seed)),
  },
  { weight: 2, arbitrary: fc.constantFrom(...HOSTILE) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(90211, 91011, 92042, 94011, 1), text) },
);

const record: fc.Arbitrary<PlainRecord> = fc
  .record({
    // Few instants, so that equal records meet.
    time: fc
      .tuple(fc.nat({ max: THREE_DAYS_MICROS }), fc.nat({ max: 5 }))
      .map(([micros, form]) => timeText(micros, form)),
    coded,
    cells: fc.record({
      'user name': fc.constantFrom('', 'li.wei@corp.example', 'a "quoted", name', 'Zoë \u{1f600}'),
      'user uid': fc.constantFrom('', 'u-1', '4c4383b6-6cd5-40e9-afe9-6eda463c8114'),
      tenant: fc.constantFrom('', 'acme', '{"json":1}'),
      __proto__: fc.constantFrom('', 'cell'),
    }),
  })
  .map(({ coded: [code, message], ...rest }) => ({ ...rest, code, message }));

/** Exports in every layout that the contract allows, all of whose records are good. */
export function goodExports(most: number): fc.Arbitrary<ExportFile> {
  const optional = ['user name', 'user uid', 'tenant', '__proto__'];
  return fc
    .record({
      records: fc.array(record, { maxLength: most }),
      repeats: fc.nat({ max: 3 }),
      optional: fc.subarray(optional),
      order: fc.array(fc.nat(), { minLength: 7, maxLength: 7 }),
      lineEnd: fc.constantFrom('\n', '\r\n'),
      layout: fc.record({ allQuoted: fc.boolean(), lastLineEnd: fc.boolean(), byteOrderMark: fc.boolean() }),
      members: fc.nat({ max: 3 }),
    })
    .map(({ records, repeats, optional: columns, order, lineEnd, layout, members }) => {
      const names = shuffled(['time', 'code', 'message', ...columns], order);
      const all = [...records, ...records.slice(0, repeats)];
      const lines = [
        names.join(','),
        ...all.map((each) => names.map((name) => cell(cellOf(each, name), layout.allQuoted)).join(',')),
      ];
      const csv = lines.join(lineEnd) + (layout.lastLineEnd ? lineEnd : '');
      return exportFile((layout.byteOrderMark ? '\ufeff' : '') + csv, members);
    });
}

/** A file of this text, in so many gzip members; none: plain. */
export function exportFile(csv: string, members: number): ExportFile {
  const bytes = Buffer.from(csv);
  if (members === 0) return { text: csv, stored: bytes, extension: '.csv' };
  const size = Math.ceil(bytes.length / members);
  const parts = Array.from({ length: members }, (_, index) =>
    gzipSync(bytes.subarray(index * size, (index + 1) * size)),
  );
  return { text: csv, stored: Buffer.concat(parts), extension: '.csv.gz' };
}

/** Some records of every template of every code, so that every column gets a value somewhere. */
export function everyTemplate(): string {
  const each = catalogueOf('infinity').flatMap((row) => row.templates.map((template) => ({ row, template })));
  const lines = Array.from({ length: 8 * each.length }, (_, index) => {
    const { row, template } = each[index % each.length]!;
    const message = sampleMessage(row, new Random(index), template);
    return `${timeText((index % 5) * 86_400_000_000 + index, index)},${row.code},${cell(message, false)},li,u-1,t ${index}\r\n`;
  });
  return `time,code,message,user name,user uid,tenant\r\n${lines.join('')}`;
}

/** A classic log with some lines of every template of every classic code, and one that no template fits. */
export function everyClassicTemplate(): string {
  const rows = [
    ['engine', 'Engine-01'],
    ['portal', 'Portal'],
    ['console', 'Console'],
  ] as const;
  const lines = rows.flatMap(([system, component]) =>
    catalogueOf(system).flatMap((row) => [
      ...row.templates.flatMap((template) =>
        [1, 2, 3].map((seed) => [component, row.code, sampleMessage(row, new Random(seed), template)] as const),
      ),
      [component, row.code, '?, what'] as const,
    ]),
  );
  const at = (index: number) => new Date(FIRST + index * 1000).toISOString().replace('Z', '+00:00');
  return lines
    .map(([component, code, text], index) => `${at(index)} nx-01 [${component}|Any|${code}|li] ${text}\n`)
    .join('');
}

function sampled(row: (typeof CURRENT_CODES)[number], seed: number): readonly [number, string] {
  const random = new Random(seed);
  return [row.code, sampleMessage(row, random, random.pick(row.templates))];
}

function cellOf(each: PlainRecord, name: string): string {
  if (name === 'time') return each.time;
  if (name === 'code') return String(each.code);
  return name === 'message' ? each.message : (Object.getOwnPropertyDescriptor(each.cells, name)?.value ?? '');
}

function cell(value: string, always: boolean): string {
  return always || /[",\r\n]/.test(value) || value === '' ? `"${value.replaceAll('"', '""')}"` : value;
}

function timeText(microsAfter: number, form: number): string {
  const micros = FIRST * 1000 + microsAfter;
  const iso = new Date(Math.floor(micros / 1000)).toISOString();
  const rest = String(micros % 1000).padStart(3, '0');
  switch (form % 6) {
    case 0:
      return iso;
    case 1:
      return iso.replace('Z', `${rest}Z`);
    case 2:
      return String(micros);
    case 3:
      return String(Math.floor(micros / 1000));
    case 4:
      return String(Math.floor(micros / 1e6));
    default:
      return `${new Date(Math.floor(micros / 1000) + 5.5 * 3_600_000).toISOString().slice(0, 19)}+05:30`;
  }
}

function shuffled(names: readonly string[], order: readonly number[]): string[] {
  return names
    .map((name, index) => [order[index] ?? 0, name] as const)
    .sort(([a], [b]) => a - b)
    .map(([, name]) => name);
}
