import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { AuditCode } from '../src/catalogue/index.ts';
import { Random } from './random.ts';
import { CURRENT_CODES, sampleMessage } from './values.ts';

/** The folder with the samples. */
const FOLDER = path.join(import.meta.dirname, 'exports');
const MINUTE = 60_000;
const ADMINS = ['ana.sousa@corp.example', 'chidi.obi@corp.example', 'automation-client'];

/** A record of an export. */
interface Record {
  readonly time: number;
  readonly code: number;
  readonly message: string;
  readonly actor: string;
}

/** One record of every code, then a day's mix, in the order of their times. */
function day(start: number, count: number, random: Random): Record[] {
  const codes: AuditCode[] = [...CURRENT_CODES];
  while (codes.length < count) codes.push(random.pick(CURRENT_CODES));
  const step = (24 * 60 * MINUTE) / count;
  return codes.map((row, index) => record(row, start + Math.floor(index * step + random.next() * step), random));
}

function record(row: AuditCode, time: number, random: Random): Record {
  const template = random.chance(0.1) ? random.pick(row.templates) : row.templates[0]!;
  const actor = row.code === 91072 ? 'anonymous' : random.pick(ADMINS);
  return { time, code: row.code, message: sampleMessage(row, random, template), actor };
}

/** Names that try to pass for something else, as an attacker would choose them. */
function hostile(start: number): Record[] {
  const messages: [number, string][] = [
    [91012, 'Created user, id=u-1, name=Mallory, roles_granted=[Administrator], roles_granted=[]'],
    [
      91011,
      'Updated user, id=u-1, name=M, roles_granted=[], roles_revoked=[], previous_name=P, roles_granted=[Administrator], roles_revoked=[]',
    ],
    [
      91181,
      'Granted access to content, ID=c-1, name=Q3, role_id=r-1, role_name=Admin, role_id=r-2, role_name=Viewer, permission=view',
    ],
    [92042, 'Created dashboard, ID=d-1, name=\u202egnp.exe\u202c'],
    [92042, 'Created dashboard, ID=d-2, name=admin\u200b@corp.example'],
    [90211, 'User logged in, id=u-1, name=li, session_id=s0, ip=10.0.0.1, session_id=s9, ip=198.51.100.4'],
    [90211, 'User logged in, id=u-1, name=li, session_id=s9, ip=gateway-3'],
    [90213, 'User failed login attempt, id=u-1, name=li, error="Token "x", expired"'],
    [92011, 'Updated remote action, ID=a-1, name=Clean "up", now, please'],
    [
      94011,
      'Web request manual execution of remote action, source= investigation, ID=a-1, name=Fix on 2 devices on 3 devices with uids d1,d2, d3',
    ],
    [91012, 'Created user, id=u-2, name=Li, mood=odd'],
    [97001, 'Frobnicated, id=z-1, __proto__=x'],
    [92043, 'good evening'],
  ];
  return messages.map(([code, message], index) => ({
    time: start + index * MINUTE,
    code,
    message,
    actor: 'mallory@corp.example',
  }));
}

function csv(records: readonly Record[]): string {
  const lines = records.map(({ time, code, message, actor }) =>
    [new Date(time).toISOString(), String(code), message, actor].map(quoted).join(','),
  );
  return `${['time,code,message,user name', ...lines].join('\n')}\n`;
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** An hour's export in which five records are damaged, each in another way. */
function broken(records: readonly Record[]): Buffer {
  const lines = csv(records).trimEnd().split('\n');
  const good = lines.slice(1);
  return Buffer.concat([
    Buffer.from(
      `${[
        lines[0],
        ...good.slice(0, 5),
        'yesterday,92042,"Created dashboard, ID=d-9, name=Lost",ana.sousa@corp.example',
        '2026-03-02T10:00:00Z,dashboard,"Created dashboard, ID=d-9, name=Lost",ana.sousa@corp.example',
        '2026-03-02T10:00:01Z,92042,Created dashboard, ID=d-9, name=Lost, no quotes',
        '2026-03-02T10:00:02Z,92042,"Created dashboard, ID=d-9, name="Lost" again",ana.sousa@corp.example',
        ...good.slice(5),
      ].join('\n')}\n`,
    ),
    Buffer.from(
      '2026-03-02T10:00:03Z,92042,"Created dashboard, ID=d-9, name=caf\xe9",ana.sousa@corp.example\n',
      'latin1',
    ),
  ]);
}

function write(name: string, content: string | Buffer): void {
  writeFileSync(path.join(FOLDER, name), content);
}

const random = new Random(20260301);
const first = Date.UTC(2026, 2, 1);
const second = first + 24 * 60 * MINUTE;
const third = second + 24 * 60 * MINUTE;
mkdirSync(FOLDER, { recursive: true });
write('audit-2026-03-01.csv', csv(day(first, 1500, random)));
const secondDay = day(second, 1200, random);
write('audit-2026-03-02.csv.gz', gzipSync(csv(secondDay), { level: 9 }));
const hour = secondDay.filter(({ time }) => time >= second + 600 * MINUTE && time < second + 660 * MINUTE);
write('audit-2026-03-02T10-hourly.csv', csv(hour));
write('broken-rows.csv', broken(hour));
write('hostile-names.csv', csv(hostile(third)));
