import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type Given, questionNamed } from '../../src/asking/index.ts';
import { UsageError } from '../../src/present/index.ts';
import { PlantedLake, QUESTIONS, questionOf } from './planted-lake.ts';

let lake: PlantedLake;
beforeAll(async () => {
  lake = await PlantedLake.make();
});
afterAll(() => lake.remove());

/** The notes of the events that a question finds. */
async function notes(name: string, given: Given = {}): Promise<string[]> {
  return (await lake.ask(questionOf(name), given)).map((row) => lake.note(row['event_uid']));
}

async function count(name: string, given: Given = {}): Promise<number> {
  return (await lake.ask(questionOf(name), given)).length;
}

describe('thresholds', () => {
  it('find more where they are lower, and less where they are higher', async () => {
    const mass = (values: Given['values']) => notes('mass-remote-actions', { values: values ?? {} });
    const usual = await mass({});
    assert.ok(!usual.includes('lee 90'));
    const lower = await mass({ devices: 90 });
    assert.ok(lower.includes('lee 90') && usual.every((note) => lower.includes(note)));
    assert.ok(!(await mass({ devices: 121 })).includes('kai 120 within the hour'));
    assert.ok(!(await mass({ minutes: 59 })).includes('kai 120 within the hour'));
    assert.ok((await mass({ minutes: 61 })).includes('lee, an hour after the first'));
  });

  it('are those of log-ins, resets, locks and gaps', async () => {
    const failures = (values: Given['values']) => lake.ask(questionOf('failed-log-ins'), { values: values ?? {} });
    const all = await failures({});
    assert.deepEqual(
      (await failures({ failures: 2 })).map((row) => Number(row['failures'])),
      all.map((row) => Number(row['failures'])).filter((each) => each >= 2),
    );
    const followed = async (values: Given['values']) =>
      (await failures(values)).reduce((sum, row) => sum + Number(row['followed_by_log_in']), 0);
    assert.ok((await followed({ minutes: 1 })) < (await followed({})));
    assert.ok(
      (await count('log-ins-from-a-new-address', { values: { known_days: 1 } })) >
        (await count('log-ins-from-a-new-address')),
    );
    assert.ok(
      (await count('reset-then-new-address', { values: { hours: 0 } })) < (await count('reset-then-new-address')),
    );
    assert.ok((await count('locked-accounts', { values: { hours: 0 } })) < (await count('locked-accounts')));
    const gaps = (values: Given['values']) => count('gaps-in-the-export', { values: values ?? {} });
    const [usual, more, fewer] = [await gaps({}), await gaps({ hours: 5, times: 3 }), await gaps({ times: 20.5 })];
    assert.ok(more > usual && fewer < usual, `${more} ${usual} ${fewer}`);
    assert.ok((await gaps({ earlier_days: 0 })) <= usual);
  });

  it('are those of look-backs: former names and earlier settings', async () => {
    assert.ok(
      (await count('self-granted-roles', { values: { former_days: 0 } })) <= (await count('self-granted-roles')),
    );
    assert.ok(
      (await count('retention-shortened', { values: { earlier_days: 0 } })) >= (await count('retention-shortened')),
    );
  });
});

describe('lists', () => {
  it('of roles leave what grants others, and nothing that may grant one of them', async () => {
    const rows = await lake.ask(questionOf('role-and-permission-grants'), { values: { roles: 'administrator, Edit' } });
    const granted = new Set(rows.map((row) => row['granted']));
    assert.deepEqual([...granted].sort(), ['Administrator', 'edit', null].sort());
    const self = await lake.ask(questionOf('self-granted-roles'), { values: { roles: ['Administrator'] } });
    assert.deepEqual(new Set(self.map((row) => row['role_granted'])), new Set(['Administrator', null]));
    const groups = await lake.ask(questionOf('sso-and-provisioning-changes'), { values: { roles: ['Editor'] } });
    assert.deepEqual(new Set(groups.map((row) => row['role_name'])), new Set(['Editor', null]));
  });

  it('of accounts leave theirs out, whatever the case of their names', async () => {
    const [all, left] = [
      await lake.ask(questionOf('mass-remote-actions')),
      await lake.ask(questionOf('mass-remote-actions'), { values: { leave_out: ['KAI@corp.example'] } }),
    ];
    const actors = (rows: typeof all) => rows.map((row) => String(row['actor_name']).toLowerCase());
    assert.ok(actors(all).includes('kai@corp.example'));
    assert.deepEqual(
      actors(left),
      actors(all).filter((actor) => actor !== 'kai@corp.example'),
    );
  });

  it('of modes show what Spark did with a confirmation too', async () => {
    const modes = (values: Given['values']) => notes('spark-acting-autonomously', { values: values ?? {} });
    assert.ok(!(await modes({})).includes('Spark, confirmed'));
    assert.ok((await modes({ modes: 'autonomous,confirmed' })).includes('Spark, confirmed'));
    assert.deepEqual(await modes({ modes: [] }), await modes({ modes: 'autonomous,confirmed' }));
  });
});

describe('office hours', () => {
  const outside = async (values: Given['values']) => {
    const rows = await lake.ask(questionOf('changes-outside-office-hours'), { values: values ?? {} });
    return new Map(rows.map((row) => [lake.note(row['event_uid']), row]));
  };

  it('are those of a zone, before and after clocks change there', async () => {
    // 17:30 UTC is half past six in the evening before 29 March, and half past seven after it.
    const found = await outside({ zone: 'Europe/Berlin', opens: '08:00', closes: '19:00' });
    const at = (note: string) => {
      const row = found.get(note);
      return row === undefined ? null : [row['office_weekday'], row['office_hour']];
    };
    assert.deepEqual(at('a role removed in summer time'), [1, 19]);
    assert.equal(at('a role removed in winter time'), null);
    // 06:30 UTC: half past seven in winter, half past eight in summer.
    assert.deepEqual(at('a role removed on a winter morning'), [5, 7]);
    assert.equal(at('a role removed on a summer morning'), null);
    const elsewhere = await outside({ zone: 'America/New_York' });
    assert.ok(elsewhere.has('a role removed on a summer morning') && !elsewhere.has('a role removed in summer time'));
  });

  it('are on days of the week as the zone has them', async () => {
    // 23:30 UTC on a Sunday is Monday in Auckland, at noon or so.
    const [utc, auckland] = [await outside({}), await outside({ zone: 'Pacific/Auckland' })];
    assert.ok(utc.has('a campaign changed on Sunday') && !auckland.has('a campaign changed on Sunday'));
    const weekend = await outside({ weekdays: 'sat,sun' });
    assert.ok(!weekend.has('a role removed on Saturday') && weekend.has('a role removed in winter time'));
  });

  it('may go on after midnight', async () => {
    const night = await outside({ weekdays: '1-7', opens: '19:00', closes: '07:00' });
    assert.ok(!night.has('a role removed before seven') && night.has('a role removed at seven'));
    assert.ok(night.has('a role removed before nineteen') && !night.has('a role removed at nineteen'));
  });
});

describe('what every question takes', () => {
  it('is days from one to another, in place of its own', async () => {
    const name = 'role-and-permission-grants';
    const days = async (from: string, to: string) => await notes(name, { from, to });
    assert.deepEqual(await days('2026-02-28', '2026-02-28'), ['dan got a role 31 days ago']);
    const march = await days('2026-03-01', '2026-03-31');
    assert.deepEqual(march, await notes(name));
    assert.deepEqual([...(await days('2026-03-03', '2026-03-31')), ...(await days('2026-03-01', '2026-03-02'))], march);
    assert.ok((await days('2025-01-01', '2026-03-31')).length > march.length);
  });

  it('looks back from the first of them, and knows nothing of what came after the last', async () => {
    const found = await notes('log-ins-from-a-new-address', { from: '2026-03-05', to: '2026-03-05' });
    assert.ok(found.includes('rae back after 90 days and a second'));
    assert.ok(!found.includes('sam back after 90 days'));
    const history = await lake.ask(questionOf('history-of-one-object'), {
      values: { object: 'ra-77' },
      from: '2025-09-02',
      to: '2025-09-03',
    });
    assert.deepEqual(
      history.map((row) => [lake.note(row['event_uid']), row['renamed_from']]),
      [
        ['renamed', 'Wipe'],
        ['run', null],
      ],
    );
  });

  it('is an instance, and a number of rows', async () => {
    for (const question of QUESTIONS) {
      const values = Object.fromEntries(
        question.parameters.filter((each) => each.isNeeded).map(({ name }) => [name, 'pia']),
      );
      const all = await lake.ask(question, { values });
      const parts = [];
      for (const instance of ['eu', 'us', 'lab', 'old'])
        parts.push(...(await lake.ask(question, { values, instances: [instance] })));
      const texts = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).sort();
      assert.deepEqual(texts(parts), texts(all), question.name);
      assert.deepEqual(await lake.ask(question, { values, instances: ['eu', 'us', 'lab', 'old'] }), all);
      assert.deepEqual(await lake.ask(question, { values, limit: 2 }), all.slice(0, 2), question.name);
    }
  });

  it('is refused by what is wrong with it, each in a line', async () => {
    const refuse = (given: Given, message: RegExp) =>
      assert.rejects(
        async () => await lake.ask(questionOf('mass-remote-actions'), given),
        (error) => error instanceof UsageError && message.test(error.message),
      );
    await refuse(
      { values: { device: 3 } },
      /^mass-remote-actions takes no parameter "device"; did you mean devices\?$/,
    );
    await refuse(
      { values: { devices: 'many' } },
      /^mass-remote-actions: devices: expected a whole number, found "many"$/,
    );
    await refuse(
      { values: { minute: 1, devices: [1] } },
      /did you mean minutes\?\n.*devices: expected a whole number, found \[1\]$/,
    );
    await refuse({ from: '2026-04-01', to: '2026-03-31' }, /^expected a first day that is not after the last/);
    for (const named of ['7', '07', ' 7', 'API-Credentials-CREATED', ' api-credentials-created ']) {
      assert.equal(questionNamed(QUESTIONS, named).number, 7, named);
    }
    for (const named of ['', '0', '24', '70', '-7', '7.0', '7e0', '+7', '0x7', '٧']) {
      assert.throws(() => questionNamed(QUESTIONS, named), /there is no question/, named);
    }
    assert.throws(() => questionNamed(QUESTIONS, 'self-grantd-role'), /did you mean self-granted-roles\?/);
    assert.throws(
      () => questionNamed(QUESTIONS, '\u202e'),
      /there is no question "\\u\{202e\}"; audit-lake ask lists them/,
    );
  });
});
