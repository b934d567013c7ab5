import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { localStorage } from '../../src/storage/index.ts';
import { openTable } from '../../src/table/index.ts';
import { hyparquetWriter } from '../maintenance/foreign-files.ts';
import { HEADER, record, run } from '../support/cli.ts';
import { EVENTS } from '../support/lake.ts';

/** More than are looked into for their columns before they are read. */
const COPIES = 520;

let folder = '';
let lake = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'many-files-'));
  lake = join(folder, 'lake');
  const file = join(folder, 'a.csv');
  await writeFile(
    file,
    HEADER + record('Updated user, id=u-1, name=Li, roles_granted=[Ops], roles_revoked=[]', undefined, 91011),
  );
  assert.equal((await run(['ingest', file, '--lake', lake])).code, 0);
});
afterAll(() => rm(folder, { recursive: true }));

/** Another engine adds files, of which the log says no more than it must. */
async function add(
  version: number,
  files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
): Promise<void> {
  const actions: object[] = [{ commitInfo: { operation: 'WRITE', engineInfo: 'another' } }];
  for (const { name, bytes } of files) {
    const path = `event_date=2026-03-01/${name}.parquet`;
    await writeFile(join(lake, EVENTS, path), bytes);
    const partitionValues = { event_date: '2026-03-01' };
    actions.push({ add: { path, partitionValues, size: bytes.length, modificationTime: 1, dataChange: true } });
  }
  const log = join(lake, EVENTS, '_delta_log', `${String(version).padStart(20, '0')}.json`);
  await writeFile(log, actions.map((action) => `${JSON.stringify(action)}\n`).join(''));
}

async function asked(): Promise<unknown> {
  const sql =
    'SELECT count(*) AS n, count(user_name) AS named, count(DISTINCT event_time) AS times, min(event_date)::VARCHAR AS day FROM audit_events';
  const { code, stdout, stderr } = await run(['query', sql, '--lake', lake, '--json']);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout)[0];
}

describe('a query over many small files', () => {
  it('reads them one after another, also where another engine left columns out or stored them in another type', async () => {
    const snapshot = await openTable(localStorage(lake), EVENTS);
    const [path = ''] = snapshot?.files.keys() ?? [];
    const ours = await readFile(join(lake, EVENTS, path));
    assert.deepEqual(await asked(), { n: 1, named: 1, times: 1, day: '2026-03-01' });
    await add(
      2,
      Array.from({ length: COPIES }, (_, index) => ({ name: `copy-${index}`, bytes: ours })),
    );
    const [n, named] = [COPIES + 1, COPIES + 1];
    assert.deepEqual(await asked(), { n, named, times: 1, day: '2026-03-01' });
    const nanos = {
      type: 'INT64',
      logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'NANOS' },
    } as const;
    const other = await hyparquetWriter({
      elements: { event_time: nanos, code: { type: 'INT64' } },
      values: { event_time: (value) => BigInt(String(value)) * 1000n, code: (value) => BigInt(String(value)) },
    })(ours);
    await add(3, [{ name: 'a-other', bytes: other }]);
    assert.deepEqual(await asked(), { n: n + 1, named: named + 1, times: 1, day: '2026-03-01' });
    await add(4, [{ name: 'a-less', bytes: await hyparquetWriter({ without: ['user_name'] })(ours) }]);
    assert.deepEqual(await asked(), { n: n + 2, named: named + 1, times: 1, day: '2026-03-01' });
    const { stderr } = await run(['query', 'SELECT count(user_name) FROM audit_events', '--lake', lake]);
    assert.match(stderr, /the files have different columns, and there are 523: compact saves memory and time/);
  });
});
