import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { END, NEED_INPUT, openExport, type SourceSettings } from '../../src/source/index.ts';
import { LogBracket } from '../../src/source/log-bracket.ts';
import { LogJoint } from '../../src/source/log-joint.ts';
import { LogPrefix } from '../../src/source/log-prefix.ts';
import { chunksOf, LANDED_AT, SETTINGS } from './reading.ts';

const TIME = '2026-03-01T10:00:00.123+01:00';

/** A record, its cells as texts; a bad one has its reason and raw text. */
interface LogRecord {
  readonly offset: number;
  readonly raw: string;
  readonly truncated?: true;
  readonly reason?: string;
  readonly time?: string;
  readonly host?: string | null;
  readonly system?: number;
  readonly component?: string;
  readonly category?: string;
  readonly code?: number;
  readonly account?: string;
  readonly message?: string;
  readonly part?: number;
}

async function readLog(log: string | Uint8Array, settings: Partial<SourceSettings> = {}, sizes: Iterable<number> = []) {
  const open = () => chunksOf(Buffer.from(log), sizes);
  const file = { path: 'raw/landed/classic/a.log', landedAt: LANDED_AT, isLog: true, open };
  const reader = await openExport(file, { ...SETTINGS, ...settings });
  const records: LogRecord[] = [];
  try {
    for (let found = reader.next(); found !== END; found = reader.next()) {
      if (found === NEED_INPUT) {
        await reader.fill();
        continue;
      }
      const { row, bytes } = reader;
      const text = (start: number, end: number) => bytes.toString('utf8', start, end);
      const place = { offset: row.offset, raw: bytes.toString('latin1', row.rawStart, row.rawEnd) };
      records.push(
        found === 1
          ? { ...place, reason: reader.reason, ...(row.rawTruncated && { truncated: true }) }
          : {
              ...place,
              time: new Date(row.timeMicros / 1000).toISOString(),
              host: row.extraStarts[0] === -1 ? null : text(row.extraStarts[0]!, row.extraEnds[0]!),
              system: row.system,
              component: text(row.componentStart, row.componentEnd),
              category: text(row.categoryStart, row.categoryEnd),
              code: row.code,
              account: text(row.actorNameStart, row.actorNameEnd),
              message: text(row.messageStart, row.messageEnd),
              part: row.part,
            },
      );
    }
    return { records, counts: reader.counts, recognised: reader.recognised, parts: reader.parts };
  } finally {
    await reader.close();
  }
}

async function only(line: string, settings: Partial<SourceSettings> = {}): Promise<LogRecord> {
  const { records } = await readLog(line, settings);
  assert.equal(records.length, 1);
  return records[0]!;
}

async function reasonOf(line: string, settings: Partial<SourceSettings> = {}): Promise<string | undefined> {
  return (await only(line, settings)).reason;
}

const rejection = async (log: string | Uint8Array, settings: Partial<SourceSettings> = {}) =>
  await readLog(log, settings).then(
    () => null,
    (error: Error & { reason: string }) => error,
  );

describe('a line of a classic log', () => {
  it('has time, host, component, category, code, account and message', async () => {
    const raw = `${TIME} portal-01 [Portal|LOGIN|20101|alice] User alice logged with session id 7`;
    assert.deepEqual(await only(raw), {
      offset: 0,
      raw,
      time: '2026-03-01T09:00:00.123Z',
      host: 'portal-01',
      system: 2,
      component: 'Portal',
      category: 'LOGIN',
      code: 20101,
      account: 'alice',
      message: 'User alice logged with session id 7',
      part: 0,
    });
  });

  it('may have blanks around the parts of its bracket, and none behind it but one', async () => {
    const { component, category, code, account, message } = await only(
      `${TIME}  portal-01   [ Engine-01 | General |\t10001 | nxengine ]   Engine is up and running`,
    );
    assert.deepEqual(
      [component, category, code, account, message],
      ['Engine-01', 'General', 10001, 'nxengine', 'Engine is up and running'],
    );
  });

  it('keeps pipes and brackets of its message', async () => {
    const { message } = await only(`${TIME} e [Engine-01|DBMGR|10028|bob] Manual tagging:[device|PC [old]|x] done`);
    assert.equal(message, 'Manual tagging:[device|PC [old]|x] done');
  });

  it('may have an empty message, or an empty account', async () => {
    assert.equal((await only(`${TIME} e [Portal|SYSTEM|20001|*system]`)).message, '');
    assert.equal((await only(`${TIME} e [Portal|SYSTEM|20001|] x`)).account, '');
  });

  const accounts = ['*system', 'CORP\\li.wang', 'a|b', 'O’Neil, Siân', 'we]ird', '[x', 'svc@corp.example', 'two words'];
  for (const account of accounts) {
    it(`keeps the account ${account}`, async () => {
      const found = await only(`${TIME} e [Portal|LOGIN|20101|${account}] User ${account} logged [a] b`);
      assert.equal(found.account, account);
      assert.equal(found.message, `User ${account} logged [a] b`);
    });
  }

  it('does not guess where an account ends', async () => {
    assert.equal(await reasonOf(`${TIME} e [Portal|LOGIN|20101|a]b c] User x`), 'account_unclear');
    assert.equal(await reasonOf(`${TIME} e [Portal|LOGIN|20101|x]User foo [bar] baz`), 'account_unclear');
    assert.equal(await reasonOf(`${TIME} e [Portal|LOGIN|20101|x]y]z`), 'account_unclear');
    assert.equal(await reasonOf(`${TIME} e [Portal|LOGIN|20101|admin] b] User admin`), 'account_unclear');
    assert.equal((await only(`${TIME} e [Portal|LOGIN|20101|x] Role [a] b] is added`)).account, 'x');
    assert.equal((await only(`${TIME} e [Portal|LOGIN|20101|x]User foo`)).message, 'User foo');
  });

  it('is none without a whole bracket', async () => {
    for (const line of [
      'hello',
      `${TIME} e Portal restarted`,
      `${TIME} e [Portal|LOGIN|20101] x`,
      `${TIME} e [a|b|1|c`,
    ]) {
      assert.equal(await reasonOf(line), 'no_log_line', line);
    }
  });

  it('has the first bracket with three pipes, whatever its code is', async () => {
    assert.equal(await reasonOf(`${TIME} e [Portal|LOGIN|n/a|x] y [Portal|LOGIN|20101|z] w`), 'code_unreadable');
    assert.equal(await reasonOf(`${TIME} e [Portal|LOGIN||x] y`), 'code_missing');
  });

  it('says whose trail it is in by its component, else by its code, and is bad where neither does', async () => {
    const systemOf = async (component: string, code: number) =>
      (await only(`${TIME} e [${component}|x|${code}|y] z`)).system;
    assert.deepEqual(
      await Promise.all([
        systemOf('Engine-01', 10001),
        systemOf('ENGINE.acme.example', 20801),
        systemOf('portal', 20801),
        systemOf('Console', 50000),
        systemOf('Web Console', 51000),
        systemOf('nx-zh-01', 10001),
        systemOf('nx-zh-01', 20101),
        systemOf('', 53093),
      ]),
      [1, 1, 2, 3, 3, 1, 2, 3],
    );
    assert.equal(await reasonOf(`${TIME} e [nx-zh-01|x|90211|y] z`), 'system_unknown');
    assert.equal(await reasonOf(`${TIME} e [nx-zh-01|x|100010|y] z`), 'system_unknown');
  });

  it('is bad for its time before it is for anything behind it', async () => {
    assert.equal(await reasonOf(`yesterday e [nx|x|90211|y] z`), 'time_unreadable');
    assert.equal(await reasonOf(`[Portal|LOGIN|20101|y] z`), 'time_missing');
    assert.equal(await reasonOf(`1999-03-01T10:00:00Z e [Portal|LOGIN|20101|y] z`), 'time_out_of_range');
  });
});

describe('what stands before the bracket', () => {
  const forms = [
    [`${TIME} h`, '2026-03-01T09:00:00.123Z', 'h'],
    ['2026-03-01T10:00:00.123456+01:00 h nexthink:', '2026-03-01T09:00:00.123Z', 'h'],
    ['2026-03-01T10:00:00Z h nexthink', '2026-03-01T10:00:00.000Z', 'h'],
    ['2026-03-01T10:00:00Z h nexthink[123]:', '2026-03-01T10:00:00.000Z', 'h'],
    ['<134>1 2026-03-01T10:00:00.123+01:00 h nexthink 12 ID47 -', '2026-03-01T09:00:00.123Z', 'h'],
    ['<13>2026-03-01T10:00:00+01:00 h nexthink:', '2026-03-01T09:00:00.000Z', 'h'],
    ['2026-03-01 10:00:00 h', '2026-03-01T10:00:00.000Z', 'h'],
    ['2026-03-01 10:00:00,123 +0100 10.0.0.1', '2026-03-01T09:00:00.123Z', '10.0.0.1'],
    ['2026-03-01 10:00:00 +0100', '2026-03-01T09:00:00.000Z', null],
    ['Mar 1 2026 10:00:00 PM h', '2026-03-01T22:00:00.000Z', 'h'],
    ['Mar 1 2026 10:00:00 PM', '2026-03-01T22:00:00.000Z', null],
    [`${TIME}`, '2026-03-01T09:00:00.123Z', null],
  ] as const;
  for (const [prefix, time, host] of forms) {
    it(`is read without a setting: ${prefix}`, async () => {
      const found = await only(`${prefix} [Portal|LOGIN|20101|x] y`);
      assert.deepEqual([found.reason, found.time, found.host], [undefined, time, host]);
    });
  }

  for (const zone of ['CEST', 'PM', 'p.m.', 'UTC+1h', '+1', 'Z9'.slice(0, 1)]) {
    it(`has no host that may belong to the time: ${zone}`, async () => {
      for (const time of ['2026-03-01 10:00:00', 'Mar 1 2026 10:00:00', '2026-03-01T10:00:00']) {
        for (const host of ['', ' h', ' h nx', ' h nx:']) {
          const found = await only(`${time} ${zone}${host} [Portal|LOGIN|20101|x] y`);
          const isRead = found.reason === undefined;
          assert.equal(
            isRead && found.time === '2026-03-01T10:00:00.000Z' && zone !== 'Z',
            false,
            `${time} ${zone}${host}`,
          );
          if (isRead) assert.notEqual(found.host, zone);
        }
      }
    });
  }

  it('has whatever host there is behind a time with an offset, or where the setting says so', async () => {
    assert.equal((await only(`${TIME} NX [Portal|LOGIN|20101|x] y`)).host, 'NX');
    const classicLine = '{time} {host}';
    assert.equal((await only('2026-03-01 10:00:00 NX [Portal|LOGIN|20101|x] y', { classicLine })).host, 'NX');
  });

  it('has a time without a year in the traditional form, which is read only where somebody says so', async () => {
    const timeOf = async (time: string, classicLine = 'auto without year') =>
      (await only(`${time} h nexthink: [Portal|LOGIN|20101|x] y`, { classicLine })).time;
    assert.equal(await timeOf('Mar  1 10:00:00', 'auto'), undefined);
    // The file is of 1 June 2026.
    assert.equal(await timeOf('Mar  1 10:00:00'), '2026-03-01T10:00:00.000Z');
    assert.equal(await timeOf('Jun  2 00:00:00'), '2026-06-02T00:00:00.000Z');
    assert.equal(await timeOf('Jun  2 00:00:01'), '2025-06-02T00:00:01.000Z');
    assert.equal(await timeOf('Dec 31 23:59:59.250'), '2025-12-31T23:59:59.250Z');
    assert.equal(await timeOf('Feb 29 10:00:00'), '2024-02-29T10:00:00.000Z');
    assert.equal(await timeOf('Feb 30 10:00:00'), undefined);
    assert.equal(await timeOf('Mar  1 10:00:00', '{time without year} {host} nexthink:'), '2026-03-01T10:00:00.000Z');
    assert.equal(await timeOf('Mar  1 2026 10:00:00'), undefined);
  });

  it('is not read where more stands there than that', async () => {
    assert.equal(await reasonOf(`${TIME} h a message with [Portal|LOGIN|20101|x] y`), 'time_unreadable');
  });

  it('is as the setting says, and nothing else', async () => {
    const classicLine = 'audit {host} <{time}> {word}/nx';
    const found = await only('audit h <2026-03-01 10:00:00> p/nx [Portal|LOGIN|20101|x] y', { classicLine });
    assert.deepEqual([found.time, found.host], ['2026-03-01T10:00:00.000Z', 'h']);
    assert.equal(await reasonOf(`${TIME} h [Portal|LOGIN|20101|x] y`, { classicLine }), 'prefix_not_understood');
  });

  it('has times as the settings say', async () => {
    const line = '01/03/2026 10:00 h [Portal|LOGIN|20101|x] y';
    const settings = { timeFormat: 'dd/MM/yyyy HH:mm', timeZone: 'Europe/Zurich' };
    assert.equal((await only(line, settings)).time, '2026-03-01T09:00:00.000Z');
  });

  it('may have more words behind a time that could stand alone, where the format says so', async () => {
    const settings = { timeFormat: "yyyy-MM-dd'T'HH:mm:ssXXX EEE" };
    const found = await only('2026-03-01T10:00:00+01:00 Sun h [Portal|LOGIN|20101|x] y', settings);
    assert.deepEqual([found.time, found.host], ['2026-03-01T09:00:00.000Z', 'h']);
  });

  it('has its days and months told apart by the whole log', async () => {
    const line = (time: string) => `${time} h [Portal|LOGIN|20101|x] y\n`;
    const { records, recognised } = await readLog(line('01/03/2026 10:00:00') + line('13/03/2026 10:00:00'));
    assert.deepEqual(
      records.map(({ time }) => time),
      ['2026-03-01T10:00:00.000Z', '2026-03-13T10:00:00.000Z'],
    );
    assert.match(recognised[0]!.timeFormat, /^d/);
    assert.equal((await rejection(line('01/03/2026 10:00:00')))?.reason, 'time_in_doubt');
  });

  for (const pattern of [
    '',
    '{host}',
    '{time} {time}',
    '{time}{host}',
    '{time} {hosts}',
    '{time',
    'x}',
    '{host} {time} {host}',
    '{time} {time without year}',
    'toString',
  ]) {
    it(`is no pattern: ${JSON.stringify(pattern)}`, () => {
      assert.throws(() => new LogPrefix(pattern), SyntaxError);
    });
  }
});

const LINE = `${TIME} h [Portal|LOGIN|20101|x] y`;

describe('a classic log', () => {
  it('of nothing has no record', async () => {
    for (const log of ['', '\n\r\n\n', '\uFEFF', '\uFEFF\n']) {
      const { counts, parts } = await readLog(log);
      assert.deepEqual([counts.records, counts.bad, parts.length], [0, 0, 0]);
    }
  });

  for (const [name, end] of [
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['CR', '\r'],
    ['CR CR LF', '\r\r\n'],
  ] as const) {
    it(`has lines that end in ${name}`, async () => {
      const { records, counts } = await readLog(`${LINE}1${end}${LINE}2${end}${end}${LINE}3${end}`);
      assert.deepEqual(
        records.map(({ message }) => message),
        ['y1', 'y2', 'y3'],
      );
      assert.equal(counts.unterminatedLastRecord, false);
      assert.equal(counts.emptyLines, name === 'CR' ? 0 : 1);
    });
  }

  it('keeps a bare CR within a message that no log line follows', async () => {
    const { records } = await readLog(`${LINE}\rmore\n${LINE}\n`);
    assert.deepEqual(
      records.map(({ message }) => message),
      ['y\rmore', 'y'],
    );
  });

  it('has the rest of a message with a line end in it as a record that is none, and loses nothing', async () => {
    const { records, counts } = await readLog(`${LINE}\n  second line\n${LINE}`);
    assert.deepEqual(
      records.map(({ reason }) => reason),
      [undefined, 'no_log_line', undefined],
    );
    assert.equal(records[1]!.raw, '  second line');
    assert.deepEqual([counts.records, counts.bad, counts.unterminatedLastRecord], [3, 1, true]);
  });

  it('has a part for each byte order mark at the beginning of a line', async () => {
    const { records, parts } = await readLog(`\uFEFF${LINE}\n\uFEFF\n\uFEFF${LINE}\n`);
    assert.deepEqual(
      records.map(({ part }) => part),
      [0, 1],
    );
    assert.deepEqual(
      parts.map(({ row }) => row),
      [1, 2],
    );
  });

  describe('that was joined of others', () => {
    const of = (component: string, text: string) => `${TIME} h [${component}|General|10001|nxengine] ${text}`;
    const messagesOf = async (log: string) =>
      (await readLog(log)).records.map(({ message, reason }) => reason ?? message);

    it('has each of their lines, where one of them ends without a line end', async () => {
      const log = `${of('Engine-01', 'a')}\n${of('Engine-01', 'b 7')}${of('Engine-02', 'c')}\r\n\n${of('Engine-02', 'd')}`;
      assert.deepEqual(await messagesOf(log), ['a', 'b 7', 'c', 'd']);
      const three = `${of('E-1', 'a')}${of('E-2', 'b')}\n${of('E-2', 'c')}${of('E-3', 'd')}\n${of('E-3', 'e')}\n`;
      assert.deepEqual(await messagesOf(three), ['a', 'b', 'c', 'd', 'e']);
    });

    it('does not guess whether a name only looks like a line', async () => {
      const forged = `User x${of('Portal', 'User admin logged')}`;
      for (const next of ['', `\n${of('Engine-01', 'b')}`, '\nnone', `\n${of('Engine-02', 'b')}`]) {
        assert.equal((await messagesOf(`${of('Engine-01', forged)}${next}`))[0], 'lines_joined', next);
      }
      // The same log goes on behind it.
      assert.deepEqual(await messagesOf(`${of('Portal', forged)}\n${of('Portal', 'b')}`), ['lines_joined', 'b']);
    });

    it('keeps a line that a message quotes', async () => {
      const quoted = `see ${of('Engine-02', 'x')}`;
      assert.deepEqual(await messagesOf(`${of('Engine-01', quoted)}\n${of('Engine-02', 'y')}`), [quoted, 'y']);
    });
  });

  it('has bytes that are not UTF-8 in a record of their own', async () => {
    const { records } = await readLog(
      Buffer.concat([Buffer.from(`${LINE}é\n`), Buffer.from([0xff, 0xfe, 0x41, 0x0a])]),
    );
    assert.deepEqual(
      records.map(({ reason }) => reason),
      [undefined, 'invalid_utf8'],
    );
  });

  it('may be compressed, or in another encoding that is marked', async () => {
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(`${LINE}ü\n`, 'utf16le')]);
    for (const [log, message] of [
      [gzipSync(`${LINE}\n`), 'y'],
      [utf16, 'yü'],
    ] as const) {
      assert.equal((await readLog(log)).records[0]!.message, message);
    }
  });

  it('gives up a line that is longer than a record, and goes on behind it', async () => {
    const { records } = await readLog(`${LINE}${'a'.repeat(2000)}\n${LINE}\n`, { maxRecordBytes: 1024 });
    assert.deepEqual(
      records.map(({ reason, raw, truncated }) => [reason, raw.length, truncated]),
      [
        ['record_too_long', 1024, true],
        [undefined, LINE.length, undefined],
      ],
    );
  });

  it('has no more records than the settings allow', async () => {
    assert.equal((await rejection(`${LINE}\n`.repeat(3), { maxRecords: 2 }))?.reason, 'too_many_records');
  });

  it('is none where it is JSON as a whole: that is what an interface answers', async () => {
    for (const answer of [
      '[{"code":"ENGINE_UNKNOWN"}]',
      '["Engine not found"]',
      '[]',
      ' [\n {"a": 1}\n]\n',
      '{"error":1}',
    ]) {
      assert.equal((await rejection(answer))?.reason, 'error_answer', answer);
    }
    assert.equal(await reasonOf('[{"code":1}] and more'), 'no_log_line');
  });

  it('is recorded as what it is, and read again by that', async () => {
    const { recognised } = await readLog(LINE);
    assert.deepEqual(recognised, [
      { format: 'log', encoding: 'utf-8', delimiter: null, timeFormat: 'auto', columns: null, leadingLines: 0 },
    ]);
    const file = { path: 'raw/a.log', landedAt: LANDED_AT, open: () => chunksOf(Buffer.from(LINE), []) };
    const reader = await openExport(file, SETTINGS, recognised);
    assert.deepEqual(reader.recognised, recognised);
    await reader.close();
  });

  it('is refused where it stands among exports, with what to do', async () => {
    const file = { path: 'raw/a.log', landedAt: LANDED_AT, open: () => chunksOf(Buffer.from(`\n${LINE}\n`), []) };
    await assert.rejects(openExport(file, SETTINGS), /other_format: .*log of an Engine.*--into landed\/classic/s);
  });
});

describe('any log', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', 'é', '|', '[', ']', ' ', '\r', '\n', '"', '0', ':', '\uFEFF') });
  const lineOf = fc.oneof(
    cell,
    fc.tuple(cell, cell, cell).map(([a, b, c]) => `${TIME} h [Portal|${a}|20101|${b}] ${c}`),
    fc.constantFrom(LINE, '', '\uFEFF'),
    fc.constantFrom(`${LINE}7${LINE.replace('Portal', 'Engine-02')}`, LINE.replace('Portal', 'Engine-02')),
  );
  const log = fc
    .array(fc.tuple(lineOf, fc.constantFrom('\n', '\r\n', '\r', '\r\r\n')), { maxLength: 12 })
    .map((lines) => lines.map((line) => line.join('')).join(''));

  it('gives the same records however its bytes come in', async () => {
    await fc.assert(
      fc.asyncProperty(log, fc.infiniteStream(fc.integer({ min: 1, max: 7 })), async (text, sizes) => {
        const settings = { maxRecordBytes: 120 };
        assert.deepEqual(await readLog(text, settings, sizes), await readLog(text, settings));
      }),
    );
  });

  it('has each of its bytes in a record, or in what stands between lines', async () => {
    await fc.assert(
      fc.asyncProperty(log, async (text) => {
        const bytes = Buffer.from(text);
        const { records, counts } = await readLog(text);
        let at = 0;
        for (const { offset, raw } of records) {
          assert.match(bytes.toString('utf8', at, offset), /^[\r\n\uFEFF]*$/);
          assert.equal(bytes.toString('latin1', offset, offset + raw.length), raw);
          at = offset + raw.length;
        }
        assert.match(bytes.toString('utf8', at), /^[\r\n\uFEFF]*$/);
        assert.equal(counts.records, records.length);
        assert.equal(counts.bad, records.filter(({ reason }) => reason !== undefined).length);
      }),
    );
  });

  it('reads back what a line was made of', async () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'é', '|', '[', ' ', '*', '\\', '@'), maxLength: 12 });
    const message = fc.string({ unit: fc.constantFrom('a', 'é', '|', '[', ']', ' ', '"'), maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(word, message, async (account, text) => {
        const found = await only(`${TIME} h [Portal|LOGIN|20101|${account}] ${text}`);
        if (/^[^[\]]*\](?: |$)/.test(text)) {
          assert.equal(found.reason, 'account_unclear');
          return;
        }
        assert.equal(found.account, account.trim());
        assert.equal(found.message, text.trimStart());
      }),
    );
  });
});

describe('hostile logs', () => {
  /** How often the bytes of a line are looked at. */
  function looks(line: string, read: (bytes: Uint8Array) => void): number {
    let count = 0;
    const bytes = new Proxy(Buffer.from(line), {
      get: (target, name) => {
        if (typeof name === 'string' && /^\d+$/.test(name)) count++;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
      },
    });
    read(bytes);
    return count;
  }

  for (const part of ['[', '[|', '[a|b', '[a|b|c|', ']', 'x]', '] [', '[a|b|1|c]x', '[||', ' ']) {
    it(`are looked at in steps of their length: ${part}`, () => {
      const line = part.repeat(5000);
      const steps = looks(line, (bytes) => new LogBracket().find(bytes, 0, line.length));
      assert.ok(steps <= 3 * line.length, `${steps} for ${line.length}`);
      const joint = new LogJoint(() => false);
      const message = `${part}2026-03-01T10:00 h [a|b|1|c] `.repeat(500);
      const ofJoint = looks(message, (bytes) => joint.find(bytes as Buffer, 0, message.length));
      assert.ok(ofJoint <= 16 * message.length, `${ofJoint} for ${message.length}`);
      const prefix = new LogPrefix('<{word}>1 {time} {host} {word} {word} -');
      const ofPrefix = looks(`<${line}`, (bytes) => prefix.match(bytes, 0, line.length + 1));
      assert.ok(ofPrefix <= 8 * line.length, `${ofPrefix} for ${line.length}`);
    });
  }

  it('of bare CRs are split in steps of their length', async () => {
    const text = `${'x\r'.repeat(200_000)}${LINE}`;
    const { records } = await readLog(text, { maxRecordBytes: 2 ** 20 });
    assert.equal(records.length, 200_001);
    const none = await readLog('x\r'.repeat(200_000), { maxRecordBytes: 2 ** 20 });
    assert.equal(none.records.length, 1);
  });
});
