import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { comparisonText } from '../../src/cli/comparison-text.ts';
import type { CoverageComparison, ExplainedBy } from '../../src/coverage/index.ts';
import type { CoverageRow } from '../../src/lake/index.ts';

const HOUR = 3_600_000;
const BEGIN = Date.UTC(2026, 2, 1);
const ON = ' --lake here';

function finding(hour: number): CoverageRow {
  const start = BEGIN + hour * HOUR;
  const command = `audit-lake pull nql --from ${start}`;
  return {
    ...{ instance: null, hour_start: start, hour_end: start + HOUR, code: 92042, source_count: 5, lake_count: 0 },
    ...{ explained: 0, difference: 5, state: 'differs', explanation: '[{"kind":"not_exported","count":5}]' },
    ...{
      heal: command,
      counts_file: 'raw/c.csv',
      counts_sha256: '',
      counted_at: BEGIN,
      judged_at: BEGIN,
      table_version: 1,
    },
  };
}

function result(explainedBy: ExplainedBy, findings: readonly CoverageRow[] = []): CoverageComparison {
  const explained = Object.values(explainedBy).reduce((sum, count) => sum + count, 0);
  const hours = { reconciled: 64, corroborated: 0, single_source: 0, unknown: 0, differs: 0 };
  const compared = {
    ...{ path: 'raw/c.csv', instance: null, countedAt: BEGIN, from: BEGIN, to: BEGIN + 64 * HOUR, hours: 64 },
    ...{ differing: findings.length, explained, explainedBy, shiftMinutes: null },
  };
  const summary = { hours, findings: findings.length, explainedBy, oldestDiffering: null, countedAt: BEGIN };
  return { compared: [compared], refused: [], skipped: [], findings, summary, version: 1 };
}

function textOf(comparison: CoverageComparison, healing: readonly { command: string; calls: number }[] = []): string {
  return comparisonText(comparison, { on: ON, healing, callsPerDay: 23 });
}

describe('the text of a comparison', () => {
  it('says that all agree only where nothing had to be explained', () => {
    assert.match(textOf(result({})), /: all agree\n/);
    assert.doesNotMatch(textOf(result({ waiting: 150 })), /all agree/);
    assert.doesNotMatch(textOf(result({ other_identity: 15 })), /all agree/);
  });

  it('says what explains, by kind, and what to do', () => {
    const text = textOf(result({ waiting: 150, quarantined: 2, other_identity: 15 }));
    assert.match(text, /agree once 152 events are explained, 15 events stand twice\n/);
    assert.match(text, / {4}150 waiting \(.+\): run audit-lake ingest --lake here, and compare again/);
    assert.match(text, / {4}2 quarantined \(.+\): see quarantine_rows/);
    assert.match(text, / {4}15 other_identity \(.+\): .*docs\/nexthink\.md#one-event-by-two-ways/);
    assert.match(text, /events that are explained +150 waiting, 2 quarantined, 15 other_identity/);
  });

  it('sums up findings of many hours, lists the first, and says where the others are', () => {
    const findings = Array.from({ length: 30 }, (_, hour) => finding(hour));
    const text = textOf(result({}, findings), [{ command: 'audit-lake pull nql --from A --to B', calls: 2 }]);
    assert.match(
      text,
      /30 hours from 2026-03-01T00:00Z to 2026-03-02T06:00Z, 1 code \(92042\): the table lacks 150 events/,
    );
    assert.equal(text.match(/counted 5, found 0/g)?.length, 5);
    assert.match(text, /and 25 more .*audit_coverage/);
    assert.match(
      text,
      /to heal:\n {4}audit-lake pull nql --from A --to B --lake here\n {4}audit-lake ingest --lake here\n {2}\(2 calls.+23 a day/,
    );
  });
});
