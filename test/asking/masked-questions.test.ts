import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { askQuestion, type Given, type LakeSession, questionFiles, questionNamed } from '../../src/asking/index.ts';
import { objectOf } from '../../src/present/index.ts';
import { MaskedLake } from './masked-lake.ts';

const PIA = 'pia.ruiz@corp.example';
let lake: MaskedLake;
let session: LakeSession;

beforeAll(async () => {
  lake = await MaskedLake.make([
    { actor: PIA, code: 92041, message: 'Updated dashboard, ID=d-1, name=Rollout' },
    { actor: 'li@corp.example', code: 92041, message: 'Updated dashboard, ID=d-1, name=Rollout' },
    {
      actor: 'li@corp.example',
      code: 91011,
      message: `Updated user, id=u-pia, name=${PIA}, roles_granted=[Admin], roles_revoked=[]`,
    },
    { actor: PIA, code: 92081, message: 'Updated webhook, ID=w-1, name=Desk' },
  ]);
  session = await lake.session();
});
afterAll(async () => {
  await session.close();
  await lake.remove();
});

async function ask(name: string, values: Given['values'] = {}): Promise<Record<string, unknown>[]> {
  const given = { to: '2026-03-31', values };
  const { names, batches } = await askQuestion(session, questionNamed(questionFiles(), name), given);
  const rows = [];
  for await (const batch of batches) rows.push(...batch.map((row) => objectOf(names, row)));
  return rows;
}

describe('a question to a lake with masked names', () => {
  it('finds a person by the whole name or id, or by the pseudonym, and shows none', async () => {
    for (const person of [PIA, 'PIA.Ruiz@corp.example', 'U-pia', session.pseudonym(PIA)]) {
      const rows = await ask('history-of-one-person', { person });
      assert.deepEqual(
        rows.map((row) => row['direction']),
        ['did', 'was done', 'did'],
        person,
      );
      assert.doesNotMatch(JSON.stringify(rows), /pia|ruiz/i);
    }
  });

  it('finds by a word what it finds unmasked, and by a part of one nothing, as without', async () => {
    const [open, masked] = [await lake.session(null), await lake.session()];
    for (const person of ['ruiz', 'PIA', 'pia.ruiz', 'corp example', 'li', 'ru', 'u-pia', 'pia u', '.', "o'x%"]) {
      const { names, batches } = await askQuestion(open, questionNamed(questionFiles(), 'history-of-one-person'), {
        to: '2026-03-31',
        values: { person },
      });
      const wanted: unknown[] = [];
      for await (const batch of batches) wanted.push(...batch.map((row) => objectOf(names, row)));
      const found = await ask('history-of-one-person', { person });
      const told = (rows: readonly unknown[], shown = (uid: string) => uid) =>
        rows.map((row) => {
          const { event_uid: uid, direction } = row as Record<string, unknown>;
          return [shown(String(uid)), direction];
        });
      const wantedIds = told(wanted, (uid) => masked.shownId(uid));
      assert.deepEqual(told(found).sort(), wantedIds.sort(), person);
      assert.doesNotMatch(JSON.stringify(found), /pia|ruiz/i);
    }
    await open.close();
    await masked.close();
  });

  it('finds an object by an id that is nobody, and an account by one that is somebody', async () => {
    assert.equal((await ask('history-of-one-object', { object: 'D-1' })).length, 2);
    assert.equal((await ask('history-of-one-object', { object: 'u-pia' })).length, 1);
  });

  it('leaves out accounts that are named, and keeps roles that are nobody', async () => {
    assert.equal((await ask('ways-out-changed')).length, 1);
    assert.equal((await ask('ways-out-changed', { leave_out: `nobody, ${PIA}` })).length, 0);
    assert.equal((await ask('role-and-permission-grants', { roles: ['admin'] })).length, 1);
  });
});
