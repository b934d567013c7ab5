import assert from 'node:assert/strict';
import { test } from 'vitest';
import { emptyReport, type FileReport, WARNINGS } from '../../src/ingest/report.ts';
import { emitTo, ingestTelemetry } from '../../src/telemetry/index.ts';
import { settings } from '../support/lake.ts';

const NOW = Date.UTC(2026, 5, 2);
const SOURCE = {
  path: 'raw/acme/a.csv',
  etag: '0x1',
  size: 77,
  landedAt: new Date(NOW - 90_000),
  ingestId: '0123456789abcdef',
};

/** An observer with these settings, and the records that come of it. */
function watching(instances = '') {
  const records: Record<string, unknown>[] = [];
  const emit = emitTo((line) => records.push(JSON.parse(line) as Record<string, unknown>));
  return { records, observer: ingestTelemetry('reconcile-raw', { now: () => NOW }, settings({ instances }), emit) };
}

function report(path: string, given: Partial<FileReport> = {}): FileReport {
  return { ...emptyReport(path, 'ingested', null, null), ...given };
}

test('a file is told of with the function and the instance, by which freshness is told apart', () => {
  const { records, observer } = watching('acme/=acme,=Übrige');
  for (const path of ['raw/acme/a.csv', 'raw/b.csv']) observer.onReport?.(report(path));
  assert.deepEqual(
    records.map(({ function: name, instance }) => [name, instance]),
    [
      ['reconcile-raw', 'acme'],
      ['reconcile-raw', 'Übrige'],
    ],
  );
  const nameless = watching();
  nameless.observer.onReport?.(report('raw/b.csv'));
  assert.equal(nameless.records[0]?.['instance'], null);
});

test('what was quarantined is told of by reason, and joins to its file', () => {
  const { records, observer } = watching();
  observer.onFile?.(SOURCE.path, SOURCE.size, SOURCE);
  const quarantineReasons = { invalid_utf8: 2, time_not_understood: 1 };
  observer.onReport?.(report(SOURCE.path, { rows: 3, quarantined: 3, quarantineReasons }));
  const [file, ...quarantined] = records;
  assert.deepEqual([file?.['quarantined'], file?.['lag_seconds']], [3, 90]);
  assert.deepEqual(quarantined, [
    { event: 'quarantined', ingest_id: SOURCE.ingestId, reason: 'invalid_utf8', rows: 2 },
    { event: 'quarantined', ingest_id: SOURCE.ingestId, reason: 'time_not_understood', rows: 1 },
  ]);
  assert.equal(file?.['ingest_id'], SOURCE.ingestId);
});

test('each warning of a file is a flag of its record, up where the file has it and down where not', () => {
  for (const warning of WARNINGS.filter((name) => name !== 'possible_new_field')) {
    for (const warnings of [[], [warning]]) {
      const { records, observer } = watching();
      observer.onReport?.(report('raw/a.csv', { warnings }));
      assert.equal(records[0]?.[warning], warnings.length > 0);
    }
  }
});

test('evidence that had to be written anew is told of by table', () => {
  const { records, observer } = watching();
  observer.onEvidenceRewritten?.('curated/audit_events', 12);
  assert.deepEqual(records, [{ event: 'evidence_rewritten', table: 'audit_events', commits: 12 }]);
});
