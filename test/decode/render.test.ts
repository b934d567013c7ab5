import assert from 'node:assert/strict';
import { test } from 'vitest';
import { CATALOGUE, type TemplateRow } from '../../src/catalogue/index.ts';
import { render } from '../../src/decode/render.ts';

function template(id: string): TemplateRow {
  return CATALOGUE.flatMap(({ templates }) => templates).find((each) => each.id === id)!;
}

const LOGIN = { user_id: 'a1', user_name: 'Li', session_id: 's9', ip_address: '198.51.100.4' };
const ROLE = { role_id: 'r1', role_name: 'Desk', permissions_granted: [] };

test('values take the places of their placeholders', () => {
  assert.equal(render(template('90211.B'), LOGIN), 'User logged in, id=a1, name=Li, session_id=s9, ip=198.51.100.4');
  assert.equal(
    render(template('94341.A'), { inventory_retention_days: 90, operational_retention_days: 0 }),
    'Data retention updated: inventory retention to 90 days, operational retention to 0 days.',
  );
  assert.equal(
    render(template('94262.A'), {
      target_object_type: 'device',
      custom_field_name: '#site',
      value_updated_at: '8:00',
      updated_by: 'li',
    }),
    'Value of device/device/#site updated at 8:00 by li for 1 device via UI.',
  );
});

test('lists stand in brackets, quoted values in straight quotes, wordings are the first, equals signs never missing', () => {
  assert.equal(
    render(template('91061.A'), {
      group_name: 'G “1”',
      roles_granted: ['Ops', 'EU West'],
      roles_revoked: [],
      rank_change: '',
    }),
    'Updated account provisioning SSO group, group_="G “1”", roles_assigned=[Ops, EU West], roles_revoked=[], rank_change=""',
  );
  assert.equal(render(template('92023.A'), { object_id: 'c', object_name: '' }), 'Deleted Checklist, ID=c, name=');
});

test('an optional segment is written where its field is given', () => {
  assert.equal(render(template('91022.B'), ROLE), 'Added role, id=r1, name="Desk", permissions_granted=[]');
  assert.equal(
    render(template('91022.B'), { ...ROLE, view_domain: 'EU' }),
    'Added role, id=r1, name="Desk", permissions_granted=[], view_domain="EU"',
  );
});

test('the given fields choose the alternative', () => {
  const campaign = { object_id: '#p', object_name: 'Poll' };
  const opening = 'Manual triggering of a campaign through the Web, ID=#p, name=Poll';
  assert.equal(render(template('94031.A'), { ...campaign, user_count: 2 }), `${opening} on 2 users with SIDs`);
  assert.equal(
    render(template('94031.A'), { ...campaign, user_count: 1, user_ids: ['S-1'] }),
    `${opening} on 1 users with SIDs [S-1]`,
  );
  assert.equal(
    render(template('94031.A'), { ...campaign, target_scope: 'investigation' }),
    `${opening} on all users from an investigation`,
  );
  assert.throws(() => render(template('94031.A'), campaign), /94031\.A expects either user_count, or target_scope/);
  assert.throws(
    () => render(template('94031.A'), { ...campaign, user_count: 1, target_scope: 'investigation' }),
    /^Error: user_count, target_scope: /,
  );
  assert.throws(() => render(template('94031.A'), { ...campaign, target_scope: 'all' }), /^Error: target_scope: /);
});

test('a field that is missing or has no place is refused by name', () => {
  const { ip_address: _, ...older } = LOGIN;
  assert.throws(() => render(template('90211.B'), older), /^Error: ip_address: template 90211\.B needs it/);
  assert.throws(() => render(template('90211.A'), LOGIN), /^Error: ip_address: template 90211\.A has no place for it/);
  assert.throws(() => render(template('90211.A'), { ...older, mood: 'odd' }), /^Error: mood: /);
});

test('a value that its type does not accept is refused by name', () => {
  for (const id of [
    '',
    ' a',
    'a b',
    'a,b',
    'a=b',
    'a"',
    'a”',
    'a[',
    '<a>',
    'a\n',
    'x'.repeat(513),
    'a\ud800',
    7,
    ['a'],
  ])
    assert.throws(
      () => render(template('90211.B'), { ...LOGIN, user_id: id }),
      /^Error: user_id: expected /,
      String(id),
    );
  for (const address of ['a b', ' ', 'a,b'])
    assert.throws(() => render(template('90211.B'), { ...LOGIN, ip_address: address }), /^Error: ip_address: /);
  assert.throws(
    () => render(template('90211.B'), { ...LOGIN, user_name: '\udc00' }),
    /^Error: user_name: .*surrogates/,
  );
  const days = { inventory_retention_days: 1, operational_retention_days: 1 };
  for (const number of [-1, 1.5, Number.NaN, 2_147_483_648, '1'])
    assert.throws(
      () => render(template('94341.A'), { ...days, operational_retention_days: number }),
      /^Error: operational_retention_days: expected a whole number/,
    );
  const value = { target_object_type: 'device', custom_field_name: '#s', value_updated_at: 'now', updated_by: '' };
  for (const type of ['a/b', ' a', 'a ', '', 'a:b'])
    assert.throws(
      () => render(template('94262.A'), { ...value, target_object_type: type }),
      /^Error: target_object_type: /,
    );
  for (const stamp of ['by noon', 'now, or so', '', '1 with 2'])
    assert.throws(
      () => render(template('94262.A'), { ...value, value_updated_at: stamp }),
      /^Error: value_updated_at: /,
    );
});

test('a list element that could not be told apart is refused', () => {
  const user = { user_id: 'a', user_name: 'Li' };
  for (const role of ['', ' a', 'a\t', 'a,b', 'a"b', '“', 'a]', '{a}', 'a\ud800'])
    assert.throws(
      () => render(template('91012.B'), { ...user, roles_granted: ['Ops', role] }),
      /^Error: roles_granted: /,
      role,
    );
  assert.throws(() => render(template('91012.B'), { ...user, roles_granted: 'Ops' }), /^Error: roles_granted: /);
  assert.throws(
    () => render(template('94303.A'), { user_count: 1, user_ids: ['S 1'] }),
    /^Error: user_ids: expected elements of type token/,
  );
  assert.match(render(template('91012.B'), { ...user, roles_granted: ['EU (West) =1'] }), /\[EU \(West\) =1\]$/);
});

test('a text that would be read as the segment left out after it is refused', () => {
  const role = { ...ROLE, data_model_visibility: 'all", View_Domain ="EU' };
  assert.throws(() => render(template('91022.B'), role), /^Error: data_model_visibility: holds the key view_domain /);
  assert.match(render(template('91022.B'), { ...role, view_domain: 'x' }), /view_domain="x"$/);
});
