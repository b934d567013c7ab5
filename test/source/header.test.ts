import assert from 'node:assert/strict';
import { test } from 'vitest';
import type { Role } from '../../src/source/column-roles.ts';
import { headerOfColumns, resolveHeader } from '../../src/source/header.ts';
import { RejectedFile } from '../../src/source/rejection.ts';
import { SETTINGS } from './reading.ts';

type Aliases = Partial<Record<Role, string[]>>;

function resolve(names: string[], columnAliases: Aliases = {}) {
  return resolveHeader(names, { ...SETTINGS, delimiter: ',', columnAliases });
}

function rejected(names: string[], columnAliases: Aliases = {}): RejectedFile {
  try {
    resolve(names, columnAliases);
  } catch (error) {
    assert.ok(error instanceof RejectedFile);
    assert.equal(error.reason, 'header_not_understood');
    return error;
  }
  return assert.fail('expected a rejection');
}

function rejection(names: string[], columnAliases: Aliases = {}): string {
  return rejected(names, columnAliases).message;
}

test('query names, short names and display names are known, whatever their case', () => {
  const headers = [
    ['time', 'code', 'message', 'user.name', 'user.uid'],
    ['platform.audit_logs.time', 'platform.audit_logs.code', 'platform.audit_logs.message', 'user_name', 'user_id'],
    ['audit_logs.timestamp', 'audit_logs.code', 'audit_logs.message', 'audit_logs.user_name', 'audit_logs.user_uid'],
    [' Audit time ', 'AUDIT CODE', 'Audit Message', 'User name', 'User ID'],
    ['event_time', 'event.code', 'Message', 'Account', 'account.id'],
  ];
  for (const names of headers) {
    assert.deepEqual(resolve(names).roles, { time: 0, code: 1, message: 2, actor_name: 3, actor_id: 4 }, names.join());
  }
});

test('columns may stand in any order, and those without a role are extras', () => {
  const { roles, extras } = resolve(['Site', 'message', 'code', '', 'time']);
  assert.deepEqual(roles, { time: 4, code: 2, message: 1, actor_name: -1, actor_id: -1 });
  assert.deepEqual(extras, [
    { name: 'Site', index: 0 },
    { name: 'column 4', index: 3 },
  ]);
});

test('names of extras become unique, so that none is lost in a JSON object', () => {
  const { extras } = resolve(['time', 'code', 'message', 'a', 'a', 'a (2)', 'a', '']);
  assert.deepEqual(
    extras.map(({ name }) => name),
    ['a', 'a (2)', 'a (2) (2)', 'a (3)', 'column 8'],
  );
});

test('of several names that fit a role the most usual wins, and the others are extras', () => {
  const { roles, extras } = resolve(['timestamp', 'time', 'code', 'message', 'account', 'user.name']);
  assert.deepEqual([roles.time, roles.actor_name], [1, 5]);
  assert.deepEqual(
    extras.map(({ name }) => name),
    ['timestamp', 'account'],
  );
});

test('a role’s name that occurs twice is not guessed at', () => {
  assert.match(rejection(['time', 'code', 'message', ' Message']), /one column for message, found "message" twice/);
});

test('names from the settings replace the built-in ones and choose first', () => {
  const aliases = { time: ['When', 'Occurred'], actor_name: ['Message'], message: ['Text'] };
  const { roles } = resolve(['occurred', 'code', 'message', 'text', 'time'], aliases);
  assert.deepEqual(roles, { time: 0, code: 1, message: 3, actor_name: 2, actor_id: -1 });
  const taken = resolve(['time', 'code', 'message', 'audit_message'], { actor_name: ['message'] });
  assert.deepEqual([taken.roles.actor_name, taken.roles.message], [2, 3]);
  assert.equal(rejected(['time', 'code', 'text'], aliases).details, 'names tried for time: when, occurred');
});

test('the identity columns are those that enter an event’s identity', () => {
  const base = ['time', 'code', 'message'];
  assert.deepEqual(resolve(base).identityColumns, []);
  assert.deepEqual(resolve([...base, 'user.name']).identityColumns, ['actor_name']);
  assert.deepEqual(resolve([...base, 'user.name', 'user.uid']).identityColumns, ['actor_id']);
});

test('a rejection says what was found and what to set, and in its details what was tried', () => {
  const { message, details } = rejected(['Zeit', 'code', 'Nachricht']);
  for (const part of ['"Zeit", "code", "Nachricht"', 'none for time, message', '--column-aliases "time=']) {
    assert.ok(message.includes(part), `${part} in ${message}`);
  }
  assert.match(details ?? '', /^names tried for time: time, .*\nnames tried for message: message, [^\n]*$/);
  assert.match(rejection(['time;code;message']), /AUDIT_LAKE_DELIMITER \(--delimiter\)/);
  assert.ok(rejection(Array(500).fill('x'.repeat(100))).length < 500);
});

test('without a header the columns are named by their roles alone', () => {
  const columns = ['message', 'timestamp', 'code', 'time'];
  const { roles, extras } = headerOfColumns({ ...SETTINGS, header: false, columns });
  assert.deepEqual(roles, { time: 3, code: 2, message: 0, actor_name: -1, actor_id: -1 });
  assert.deepEqual(extras, [{ name: 'timestamp', index: 1 }]);
});
