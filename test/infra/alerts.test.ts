import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { alertSections, alerts, deliveryAlerts } from './alerts.ts';
import { alertQueries, code, infraFile } from './kql.ts';

/** What there must be an alert about. */
const EXPECTED = [
  ...['poison', 'rejected-files', 'quarantine-ratio', 'new-shapes', 'freshness', 'reconciliation-lag'],
  ...['reconciliation-missing', 'verification-problems', 'verification-missing', 'maintenance-failed', 'failures'],
  ...['pull-overdue', 'pull-failing', 'calls-used-up', 'deliveries-refused', 'landed-waiting'],
  ...['coverage-difference', 'coverage-missing', 'raw-replaced-unread', 'dead-letters'],
  ...['suspected-truncation', 'identity-changed', 'setting-differs', 'evidence-rewritten', 'key-use'],
];

const DAY = 1440;

/** Minutes that Azure allows for a rule's evaluation, its window and its mute. */
const PERIODS = [5, 10, 15, 30, 45, 60, 120, 180, 240, 300, 360, DAY, 2 * DAY];

describe('the alerts', () => {
  const all = alerts();

  it('are about all that may go wrong, each once', () => {
    assert.deepEqual(all.map(({ name }) => name).sort(), EXPECTED.toSorted());
    assert.deepEqual(deliveryAlerts(), ['dropped-events']);
  });

  it('ask what the file of their name asks, and every such file is asked', () => {
    for (const { name, queries } of all) assert.deepEqual(queries, [name]);
    assert.deepEqual(
      alertQueries().map(({ name }) => name),
      EXPECTED.toSorted(),
    );
  });

  it('define every parameter of their queries, and no other', () => {
    const known = new Set(all.flatMap(({ lets }) => lets));
    assert.ok(known.size > 3);
    for (const query of alertQueries()) {
      const used = [...known].filter((name) => new RegExp(`\\b${name}\\b`).test(code(query)));
      assert.deepEqual(all.find(({ name }) => name === query.name)?.lets.toSorted(), used.toSorted(), query.name);
    }
  });

  it('look as often and as far back as Azure allows', () => {
    for (const { name, timing } of all) {
      const { every, window, mute } = timing;
      assert.ok(PERIODS.includes(every) && every <= DAY, name);
      assert.ok(PERIODS.includes(window), name);
      if (mute !== null) assert.ok(PERIODS.includes(mute), name);
      assert.ok(every <= window, name);
    }
  });

  it('miss no record that comes late, and tell of one that happened once or twice at most', () => {
    for (const { name, timing } of all) {
      const { every, window, mute, autoMitigate } = timing;
      assert.equal(autoMitigate, mute === null, `${name}: Azure takes no mute where alerts end by themselves`);
      if (mute === null) continue;
      // Something new while muted must be in a window that ends after the mute and one evaluation more.
      assert.ok(window >= mute + every, name);
      assert.ok(mute >= window - every, name);
    }
  });

  it('have each a section that says what to do and how soon, and no section is about none', () => {
    const sections = alertSections();
    assert.deepEqual([...sections.keys()].sort(), [...EXPECTED, ...deliveryAlerts()].sort());
    for (const { name, severities, timing } of all) {
      const [, said = ''] = /\n\nSeverity ([^*]*?)\. \*\*/.exec(sections.get(name) ?? '') ?? [];
      assert.deepEqual(said.match(/\d/g)?.map(Number), severities, name);
      assert.equal(said.includes('lasting'), timing.autoMitigate, name);
    }
    const metrics = infraFile('modules/delivery-alerts.bicep');
    for (const name of deliveryAlerts()) {
      const [, severity = ''] = new RegExp(`name: '${name}'.*?severity: (\\d)`, 's').exec(metrics) ?? [];
      assert.match(sections.get(name) ?? '', new RegExp(`Severity ${severity}, lasting\\.`), name);
    }
  });
});
