import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { infraFile, workbook } from './kql.ts';

const QUERY = 3;
const PARAMETERS = 9;

/** What the workbook must show, by the names of its tiles. */
const TILES = [
  ...['instances', 'freshness-percentiles', 'rows-by-status', 'rows-by-fate', 'files-by-outcome'],
  ...['quarantine-by-reason', 'rejected-by-reason', 'new-shapes', 'warnings', 'conflicts', 'duration', 'lag'],
  ...['chain-head', 'verification', 'problems', 'maintenance', 'failures', 'poison', 'evidence-rewritten', 'key-use'],
];

describe('the workbook', () => {
  const { items, fallbackResourceIds } = workbook();
  const tiles = items.filter(({ type }) => type === QUERY);

  it('shows freshness, rows, what was left out, the work and the proof', () => {
    const names = items.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length, 'a name is there twice');
    assert.deepEqual(
      TILES.filter((name) => !names.includes(name)),
      [],
    );
    for (const { content, name } of tiles) assert.ok((content.title ?? '').length > 3, name);
  });

  it('asks about the time that was chosen, in whichever place has the table', () => {
    assert.equal(items.filter(({ type }) => type === PARAMETERS).length, 1);
    for (const { name, content } of tiles) {
      assert.equal(content.timeContextFromParameter, 'TimeRange', name);
      const isInWorkspace = /^StorageBlobLogs/m.test(content.query ?? '');
      assert.equal(
        content.resourceType,
        isInWorkspace ? 'microsoft.operationalinsights/workspaces' : 'microsoft.insights/components',
        name,
      );
      assert.deepEqual(content.crossComponentResources, isInWorkspace ? ['{workspaceId}'] : undefined, name);
    }
    assert.deepEqual(fallbackResourceIds, ['{applicationInsightsId}']);
  });

  it('gets the places that it asks from the deployment, and names none itself', () => {
    const bicep = infraFile('modules/workbook.bicep');
    const text = infraFile('workbook.json');
    assert.doesNotMatch(text, /\/subscriptions\//);
    for (const placeholder of ['{applicationInsightsId}', '{workspaceId}']) {
      assert.ok(text.includes(placeholder) && bicep.includes(`'${placeholder}'`), placeholder);
    }
  });
});
