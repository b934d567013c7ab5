import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it, test } from 'vitest';
import { accessFaults, type Grant, grantsInTable, grantsOf, ROLE_IDS, wrongKinds } from './access-rules.ts';
import { at, ofType, planted, type Resource, snapshot, snapshots } from './snapshot.ts';

const ASSIGNMENT = 'Microsoft.Authorization/roleAssignments';

const line = ({ who, scope, role, reason }: Grant) => `${who} | ${scope} | ${role} | ${reason}`;
const lines = (all: readonly (readonly Resource[])[]) => [...new Set(all.flatMap(grantsOf).map(line))].sort();

const table = () =>
  grantsInTable(readFileSync(new URL('../../docs/deploy.md', import.meta.url), 'utf8'))
    .map(line)
    .sort();

test('the table in docs/deploy.md has every role that is given, and no other', () => {
  assert.deepEqual(table(), lines([...snapshots.values()]));
});

test('a role that is given but not in the table, or the other way round, is noticed', () => {
  const without = ['readers', 'dev', 'prod'];
  const others = [...snapshots].filter(([variant]) => !without.includes(variant)).map(([, resources]) => resources);
  assert.throws(() => assert.deepEqual(table(), lines(others)));
});

describe.each([...snapshots])('%s', (_, resources) => {
  it('has roles on containers; only the host’s, and queues, on an account; nothing on a group or subscription', () => {
    assert.deepEqual(accessFaults(resources), []);
  });

  it('says a principal’s kind as it is', () => {
    assert.deepEqual(wrongKinds(resources), []);
  });
});

/** The assignment with a reason, given on another scope: a container of the same account, say. */
function moved(resources: readonly Resource[], reason: RegExp, from: RegExp, to: string): Resource[] {
  const where = (each: Resource) => each.type === ASSIGNMENT && reason.test(String(at(each, 'properties.description')));
  assert.ok(resources.some((each) => where(each) && from.test(each.id)));
  return resources.map((each) => (where(each) ? { ...each, id: each.id.replace(from, to) } : each));
}

const given = (reason: RegExp) => (each: Resource) =>
  each.type === ASSIGNMENT && reason.test(String(at(each, 'properties.description')));

const definition = (role: string) =>
  `/providers/Microsoft.Authorization/roleDefinitions/${ROLE_IDS[role] ?? assert.fail(role)}`;

test('a role that is broader, or given to others, is noticed', () => {
  const readers = snapshot('readers');
  for (const zone of ['evidence', 'quarantine']) {
    for (const who of [/an engine reads/, /people read/]) {
      assert.notDeepEqual(accessFaults(moved(readers, who, /containers\/curated/, `containers/${zone}`)), [], zone);
    }
  }
  const role = 'properties.roleDefinitionId';
  const contributor = planted(readers, given(/an engine reads/), role, definition('Storage Blob Data Contributor'));
  assert.notDeepEqual(accessFaults(contributor), []);
  const owner = planted(readers, given(/reads the raw files/), role, definition('Storage Blob Data Owner'));
  assert.notDeepEqual(accessFaults(owner), []);
  const whole = moved(readers, /commits to the tables/, /\/blobServices\/default\/containers\/curated/, '');
  assert.notDeepEqual(accessFaults(whole), []);
  assert.notDeepEqual(wrongKinds(planted(readers, given(/people read/), 'properties.principalType', 'User')), []);
});

test('a role on the group, the subscription or another resource has no words, and fails', () => {
  for (const { id } of ofType(snapshot('sources'), ASSIGNMENT)) {
    const unscoped = snapshot('sources').map((each) =>
      each.id === id ? { ...each, id: id.replace(/\/providers\/.*(\/providers\/)/, '$1') } : each,
    );
    assert.throws(() => accessFaults(unscoped), /expected somebody and something/, id);
  }
});

test('what lands files cannot be given more of the lake, nor a right to replace or delete, unnoticed', () => {
  const sources = snapshot('sources');
  const lands = /adds files below its own folders/;
  const [state] = sources.filter(given(/keeps how many calls/));
  assert.ok(state !== undefined);
  const lake = sources.find(({ type, name }) => type === 'Microsoft.Storage/storageAccounts' && /^lake/.test(name))!.id;
  for (const zone of ['curated', 'quarantine', 'evidence', 'raw']) {
    for (const role of ['Storage Blob Data Contributor', 'Storage Blob Data Reader']) {
      const id = `${lake}/blobServices/default/containers/${zone}/providers/${ASSIGNMENT}/x`;
      const more = { ...state, id, properties: { ...state.properties, roleDefinitionId: definition(role) } };
      assert.notDeepEqual(accessFaults([...sources, more]), [], `${role} on ${zone}`);
    }
  }
  assert.notDeepEqual(
    accessFaults(moved(sources, lands, /storageAccounts\/landing\w+/, 'storageAccounts/lakeother')),
    [],
  );
  const isDefinition = ({ type }: Resource) => type === 'Microsoft.Authorization/roleDefinitions';
  const blobs = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs';
  for (const further of [`${blobs}/write`, `${blobs}/delete`, `${blobs}/move/action`, `${blobs}/*`]) {
    const may = [`${blobs}/add/action`, `${blobs}/read`, further];
    assert.notDeepEqual(accessFaults(planted(sources, isDefinition, 'properties.permissions.0.dataActions', may)), []);
  }
  for (const name of ['condition', 'conditionVersion', 'roleDefinitionId']) {
    const without = planted(
      sources,
      given(lands),
      `properties.${name}`,
      name === 'roleDefinitionId' ? definition('Storage Blob Data Contributor') : undefined,
    );
    assert.notDeepEqual(accessFaults(without), [], name);
  }
});

test('every name of a role has its id, and every id is a role’s that is given', () => {
  const roles = new Set([...snapshots.values()].flatMap(grantsOf).map(({ role }) => role));
  assert.deepEqual(Object.keys(ROLE_IDS).sort(), [...roles].filter((role) => !role.includes('(custom)')).sort());
});
