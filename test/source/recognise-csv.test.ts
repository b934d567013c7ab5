import assert from 'node:assert/strict';
import { test } from 'vitest';
import { KNOWN_EVENTS } from '../../src/lake/known-events.ts';
import { recogniseCsv } from '../../src/source/recognise-csv.ts';
import { RejectedFile } from '../../src/source/rejection.ts';
import { SETTINGS } from './reading.ts';

const OPEN = { ...SETTINGS, delimiter: 'auto' };
const TIMES = ['2026-03-01T00:04:19.707Z', '2026-03-05T12:05:20Z', '2026-03-13T13:06:21Z'];
const RECORDS = [
  [TIMES[0], '91051', 'SSO Configuration update', 'ana@corp.example'],
  [TIMES[1], '90214', 'User bö.müller@corp.example is locked', 'zoë@corp.example'],
  [TIMES[2], '90211', 'User logged in, id=u-1, name=li@corp.example, session_id=s-1', 'li@corp.example'],
];

function table(
  header: readonly string[] | null,
  delimiter = ',',
  records: readonly (readonly (string | undefined)[])[] = RECORDS,
) {
  const quoted = (text = '') =>
    text.includes(delimiter) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  return [...(header === null ? [] : [header]), ...records]
    .map((row) => `${row.map(quoted).join(delimiter)}\r\n`)
    .join('');
}

function recognise(text: string | Uint8Array, settings = {}) {
  return recogniseCsv(Buffer.from(text), true, { ...OPEN, ...settings }, KNOWN_EVENTS);
}

function rejection(text: string, settings = {}): RejectedFile {
  try {
    recognise(text, settings);
  } catch (error) {
    assert.ok(error instanceof RejectedFile, String(error));
    assert.ok(error.message.length <= 500, `${error.message.length}: ${error.message}`);
    return error;
  }
  return assert.fail('expected a rejection');
}

const USUAL = { delimiter: ',', columns: null, leadingLines: 0 };
const HEADER = ['time', 'code', 'message', 'user name'];

test('the usual export is recognised as that', () => {
  for (const mark of ['', '\uFEFF']) {
    for (const blank of ['', '\r\n\n  \n']) assert.deepEqual(recognise(mark + blank + table(HEADER)), USUAL);
  }
  assert.deepEqual(recognise('time,code,message\n'), USUAL);
  for (const empty of ['', '\uFEFF', '\n\n', '\r']) assert.deepEqual(recognise(empty), USUAL);
});

test('the delimiter is what makes the header name its columns', () => {
  for (const delimiter of [...',;\t|^~:\x1f\x01!#'])
    for (const header of [HEADER, ['Audit code', 'x', 'TIMESTAMP', 'message']]) {
      const records =
        header === HEADER ? RECORDS : RECORDS.map(([time, code, message, by]) => [code, by, time, message]);
      assert.deepEqual(
        recognise(table(header, delimiter, records)),
        { ...USUAL, delimiter },
        JSON.stringify(delimiter),
      );
    }
});

test('a set delimiter wins, whatever the file looks like', () => {
  assert.equal(recognise(table(HEADER, ';'), { delimiter: ',' }).delimiter, ',');
  assert.equal(recognise(`sep=;\r\n${table(HEADER, ',')}`, { delimiter: ',' }).delimiter, ',');
});

test('a sep= line says the delimiter, and one that says another than the header is not believed', () => {
  for (const line of ['sep=;', 'SEP=;', '"sep=;"', '\uFEFFsep=;']) {
    assert.deepEqual(
      recognise(`${line}\r\n${table(HEADER, ';')}`),
      { ...USUAL, delimiter: ';', leadingLines: 1 },
      line,
    );
  }
  assert.equal(recognise(`sep=\t\n${table(HEADER, '\t')}`).delimiter, '\t');
  const { message } = rejection(`sep=;\r\n${table(HEADER, ',')}`);
  assert.match(message, /sep= line.*comma.*--delimiter ","/);
});

test('titles, comments, types and empty lines above the header are no records', () => {
  const above = {
    '#TYPE System.Management.Automation.PSCustomObject': 1,
    '"#TYPE Selected.System.String"': 1,
    'Audit log export\r\nGenerated 2026-03-14 08:00\r\n': 3,
    '\r\nAudit log export,,,\r\n,,,': 3,
    '# exported by a tool\n# rows: 3\n#': 3,
    'Report "weekly\nGenerated,2026-03-14 08:00': 2,
    'Generated,2026-03-14 08:00,,': 1,
  };
  for (const [lines, leadingLines] of Object.entries(above)) {
    assert.deepEqual(recognise(`${lines}\r\n${table(HEADER)}`), { ...USUAL, leadingLines }, lines);
    assert.deepEqual(
      recognise(`${lines}\r\n${table(['When', 'Event', 'Text', 'By'])}`).leadingLines,
      leadingLines,
      `${lines}, other names`,
    );
  }
});

test('what may be a record above the header is not passed over', () => {
  const { message } = rejection(`${TIMES[0]},91051,SSO Configuration update,x\n${table(HEADER)}`);
  assert.match(message, /header in line 2.*record in line 1/);
});

test('columns of other names are known by what stands below them', () => {
  const columns = { time: 'When', code: 'Event', message: 'Text', actor_name: 'By' };
  for (const delimiter of [...',;\t|']) {
    assert.deepEqual(recognise(table(['When', 'Event', 'Text', 'By'], delimiter)), { ...USUAL, delimiter, columns });
  }
  const german = table(['Zeitpunkt', 'Kennung', 'Meldung', 'Benutzer'], ';');
  assert.deepEqual(recognise(german).columns, {
    time: 'Zeitpunkt',
    code: 'Kennung',
    message: 'Meldung',
    actor_name: 'Benutzer',
  });
  const japanese = table(['日時', 'コード', '内容', '誰']);
  assert.deepEqual(recognise(japanese).columns, { time: '日時', code: 'コード', message: '内容' });
});

test('of a header that names two of the three, the third is known by what stands below it', () => {
  assert.deepEqual(recognise(table(['time', 'code', 'Text', 'user name'])).columns, { message: 'Text' });
  assert.deepEqual(recognise(table(['When', 'code', 'message', 'By'], ';')).columns, {
    time: 'When',
    actor_name: 'By',
  });
  assert.deepEqual(recognise(table(['time', 'Event', 'message', 'user name'])).columns, { code: 'Event' });
  assert.match(
    rejection(table(['time', 'code', 'Text', 'x'], ',', [[TIMES[0], '91051', 'nothing known', 'y']])).message,
    /"time", "code", "Text", "x" .*none is clearly the message.*--column-aliases "message=/,
  );
});

test('times may be written as people see them', () => {
  for (const time of ['01.03.2026 00:04:19,707', '3/13/2026 1:06:21 PM', '13/3/2026 13:06', '1772323459.707']) {
    const records = RECORDS.map((record) => [time, ...record.slice(1)]);
    const columns = { time: 'When', code: 'Event', message: 'Text', actor_name: 'By' };
    assert.deepEqual(recognise(table(['When', 'Event', 'Text', 'By'], ';', records)).columns, columns, time);
    assert.match(rejection(table(null, ';', records)).message, /--columns time,code,message,actor_name/);
  }
});

test('two columns that could be the same are named, with what to set', () => {
  const records = RECORDS.map((record) => [...record, TIMES[2]]);
  const { message, details } = rejection(table(['When', 'Event', 'Text', 'By', 'Until'], ',', records));
  assert.match(message, /"When" and "Until" could each be the time/);
  assert.match(message, /--column-aliases "time=When,code=Event,message=Text"/);
  assert.match(details ?? '', /names tried for time: time, audit_logs\.time/);
});

test('settings name columns, and what they name is asked of nobody else', () => {
  const text = table(['When', 'Event', 'Text', 'By']);
  const columnAliases = { time: ['When'], code: ['Event'] };
  assert.deepEqual(recognise(text, { columnAliases }).columns, { message: 'Text', actor_name: 'By' });
  assert.match(rejection(text, { columnAliases: { ...columnAliases, message: ['Nachricht'] } }).message, /the message/);
});

test('an actor is only taken from a clear name and addresses', () => {
  const columnsOf = (name: string, value: string) =>
    recognise(
      table(
        ['When', 'Event', 'Text', name],
        ',',
        RECORDS.map((record) => [...record.slice(0, 3), value]),
      ),
    ).columns;
  assert.equal(columnsOf('By', 'ana@corp.example')?.actor_name, 'By');
  assert.equal(columnsOf('By', 'Ana')?.actor_name, undefined);
  assert.equal(columnsOf('Target', 'ana@corp.example')?.actor_name, undefined);
  assert.equal(columnsOf('user name', 'Ana')?.actor_name, undefined);
});

test('a document that begins with a record is told the very columns to set', () => {
  assert.match(
    rejection(table(null)).message,
    /a record in line 1.*--header false --columns time,code,message,actor_name\)/,
  );
  const records = RECORDS.map(([time, code, message, by]) => [by, code, '7', time, message]);
  assert.match(
    rejection(`sep=;\n${table(null, ';', records)}`).message,
    /record in line 2.*--columns actor_name,code,column_3,time,message\)/,
  );
});

test('two delimiters that both fit are named', () => {
  const line = (a: string, b: string) => `time${a}code${a}message${a}x${b}time${b}code${b}message`;
  const both = `${line(';', '|')}\n`;
  assert.match(rejection(both).message, /semicolon.*vertical bar.*--delimiter ";" or --delimiter "\|"/);
  assert.equal(recognise(both, { delimiter: '|' }).delimiter, '|');
});

test('a rare delimiter is believed only where the records have it too', () => {
  assert.equal(recognise('time~code~message\n2026-03-01T00:04:19Z~91051~x\n').delimiter, '~');
  assert.equal(recognise('time~code~message\n').delimiter, '~');
  assert.notEqual(recognise('time:code:message\na,b,c\nd,e,f\n').delimiter, ':');
});

test('without header, the columns that are set say the delimiter', () => {
  const settings = { header: false, columns: ['time', 'code', 'message', 'actor_name'] };
  for (const delimiter of [...',;\t|^']) {
    assert.deepEqual(recognise(table(null, delimiter), settings), { ...USUAL, delimiter });
  }
  assert.deepEqual(recognise(`sep=;\n${table(null, ';')}`, settings), { ...USUAL, delimiter: ';', leadingLines: 1 });
  assert.deepEqual(recognise('nothing of this\n', settings), USUAL);
});

test('line ends of any kind', () => {
  for (const end of ['\n', '\r\n', '\r\r\n', '\r']) {
    const text = `Title${end}${end}${table(['When', 'Event', 'Text', 'By'], ';').replaceAll('\r\n', end)}`;
    assert.deepEqual([recognise(text).delimiter, recognise(text).leadingLines], [';', 2], JSON.stringify(end));
  }
});

test('a table that is drawn for people is none, and said to be one', () => {
  const cells = [HEADER, ...RECORDS].map((row) => `| ${row.join(' | ')} |`);
  const rule = '+------+----+-----+----+';
  for (const lines of [
    [rule, cells[0], rule, ...cells.slice(1), rule],
    [cells[0], '|---|:--|---|---|', ...cells.slice(1)],
    [' time | code | message | user name ', '------+------+---------+-----------', ...cells.slice(1), '(3 rows)'],
  ])
    assert.match(rejection(lines.join('\n')).message, /drawn for people.*export it as CSV/);
});
