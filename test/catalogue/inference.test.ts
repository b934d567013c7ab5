import assert from 'node:assert/strict';
import { test } from 'vitest';
import { CATALOGUE, inferAction, inferFamily } from '../../src/catalogue/index.ts';

test('the digits of a new code suggest the family of its neighbours', () => {
  assert.equal(inferFamily(90299), 'session');
  assert.equal(inferFamily(91019), 'account');
  assert.equal(inferFamily(91079), 'account');
  assert.equal(inferFamily(91099), 'access');
  assert.equal(inferFamily(92999), 'content');
  assert.equal(inferFamily(94399), 'data');
  assert.equal(inferFamily(95999), 'ai');
});

test('where the digits suggest no family there is none, and no action', () => {
  for (const code of [0, 9, 90199, 9021, 902111, 97001, 20101, 94161, -90211]) {
    assert.equal(inferFamily(code), null, String(code));
    assert.equal(inferAction(code), null, String(code));
  }
});

test('the last digit suggests an action in the families that follow the rule', () => {
  assert.equal(inferAction(92991), 'update');
  assert.equal(inferAction(92992), 'create');
  assert.equal(inferAction(92993), 'delete');
  assert.equal(inferAction(92994), null);
  assert.equal(inferAction(90213), null, 'a failed login is no deletion');
  assert.equal(inferAction(95011), null);
  assert.equal(inferAction(94301), null);
});

test('an inferred family is never another than that of a known code', () => {
  for (const { code, family } of CATALOGUE) {
    const inferred = inferFamily(code);
    assert.ok(inferred === family || inferred === null, String(code));
  }
});
