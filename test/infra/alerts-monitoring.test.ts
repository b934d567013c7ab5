import assert from 'node:assert/strict';
import { test } from 'vitest';
import { at, type Body, ofType, only, type Resource, snapshots } from './snapshot.ts';

/** The resources of a type in every variant that makes the pipeline. */
function everywhere(type: string): Resource[] {
  return [...snapshots].filter(([variant]) => variant !== 'eventgrid').flatMap(([, each]) => ofType(each, type));
}

test('telemetry is taken from whoever has the role alone: no key and no connection string opens it', () => {
  const components = everywhere('Microsoft.Insights/components');
  assert.ok(components.length > 0);
  for (const component of components) assert.equal(at(component, 'properties.DisableLocalAuth'), true);
  for (const workspace of everywhere('Microsoft.OperationalInsights/workspaces')) {
    assert.equal(at(workspace, 'properties.features.disableLocalAuth'), true);
    assert.equal(at(workspace, 'properties.workspaceCapping'), undefined, 'a cap would blind the alerts');
  }
});

test('every alert on a query tells the action group, and fires on the first row', () => {
  const rules = everywhere('Microsoft.Insights/scheduledQueryRules');
  assert.ok(rules.length > 100);
  for (const { name, properties } of rules) {
    const groups = at(properties, 'actions.actionGroups') as readonly string[];
    assert.equal(groups.length, 1, name);
    assert.match(groups[0]!, /\/providers\/Microsoft\.Insights\/actionGroups\//i);
    // A workspace made in the same deployment does not know its tables yet; kql.test.ts reads the queries in its place.
    assert.equal(at(properties, 'skipQueryValidation'), true);
    const criteria = at(properties, 'criteria.allOf') as readonly Body[];
    assert.deepEqual(
      criteria.map((each) => [each['timeAggregation'], each['operator'], each['threshold'], each['failingPeriods']]),
      [['Count', 'GreaterThan', 0, { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }]],
    );
  }
});

test('what each account, vault and app does is logged to a workspace', () => {
  const logged = ['Microsoft.Storage/storageAccounts', 'Microsoft.KeyVault/vaults', 'Microsoft.Web/sites'];
  for (const [variant, resources] of snapshots) {
    for (const { id, type } of resources.filter((each) => logged.includes(each.type))) {
      const scope = type.includes('Storage') ? `${id}/blobServices/default` : id;
      const settings = ofType(resources, 'Microsoft.Insights/diagnosticSettings').filter((each) =>
        each.id.startsWith(`${scope}/providers/`),
      );
      assert.equal(settings.length, 1, `${variant}: ${id}`);
      const [setting] = settings;
      assert.match(
        String(at(setting, 'properties.workspaceId')),
        /\/providers\/Microsoft\.OperationalInsights\/workspaces\//,
      );
    }
  }
});

test('who reads a secret is logged', () => {
  const resources = snapshots.get('sources') ?? assert.fail();
  const vault = only(resources, 'Microsoft.KeyVault/vaults');
  const log = resources.find(
    ({ id, type }) => type === 'Microsoft.Insights/diagnosticSettings' && id.startsWith(vault.id),
  );
  assert.match(JSON.stringify(log), /"AuditEvent"/);
});
