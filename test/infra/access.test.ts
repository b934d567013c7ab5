import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { accessFaults, type Grant, grantsInTable, grantsOf } from './access-rules.ts';
import { at, INFRA, made, planted, type Row, testDump, text, withValue } from './dump.ts';

const line = ({ who, scope, role, reason }: Grant) => `${who} | ${scope} | ${role} | ${reason}`;

const table = () =>
  grantsInTable(readFileSync(join(INFRA, '../docs/deploy.md'), 'utf8'))
    .map(line)
    .sort();

testDump('the table in docs/deploy.md has every role that is given, and no other', (rows) => {
  assert.deepEqual(table(), grantsOf(rows).map(line).sort());
});

testDump(
  'roles are on containers; only the host’s, and queues, on an account; nothing on a group or subscription',
  (rows) => {
    assert.deepEqual(accessFaults(rows), []);
  },
);

testDump('a role that is broader, or given to others, is noticed', (rows) => {
  const isGrant = (symbol: string) => (row: Row) => row.symbol === symbol;
  const broader: [symbol: string, path: string, value: string | undefined][] = [
    ['readersReadCurated', 'params.containerName', 'evidence'],
    ['readersReadCurated', 'params.role', 'Storage Blob Data Contributor'],
    ['readerGroupsReadCurated', 'params.containerName', 'quarantine'],
    ['appReadsRaw', 'params.role', 'Storage Blob Data Owner'],
  ];
  for (const [symbol, path, value] of broader) {
    assert.notDeepEqual(accessFaults(planted(rows, isGrant(symbol), (row) => withValue(row, path, value))), [], symbol);
  }
  const wholeLake = planted(rows, isGrant('appWritesCurated'), (row) => ({ ...row, path: 'account-role.bicep' }));
  assert.notDeepEqual(accessFaults(wholeLake), []);
  const assignments = made(rows, 'Microsoft.Authorization/roleAssignments');
  assert.equal(assignments.length, 5);
  for (const { file } of assignments) {
    const isAssignment = (row: Row) => row.symbol === 'assignment' && row.file === file;
    const unscoped = planted(rows, isAssignment, (row) => withValue(row, 'scope', undefined));
    assert.equal(accessFaults(unscoped).length, 1, file);
    const elsewhere = planted(rows, isAssignment, (row) => withValue(row, 'scope', { $expr: 'resourceGroup()' }));
    assert.equal(accessFaults(elsewhere).length, 1, file);
    const [assignment] = rows.filter(isAssignment);
    assert.notDeepEqual(accessFaults([...rows, { ...assignment!, file: 'modules/app.bicep' }]), [], file);
  }
});

testDump('what lands files cannot be given more of the lake, nor a right to replace or delete, unnoticed', (rows) => {
  const isGrant = (symbol: string) => (row: Row) => row.symbol === symbol;
  const [adds] = rows.filter(isGrant('landingAddsRaw'));
  const container = rows.find(({ symbol }) => symbol === 'appWritesCurated');
  assert.ok(adds !== undefined && container !== undefined);
  const to = (containerName: string, role: string): Row => {
    const given = { ...container, symbol: 'landingWrites', file: 'modules/landing-access.bicep' };
    const named = withValue(withValue(given, 'params.containerName', containerName), 'params.role', role);
    return withValue(named, 'params.principalId', { $expr: 'landingPrincipalId' });
  };
  for (const zone of ['curated', 'quarantine', 'evidence', 'raw']) {
    for (const role of ['Storage Blob Data Contributor', 'Storage Blob Data Reader']) {
      assert.notDeepEqual(accessFaults([...rows, to(zone, role)]), [], `${role} on ${zone}`);
    }
  }
  const elsewhere = planted(rows, isGrant('landingAddsRaw'), (row) =>
    withValue(row, 'params.accountName', { $expr: 'lakeAccountName' }),
  );
  assert.notDeepEqual(accessFaults(elsewhere), []);
  const isDefinition = ({ type }: Row) => type === 'Microsoft.Authorization/roleDefinitions';
  const definition = JSON.stringify(rows.find(isDefinition)?.body);
  const blobs = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs';
  for (const further of [`${blobs}/write`, `${blobs}/delete`, `${blobs}/move/action`, `${blobs}/*`]) {
    const changed = definition.replace(`"${blobs}/read"`, `"${blobs}/read","${further}"`);
    assert.notEqual(changed, definition);
    const broader = planted(rows, isDefinition, (row) => ({
      ...row,
      body: JSON.parse(changed) as NonNullable<Row['body']>,
    }));
    assert.notDeepEqual(accessFaults(broader), [], further);
  }
  const isAssignment = (row: Row) => row.file === 'modules/landing-role.bicep' && row.symbol === 'assignment';
  for (const name of ['condition', 'conditionVersion', 'roleDefinitionId']) {
    const without = planted(rows, isAssignment, (row) => withValue(row, `properties.${name}`, undefined));
    assert.notDeepEqual(accessFaults(without), [], name);
  }
});

testDump('a role that is given but not in the table, or the other way round, is noticed', (rows) => {
  const given = grantsOf(rows).map(line).sort();
  const without = grantsOf(rows.filter(({ symbol }) => symbol !== 'deployerReadsEvidence'))
    .map(line)
    .sort();
  assert.notDeepEqual(given, without);
  assert.throws(() => assert.deepEqual(table(), without));
});

testDump('every name of a role has its id, and every id is a role’s that is given', (rows) => {
  const roles = readFileSync(join(INFRA, 'modules/roles.bicep'), 'utf8');
  const named = [...roles.matchAll(/^ {2}'([^']+)': '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'$/gm)].map(
    ([, name]) => name,
  );
  const given = new Set(grantsOf(rows).map(({ role }) => role));
  assert.deepEqual(named, [...given].filter((role) => !role.includes('(custom)')).sort());
});

testDump('a principal’s kind is said as it is', (rows) => {
  for (const row of rows.filter(({ path }) => path?.endsWith('container-role.bicep'))) {
    const kind = text(at(row.body, 'params.principalType'));
    const expected =
      row.loop === 'readerGroupIds'
        ? 'Group'
        : row.symbol.startsWith('deployer')
          ? 'deployerPrincipalType'
          : 'ServicePrincipal';
    assert.equal(kind, expected, row.symbol);
  }
});
