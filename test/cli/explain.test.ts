import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { assertVisible, run } from '../support/cli.ts';

const LIST_MESSAGE = 'Updated user, id=a1, name=Li, roles_granted=[Ops, EU [West]], roles_revoked=';

/** Each answer of `explain --jsonl` to these lines. */
async function explainLines(
  input: string | Uint8Array,
): Promise<{ texts: string[]; answers: Record<string, unknown>[] }> {
  const { code, stdout, stderr } = await run(['explain', '--jsonl'], { input });
  assert.deepEqual([code, stderr], [0, '']);
  const texts = stdout.split('\n');
  assert.equal(texts.pop(), '', 'the last line is ended');
  return { texts, answers: texts.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

const line = (id: unknown, code: unknown, message: unknown) => JSON.stringify({ id, code, message });

describe('audit-lake explain', () => {
  it('shows template, split, status and why', async () => {
    const { code, stdout } = await run(['explain', '91011', LIST_MESSAGE]);
    assert.equal(code, 0);
    for (const part of [
      '91011',
      'template: 91011.',
      'decode_status: decoded, for ',
      'roles_granted',
      '["Ops","EU [West]"]',
      '"Li"',
    ]) {
      assert.ok(stdout.includes(part), `${stdout}\nlacks ${part}`);
    }
  });

  it('spells out what could deceive, says why a message is not decoded, and knows unknown codes', async () => {
    const hostile = await run(['explain', '97001', 'Frobnicated \u001b[2J\u202e, key\u202e=x\u0007']);
    assert.equal(hostile.code, 0);
    assertVisible(hostile.stdout);
    assert.match(hostile.stdout, /not in the catalogue/);
    assert.match(hostile.stdout, /decode_status: unknown_code, for /);
    assert.match(hostile.stdout, /text_flags: bidi,control/);
  });

  it('takes a classic code for what it is, and says what the documentation leaves open', async () => {
    const login = await run(['explain', '20101', 'User li.wei logged with session id 7f3a']);
    for (const part of ['20101: user.login', 'source_system: portal', 'template: 20101.A', '"li.wei"', '"7f3a"']) {
      assert.ok(login.stdout.includes(part), `${login.stdout}\nlacks ${part}`);
    }
    const twice = await run(['explain', '52010', 'Portal admin account reset']);
    assert.match(twice.stdout, /decode_status: ambiguous, for the documentation has this code for two things/);
    const notShown = await run(['explain', '20701', 'Engine engine-02 was added']);
    assert.match(notShown.stdout, /decode_status: unmatched, for the documentation does not show the message/);
    const ofAnother = await run(['explain', '--system', 'portal', '92042', 'Created dashboard, ID=d-1, name=Sales']);
    assert.match(ofAnother.stdout, /code 92042: not in the catalogue of the portal\nsource_system: portal/);
    const { stdout } = await run(['explain', '--jsonl'], {
      input: [
        '{"id":1,"code":20104,"message":"User li is locked"}',
        '{"id":2,"system":"engine","code":20104,"message":"x"}',
      ].join('\n'),
    });
    const answers = stdout
      .trim()
      .split('\n')
      .map((each) => JSON.parse(each));
    assert.deepEqual(
      answers.map(({ decode_status, user_name }) => [decode_status, user_name]),
      [
        ['decoded', 'li'],
        ['unknown_code', undefined],
      ],
    );
  });

  for (const args of [
    [],
    ['91011'],
    ['ninety', 'x'],
    ['-1', 'x'],
    ['91011', 'x', '--jsonl'],
    ['91011', 'x', '--system', 'finder'],
  ]) {
    it(`says how it is used: explain ${args.join(' ')}`, async () => {
      const { code, stdout, stderr } = await run(['explain', ...args]);
      assert.deepEqual([code, stdout], [2, '']);
      assert.ok(stderr.length > 0 && !/\n\s+at /.test(stderr));
    });
  }
});

describe('audit-lake explain --jsonl', () => {
  it('answers line by line: id, status, detail, flags, template, and every column the message filled', async () => {
    const { answers } = await explainLines(
      [
        line('first', 91011, LIST_MESSAGE),
        line(2, 97001, 'Frobnicated, a=1, a=2, __proto__=x'),
        line(null, 92042, 'nothing \u202eto see'),
        line({ any: ['id'] }, 92042, 'Created dashboard, ID=d-1, name=日本'),
        line('devices', 94031, 'Web request manual execution of workflow'),
      ].join('\n'),
    );
    assert.equal(answers.length, 5);
    const { template_id, ...first } = answers[0]!;
    assert.match(String(template_id), /^91011\.[A-Z]$/);
    assert.deepEqual(first, {
      id: 'first',
      decode_status: 'decoded',
      decode_detail: null,
      text_flags: null,
      user_id: 'a1',
      user_name: 'Li',
      roles_granted: ['Ops', 'EU [West]'],
      roles_revoked: [],
    });
    assert.deepEqual(
      [answers[1]?.['id'], answers[1]?.['decode_status'], answers[1]?.['decode_detail'], answers[1]?.['template_id']],
      [2, 'unknown_code', 'repeated_key', null],
    );
    const unmapped = answers[1]?.['unmapped'] as object;
    assert.deepEqual(Object.entries(unmapped), [
      ['a', ['1', '2']],
      ['__proto__', 'x'],
    ]);
    assert.deepEqual(answers[2], {
      id: null,
      decode_status: 'unmatched',
      decode_detail: null,
      text_flags: 'bidi',
      template_id: null,
    });
    assert.deepEqual(answers[3]?.['id'], { any: ['id'] });
    assert.equal(answers[3]?.['object_name'], '日本');
  });

  it('answers a bad line with its id and what is wrong, and goes on', async () => {
    const bad = [
      '{"id": 1, "code": 92042',
      '{"id": 2, "code": "92042", "message": "x"}',
      '{"id": 3, "message": "x"}',
      '{"id": 4, "code": 92042}',
      '{"id": 5, "code": 92042, "message": null}',
      '{"id": 6, "code": 92042.5, "message": "x"}',
      '{"id": 7, "code": 99999999999, "message": "x"}',
      '{"id": 8, "code": 92042, "message": "\\ud800"}',
      '[]',
      'null',
      '"text"',
      '42',
    ];
    const { answers } = await explainLines([...bad, line('last', 92042, 'x')].join('\n'));
    assert.equal(answers.length, bad.length + 1);
    for (const answer of answers.slice(0, -1)) {
      assert.deepEqual(Object.keys(answer), ['id', 'error']);
      assert.ok(String(answer['error']).length > 10);
    }
    assert.deepEqual(
      answers.map(({ id }) => id),
      [null, 2, 3, 4, 5, 6, 7, 8, null, null, null, null, 'last'],
    );
  });

  it('writes one line for each line that is not blank, in their order, whatever characters stand in them', async () => {
    const messages = ['a\u2028b', 'a\u2029b', 'a\u0085b', 'a\\nb', 'a\vb', 'a\ufeffb', '\u{1f600}'];
    const lines = messages.map(
      (message, id) => `{"id":${id},"code":92042,"message":${JSON.stringify(`x=${message}`)}}`,
    );
    const { answers } = await explainLines(`${lines.join('\n')}\r\n\r\n   \n\t\n${line('end', 92042, 'x')}`);
    assert.deepEqual(
      answers.map(({ id, error }) => [id, error]),
      [...messages.map((_, id) => [id, undefined]), ['end', undefined]],
    );
    for (const [id, message] of messages.entries()) assert.deepEqual(answers[id]?.['unmapped'], { x: message });
  });

  it('takes a byte order mark before the first line, and refuses what is no UTF-8', async () => {
    const lines = Buffer.from(`${line(1, 92042, 'x')}\n{"id":2,"code":92042,"message":"caf\xe9"}\n`, 'latin1');
    const { answers } = await explainLines(Buffer.concat([Buffer.from('\ufeff'), lines]));
    assert.deepEqual(
      answers.map(({ id, error }) => [id, error !== undefined]),
      [
        [1, false],
        [null, true],
      ],
    );
  });

  it('takes __proto__ in a line for an unknown key', async () => {
    const { answers } = await explainLines(
      '{"__proto__": {"id": 9, "code": 1}, "id": 1, "code": 92042, "message": "x", "constructor": 1}\n',
    );
    assert.deepEqual([answers[0]?.['id'], answers[0]?.['decode_status']], [1, 'unmatched']);
  });

  it('keeps up with many lines and long ones', async () => {
    const lines = Array.from({ length: 5000 }, (_, id) => line(id, 92042, `Created dashboard, ID=d-${id}, name=Sales`));
    lines.push(line('long', 92042, `Created dashboard, ID=d, name=${'x'.repeat(1_000_000)}`));
    const { answers } = await explainLines(lines.join('\n'));
    assert.equal(answers.length, 5001);
    assert.ok(answers.slice(0, 5000).every((answer, id) => answer['id'] === id && answer['object_id'] === `d-${id}`));
    assert.equal(String(answers[5000]?.['object_name']).length, 1_000_000);
  });

  it('answers nothing to nothing', async () => {
    const { answers } = await explainLines('');
    assert.deepEqual(answers, []);
  });
});
