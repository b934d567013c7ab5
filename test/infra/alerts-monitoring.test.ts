import assert from 'node:assert/strict';
import { at, type Body, made, type Row, testDump, type Value } from './dump.ts';

function properties(rows: readonly Row[], type: string): Readonly<Record<string, Value>>[] {
  return made(rows, type).map(({ body }) => body?.['properties'] as Body);
}

testDump('telemetry is taken from whoever has the role alone: no key and no connection string opens it', (rows) => {
  const components = properties(rows, 'Microsoft.Insights/components');
  assert.deepEqual(
    components.map((component) => component['DisableLocalAuth']),
    [true],
  );
  const workspaces = properties(rows, 'Microsoft.OperationalInsights/workspaces');
  assert.deepEqual(
    workspaces.map(({ features, workspaceCapping }) => [at(features, 'disableLocalAuth'), workspaceCapping]),
    [[true, undefined]],
    'and a cap would blind the alerts',
  );
});

testDump('every alert on a query tells the action group, and fires on the first row', (rows) => {
  const rules = properties(rows, 'Microsoft.Insights/scheduledQueryRules');
  assert.equal(rules.length, 1, 'one loop over all');
  for (const rule of rules) {
    assert.deepEqual(rule['actions'], { actionGroups: [{ $expr: 'actionGroup.id' }] });
    // A workspace made in the same deployment does not know its tables yet; kql.test.ts reads the queries in its place.
    assert.equal(rule['skipQueryValidation'], true);
    const criteria = (rule['criteria'] as Body)['allOf'] as readonly Body[];
    assert.deepEqual(
      criteria.map((each) => [each['timeAggregation'], each['operator'], each['threshold'], each['failingPeriods']]),
      [['Count', 'GreaterThan', 0, { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }]],
    );
  }
});

testDump('what each account and the app do is logged to the workspace', (rows) => {
  const calls = rows.filter(({ kind, path }) => kind === 'module' && path === 'diagnostics.bicep');
  assert.deepEqual(calls.map(({ body }) => at(body, 'params.what')).sort(), ['host', 'lake', 'landing']);
  const settings = properties(rows, 'Microsoft.Insights/diagnosticSettings');
  assert.ok(settings.length >= 2);
  for (const setting of settings) assert.deepEqual(setting['workspaceId'], { $expr: 'workspaceId' });
});
