import assert from 'node:assert/strict';
import { test } from 'vitest';
import { rejectedPaths } from '../../src/lake/index.ts';
import { inclusion } from '../../src/settings/index.ts';
import { ingest, land, minutes, onlyReport, outcomes, settings } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';

test('include and exclude: everything by default, exclude wins', () => {
  const paths = ['a.csv', 'audit/2026/01/b.csv', 'audit/b-test.csv', 'audit/.hidden.csv', 'devices/c.csv'];
  const included = (options: Record<string, string>) => paths.filter(inclusion(settings(options)));
  assert.deepEqual(included({}), paths);
  assert.deepEqual(included({ include: 'audit/**' }), ['audit/2026/01/b.csv', 'audit/b-test.csv', 'audit/.hidden.csv']);
  assert.deepEqual(included({ exclude: '**/*-test.csv,devices/**' }), [
    'a.csv',
    'audit/2026/01/b.csv',
    'audit/.hidden.csv',
  ]);
  assert.deepEqual(included({ include: '*.csv,devices/*', exclude: 'a*' }), ['devices/c.csv']);
});

test('a file that is not included is passed over, and said to be where it was asked for', async () => {
  const storage = new MemoryStorage();
  await land(storage, 'audit/a.csv', minutes(0, 3));
  await land(storage, 'devices.csv', 'device,cpu\nx,1\n');
  const options = { include: 'audit/**' };
  assert.deepEqual(outcomes(await ingest(storage, options)), ['audit/a.csv: ingested 3/0/0']);
  assert.equal(onlyReport(await ingest(storage, options, ['raw/devices.csv'])).reason, 'excluded');
});

test('a rejected file is taken in once its setting is right, by name, by --rejected or as part of raw', async () => {
  const storage = new MemoryStorage();
  const twoTimes = minutes(0, 3)
    .replace('time,code,message,user name', 'Occurred,code,message,Until')
    .replaceAll(',li\n', ',2026-03-09T00:00:00Z\n');
  await land(storage, 'a.csv', twoTimes);
  const first = onlyReport(await ingest(storage));
  assert.equal(first.outcome, 'rejected');
  assert.match(first.explanation ?? '', /"Occurred".*AUDIT_LAKE_COLUMN_ALIASES.*--column-aliases "time=/s);
  assert.deepEqual(await rejectedPaths(storage), ['raw/a.csv']);

  const again = await ingest(storage, {}, await rejectedPaths(storage));
  assert.equal(onlyReport(again).outcome, 'rejected');
  assert.equal(again.snapshot.version, 1, 'nothing changed, so nothing is written');
  assert.equal(onlyReport(await ingest(storage)).reason, 'rejected_before');

  const mended = await ingest(storage, { columnAliases: 'time=Occurred' }, await rejectedPaths(storage));
  assert.deepEqual(outcomes(mended), ['a.csv: ingested 3/0/0']);
});
