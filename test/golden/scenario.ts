import { hash } from 'node:crypto';
import { dayOfDate } from '../../src/events/index.ts';
import { ingestPaths } from '../../src/ingest/index.ts';
import { codecOf, prepareTables, rawPaths } from '../../src/lake/index.ts';
import { compactTable } from '../../src/maintenance/compact.ts';
import { eraseUser } from '../../src/maintenance/erase.ts';
import { replayTable } from '../../src/maintenance/replay.ts';
import { retainTable } from '../../src/maintenance/retain.ts';
import type { Settings } from '../../src/settings/index.ts';
import type { Host } from '../../src/storage/index.ts';
import { writeCheckpoint } from '../../src/table/index.ts';
import { settings, snapshotOf } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';

const LANDED_AT = new Date('2026-06-01T00:00:00Z');
const NOON = Date.UTC(2026, 5, 1, 12);

/** A clock that stands and ids that count: the same lake each time. */
function countingHost(): Host {
  let count = 0;
  return {
    now: () => NOON,
    randomId: () => hash('sha256', String(count++), 'hex').slice(0, 32),
    random: () => 0.5,
    sleep: async () => undefined,
  };
}

function dayOf(date: string, extra: readonly string[] = []): string {
  const lines = [
    `${date}T01:00:00Z,92042,"Created dashboard, ID=d-1, name=Sales",li`,
    `${date}T02:00:00Z,91012,"Created user, id=u-2, name=Dana Levy, roles_granted=[Viewer,Editor]",dana.levy@corp.example`,
    `${date}T03:00:00Z,90211,"User logged in, id=u-dana, name=Dana, session_id=s1, ip=10.0.0.1",`,
    `${date}T04:00:00Z,94303,"2 user(s) scheduled for deletion with the following SID(s): S-1-5-21-7, S-1-5-21-8",li`,
    `${date}T05:00:00Z,97001,"Frobnicated, id=z-1, mood=odd",li`,
    `${date}T06:00:00Z,90211,"User logged in, id=u-1, name=li, session_id=s0, ip=10.0.0.1, session_id=s9, ip=198.51.100.4",li`,
    ...extra,
  ];
  return ['time,code,message,user name', ...lines, ''].join('\n');
}

const JSON_LINES = [
  { time: '2026-03-04T01:00:00Z', code: 92042, message: 'Created dashboard, ID=d-7, name=Ops', 'user name': 'li' },
  { time: '2026-03-04T02:00:00Z', code: 90213, message: 'User failed login attempt, id=u-1, name=li, error="no"' },
]
  .map((record) => `${JSON.stringify(record)}\n`)
  .join('');

/** A lake to which everything was done once that writes to the log: the same bytes as long as nothing changes how. */
export async function goldenLake(): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  const host = countingHost();
  const usual = settings();
  const ingest = async (with_: Settings = usual): Promise<void> => {
    await ingestPaths({ storage, host }, with_, rawPaths(storage, with_), { named: false });
  };
  const events = async () => (await prepareTables({ storage, host })).events;
  storage.put('raw/1.csv', dayOf('2026-03-01'), LANDED_AT);
  storage.put('raw/2.csv', dayOf('2026-03-02', ['no time,92042,"Created dashboard, ID=d-9, name=Lost",li']), LANDED_AT);
  storage.put('raw/3.csv', 'no export\nof any kind\n', LANDED_AT);
  await ingest();
  storage.put('raw/4.csv', dayOf('2026-03-01') + dayOf('2026-03-03'), LANDED_AT);
  storage.put('raw/5.jsonl', JSON_LINES, LANDED_AT);
  storage.put('raw/2.csv', dayOf('2026-03-02', ['2026-03-02T08:00:00Z,92043,good evening,li']), LANDED_AT);
  await ingest();
  const options = { reason: 'golden', dryRun: false };
  const codec = codecOf(usual);
  await compactTable({ storage, host }, await events(), { codec, before: '2026-03-03', dryRun: false });
  await eraseUser({ storage, host }, await events(), { ...options, values: ['u-dana'], codec });
  await writeCheckpoint(storage, await snapshotOf(storage), new Date(host.now()));
  await replayTable({ storage, host }, usual, await events(), { ...options, scope: null });
  const before = dayOfDate('2026-03-02') ?? Number.NaN;
  await retainTable({ storage, host }, await events(), { ...options, before });
  storage.put('raw/6.csv', dayOf('2026-03-05'), LANDED_AT);
  await ingest(settings({ maxDays: '400' }));
  return storage;
}

/** Every file that the program wrote: texts verbatim, the others as size and SHA-256; evidence is as long as the log. */
export function described(storage: MemoryStorage): string {
  return storage
    .paths()
    .filter((path) => !path.startsWith('raw/'))
    .map((path) => {
      const content = storage.content(path);
      const isText = /\.jsonl?$|_last_checkpoint$/.test(path) && !path.startsWith('evidence/');
      const text = isText ? content.toString() : `${content.length} bytes, SHA-256 ${hash('sha256', content, 'hex')}\n`;
      return `# ${path}\n${text}${text.endsWith('\n') ? '' : '\n'}`;
    })
    .join('\n');
}
