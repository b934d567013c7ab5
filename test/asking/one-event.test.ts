import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { describe, it } from 'vitest';
import type { EventAccount } from '../../src/asking/index.ts';
import { eventFate } from '../../src/asking/index.ts';
import { compactTable } from '../../src/maintenance/compact.ts';
import { snappy } from '../../src/parquet/index.ts';
import { localStorage, type Storage } from '../../src/storage/index.ts';
import { onOldLake } from '../fixtures/old-lake.ts';
import { erase, replay, withdraw } from '../maintenance/changes.ts';
import { foreignCommit, liveFiles, removed } from '../maintenance/foreign-changes.ts';
import { duckdb } from '../maintenance/foreign-files.ts';
import { HOST, ingest, LANDED_AT, minutes, snapshotOf, tableRows } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { edit, evidence, flip, log, sha256 } from '../verify/lake.ts';
import { askFolder, askMemory, uidOf } from './asked-events.ts';

const HEADER = 'time,code,message,user name\n';
const line = (minute: number, message = `Created dashboard, ID=d-${minute}, name=Sales`, actor = 'li') =>
  `2026-03-01T10:${String(minute).padStart(2, '0')}:00.123Z,92042,"${message}",${actor}\n`;
const THREE = HEADER + line(1) + line(2) + line(3);
/** What a session does to texts where names are not masked. */
const UNMASKED = { masked: (text: string) => text };
const utf16 = (text: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);

/** Every way in: the raw file, and what its second event’s record is as text. */
const WAYS: readonly (readonly [name: string, path: string, content: string | Uint8Array, record: RegExp])[] = [
  ['a CSV export', 'raw/a.csv', THREE, /^2026-03-01T10:02.*,li$/],
  [
    'CSV with CRLF and a record of two lines',
    'raw/crlf.csv',
    THREE.replaceAll('\n', '\r\n').replace('d-2, name=Sales', 'd-2, name=Sa\nles'),
    /Sa\nles",li$/,
  ],
  ['gzip', 'raw/a.csv.gz', gzipSync(THREE), /^2026-03-01T10:02/],
  ['Zstandard', 'raw/a.csv.zst', zstdCompressSync(THREE), /^2026-03-01T10:02/],
  ['UTF-16', 'raw/utf16.csv', utf16(THREE.replaceAll('Sales', 'Łódź 🦀')), /^2026-03-01T10:02.*Łódź 🦀/],
  [
    'ZIP of two exports',
    'raw/two.zip',
    zipSync({ 'x/one.csv': Buffer.from(HEADER + line(1)), 'x/two.csv': Buffer.from(HEADER + line(2) + line(3)) }),
    /^2026-03-01T10:02/,
  ],
  ['joined exports', 'raw/joined.csv', HEADER + line(1) + HEADER + line(2) + line(3), /^2026-03-01T10:02/],
  [
    'exports of two time zones and other columns',
    'raw/alias.csv',
    THREE.replace(HEADER, 'Timestamp;Event code;Message;User\n').replaceAll(/,(92042),("[^"]*"),/g, ';$1;$2;'),
    /^2026-03-01T10:02/,
  ],
  [
    'JSON lines',
    'raw/a.jsonl',
    [1, 2, 3]
      .map(
        (at) =>
          `${JSON.stringify({ time: `2026-03-01T10:0${at}:00Z`, code: 92042, message: `Created dashboard, ID=d-${at}, name=x` })}\n`,
      )
      .join(''),
    /^\{"time":"2026-03-01T10:02/,
  ],
  [
    'JSON',
    'raw/a.json',
    JSON.stringify(
      {
        data: [1, 2, 3].map((at) => ({
          time: `2026-03-01T10:0${at}:00Z`,
          code: 92042,
          message: `Created dashboard, ID=d-${at}, name=x`,
        })),
      },
      null,
      2,
    ),
    /^\{\n.*10:02/,
  ],
  ['an NQL result', 'raw/landed/nql/i/2026-03-01/r.csv', THREE, /^2026-03-01T10:02/],
  [
    'a delivery of a webhook',
    'raw/landed/webhook/2026-03-01/d.json',
    JSON.stringify(
      [1, 2, 3].map((at) => ({
        time: `2026-03-01T10:0${at}:00Z`,
        code: 92042,
        message: `Created dashboard, ID=d-${at}, name=x`,
        'user name': 'li',
      })),
    ),
    /^\{"time":"2026-03-01T10:02/,
  ],
  [
    'a classic log',
    'raw/landed/classic/portal/a.log',
    [
      '[Portal|LOGIN|20101|li] User li logged with session id 7',
      '[Portal|LOGIN|20102|li] User li logout for session id 7',
      '[Engine-01|DBMGR|10028|mallory] Manual tagging:[device|PC 1]',
    ]
      .map((text, at) => `2026-03-01T10:00:0${at}+01:00 nx-01 ${text}\n`)
      .join(''),
    /\[Portal\|LOGIN\|20102\|li\] User li logout/,
  ],
  [
    'a name that deceives',
    'raw/\u202evsc.exe <b>.csv',
    THREE.replace('name=Sales', 'name=\u202eselas'),
    /^2026-03-01T10:02/,
  ],
];

async function taken(path: string, content: string | Uint8Array): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  storage.put(path, content, LANDED_AT);
  await ingest(storage, {}, [path]);
  return storage;
}

/** The row of a record. */
async function rowAt(storage: Storage, number: number) {
  const found = (await tableRows(storage)).find((row) => Number(row['source_row']) === number);
  assert.ok(found !== undefined, `no row of record ${number}`);
  return found;
}

async function accountAt(storage: MemoryStorage, number: number): Promise<EventAccount> {
  const uid = uidOf(await rowAt(storage, number));
  return await askMemory(storage, ({ account }) => account(uid));
}

describe.each(WAYS)('an event that came as %s', (_, path, content, record) => {
  it('has its record as it stands, its reading and a whole proof', async () => {
    const storage = await taken(path, content);
    for (const row of await tableRows(storage)) {
      const account = await askMemory(storage, (lake) => lake.account(uidOf(row)));
      assert.deepEqual(account.problems, []);
      const { raw, reading, proof } = account;
      assert.deepEqual([raw.state, raw.record?.gives_event, raw.record?.row_differs], ['as_recorded', true, []]);
      assert.equal(raw.record?.number, Number(row['source_row']));
      assert.deepEqual(reading.differs, []);
      assert.equal(reading.pieces.map(({ text }) => text).join(''), row['message']);
      assert.equal(raw.now?.sha256, sha256(storage.content(path)));
      assert.equal(proof.data_file?.sha256_now, sha256(storage.content(proof.data_file?.path ?? '')));
      assert.deepEqual(proof.chain.breaks, []);
      assert.equal(proof.chain.head?.sha256, sha256(storage.content(evidence((await snapshotOf(storage)).version))));
      if (Number(row['source_row']) === 2) assert.match(raw.record?.text ?? '', record);
    }
  });
});

describe('where a record stands', () => {
  it('is told by entry, line and bytes of the text', async () => {
    const zipped = await accountAt(await taken(WAYS[5]![1], WAYS[5]![2]), 2);
    assert.deepEqual(
      [zipped.raw.record?.entry, zipped.raw.record?.line, zipped.raw.record?.offset, zipped.raw.record?.packed],
      ['x/two.csv', 2, HEADER.length, 'zip'],
    );
    const crlf = await accountAt(await taken(WAYS[1]![1], WAYS[1]![2]), 3);
    assert.equal(crlf.raw.record?.line, 5);
  });

  it('names the columns, and the other raw files that may hold the event', async () => {
    const storage = await taken('raw/a.csv', THREE);
    storage.put('raw/b.csv', THREE + line(4), LANDED_AT);
    await ingest(storage, {}, ['raw/b.csv']);
    const { raw } = await accountAt(storage, 2);
    assert.deepEqual(raw.record?.roles, { time: 'time', code: 'code', message: 'message', actor_name: 'user name' });
    assert.equal(raw.path, 'raw/a.csv');
    assert.deepEqual(raw.may_also_be_in, ['raw/b.csv']);
  });
});

describe('every event of a lake of an early version', () => {
  it(
    'is found again in its raw file; and so it is once this version has taken all of it in anew',
    onOldLake(async ({ root }) => {
      const storage = localStorage(root);
      const check = async (isOld: boolean) => {
        const rows = await tableRows(storage);
        await askFolder(root, async ({ account }) => {
          for (const row of rows) {
            const { raw, problems } = await account(uidOf(row));
            assert.deepEqual(problems, [], String(row['source_file']));
            assert.ok(raw.record?.gives_event || (isOld && raw.read_otherwise), String(row['source_file']));
            // The first version counted some lines that are no records today.
            if (raw.record?.gives_event && !isOld) assert.equal(raw.record.number, Number(row['source_row']));
          }
        });
      };
      await check(true);
      for (const zone of ['curated', 'evidence', 'quarantine'])
        await rm(join(root, zone), { recursive: true, force: true });
      await ingest(storage);
      await check(false);
    }),
  );
});

describe('what is not as it was recorded', () => {
  const lake = async () => {
    const storage = await taken('raw/a.csv', THREE);
    for (const [name, from] of [
      ['raw/b.csv', 1400],
      ['raw/c.csv', 3000],
    ] as const) {
      storage.put(name, minutes(from, 5), LANDED_AT);
      await ingest(storage, {}, [name]);
    }
    return storage;
  };

  it('a raw file with one byte altered: elsewhere, and in the record', async () => {
    const elsewhere = await lake();
    edit(elsewhere, 'raw/a.csv', 'd-3', 'd-4');
    const first = await accountAt(elsewhere, 2);
    assert.deepEqual([first.raw.state, first.raw.record?.gives_event], ['altered', true]);
    assert.match(first.problems.join('\n'), /not what the commit recorded/);
    const within = await lake();
    edit(within, 'raw/a.csv', 'd-2', 'd-9');
    const second = await accountAt(within, 2);
    assert.deepEqual([second.raw.state, second.raw.record?.gives_event], ['altered', false]);
    assert.match(second.problems.join('\n'), /no record of the file gives this event/);
  });

  it('a raw file that is gone: what is proved still is, and retention makes it no problem', async () => {
    const storage = await lake();
    storage.files.delete('raw/a.csv');
    const uid = uidOf(await rowAt(storage, 2));
    const { raw, problems, proof } = await askMemory(storage, ({ account }) => account(uid));
    assert.deepEqual([raw.state, raw.now, raw.record], ['gone', null, null]);
    assert.equal(raw.recorded?.sha256, sha256(THREE));
    assert.equal(problems.length, 1);
    assert.match(proof.proves_not.join('\n'), /What the record said/);
    const expired = await askMemory(storage, ({ account }) => account(uid), 1);
    assert.deepEqual(expired.problems, []);
  });

  it('a data file with one bit flipped', async () => {
    const storage = await lake();
    const uid = uidOf(await rowAt(storage, 2));
    const path = await askMemory(storage, async ({ account }) => (await account(uid)).proof.data_file?.path ?? '');
    // The magic number at its beginning, which no engine looks at.
    flip(storage, path, 1);
    const { problems, proof } = await askMemory(storage, ({ account }) => account(uid));
    assert.match(problems.join('\n'), /was altered: committed with SHA-256/);
    assert.ok(!proof.proves.some((each) => each.includes('data file')));
  });

  it('evidence that was edited, removed, or that does not follow; a commit that was edited or is gone', async () => {
    const cases: readonly (readonly [what: string, break_: (storage: MemoryStorage) => void, says: RegExp])[] = [
      [
        'edited at the head',
        (s) => edit(s, evidence(3), '"rows":5', '"rows":6'),
        /version 3: its evidence was altered/,
      ],
      [
        'edited on the way',
        (s) => edit(s, evidence(2), '"rows":5', '"rows":6'),
        /version 2: its evidence (was altered|is not the one)/,
      ],
      ['edited at the beginning', (s) => edit(s, evidence(1), 'raw/a.csv', 'raw/z.csv'), /version 1: /],
      ['removed on the way', (s) => s.files.delete(evidence(2)), /version 2: its evidence is missing/],
      ['no evidence at all', (s) => s.put(evidence(2), '{}'), /version 2: /],
      ['commit edited', (s) => edit(s, log(2), 'raw/b.csv', 'raw/z.csv'), /version 2: .*was altered: sealed with/],
      ['commit gone', (s) => s.files.delete(log(2)), /version 2: .*is gone/],
    ];
    for (const [what, breakIt, says] of cases) {
      const storage = await lake();
      const uid = uidOf(await rowAt(storage, 2));
      // The tables are opened by the log, which a commit that is gone or edited may not allow: it is broken behind that.
      const problems = await askMemory(storage, async (asked) => {
        breakIt(storage);
        const { eventAccount } = await import('../../src/asking/index.ts');
        const snapshot = await snapshotOf(storage).catch(() => null);
        if (snapshot === null) return null;
        return (await eventAccount({ storage, rawRetentionDays: 0 }, asked.session, uid))?.problems ?? [];
      });
      if (problems !== null) assert.match(problems.join('\n'), says, what);
      else assert.equal(what, 'commit gone');
    }
  });

  it('commits at the end that nobody sealed yet are said, and are no break', async () => {
    const storage = await lake();
    storage.files.delete(evidence(3));
    const { proof, problems } = await accountAt(storage, 2).catch(async () => await accountAt(storage, 2));
    assert.deepEqual([proof.chain.unsealed, proof.chain.head?.version, problems], [1, 2, []]);
  });

  it('a row that another engine rewrote: another actor, in a file of which nobody recorded the SHA-256', async () => {
    const storage = await lake();
    const row = await rowAt(storage, 2);
    const file = (await liveFiles(storage)).find(
      ({ partitionValues }) => partitionValues['event_date'] === '2026-03-01',
    );
    assert.ok(file !== undefined);
    const theirs = await duckdb(
      'COMPRESSION snappy',
      `SELECT * REPLACE ('mallory' AS actor_name) FROM ours`,
    )(storage.content(`curated/audit_events/${file.path}`));
    const path = 'event_date=2026-03-01/part-theirs.parquet';
    storage.put(`curated/audit_events/${path}`, theirs);
    await foreignCommit(storage, 'UPDATE', [
      removed(file),
      {
        add: {
          path,
          partitionValues: file.partitionValues,
          size: theirs.length,
          modificationTime: 1,
          dataChange: true,
        },
      },
    ]);
    const { proof, raw, problems } = await askMemory(storage, ({ account }) => account(uidOf(row)));
    assert.equal(proof.data_file?.path.endsWith(path), true);
    assert.equal(proof.data_file?.sha256_recorded, null);
    assert.deepEqual(raw.record?.row_differs, ['actor_name']);
    assert.match(problems.join('\n'), /says something else than its raw record in actor_name/);
    assert.match(proof.proves_not.join('\n'), /another engine wrote it/);
    assert.deepEqual(
      proof.commits.map(({ engine }) => engine),
      ['nexthink-audit-lake', 'Other/1.0'],
    );
  });
});

describe('an event after changes of the table', () => {
  it('keeps its proof through a compaction and a replay, with every commit that has to do with it', async () => {
    const storage = await taken('raw/a.csv', HEADER + line(1) + line(2));
    storage.put('raw/b.csv', HEADER + line(3), LANDED_AT);
    await ingest(storage, {}, ['raw/b.csv']);
    const uid = uidOf(await rowAt(storage, 2));
    await compactTable({ storage, host: HOST }, await snapshotOf(storage), {
      codec: snappy,
      dryRun: false,
    });
    const compacted = await askMemory(storage, ({ account }) => account(uid));
    assert.deepEqual(compacted.problems, []);
    assert.deepEqual(
      compacted.proof.commits.map(({ roles, change }) => [roles, change]),
      [
        [['took_in'], null],
        [['added_data_file', 'changed_day'], 'compact'],
      ],
    );
    await replay(storage);
    const replayed = await askMemory(storage, ({ account }) => account(uid));
    assert.deepEqual(replayed.problems, []);
    assert.deepEqual(replayed.proof.commits.at(-1)?.roles, ['read_again', 'added_data_file', 'changed_day']);
    assert.equal(replayed.proof.commits.length, 3);
  });

  it('is said to be erased, withdrawn, or not known', async () => {
    const storage = await taken(
      'raw/a.csv',
      HEADER + line(1) + line(2, 'Created dashboard, ID=d-2, name=x', 'dana.levy@corp.example'),
    );
    storage.put('raw/b.csv', HEADER + line(3), LANDED_AT);
    await ingest(storage, {}, ['raw/b.csv']);
    const [erased, out] = [
      uidOf(await rowAt(storage, 2)),
      uidOf((await tableRows(storage)).find((row) => row['source_file'] === 'raw/b.csv')),
    ];
    await erase(storage);
    await withdraw(storage, ['b.csv']);
    assert.deepEqual(await eventFate(storage, UNMASKED, erased), { kind: 'erased' });
    assert.deepEqual(await eventFate(storage, UNMASKED, out), { kind: 'withdrawn', path: 'raw/b.csv' });
    assert.deepEqual(await eventFate(storage, UNMASKED, '0'.repeat(32)), { kind: 'unknown', retainedFrom: null });
  });
});

describe('an id', () => {
  it('is taken whole, in capitals, or by its beginning; what is none, or is that of several, is said so', async () => {
    const storage = await taken('raw/many.csv', minutes(0, 400));
    const rows = await tableRows(storage);
    const uid = uidOf(rows[7]);
    await askMemory(storage, async ({ named }) => {
      assert.equal(await named(uid), uid);
      assert.equal(await named(` ${uid.toUpperCase()}\n`), uid);
      assert.equal(await named(uid.slice(0, 12)), uid);
      assert.equal(await named('0'.repeat(31)), null);
      for (const none of [
        '',
        'abc',
        'x'.repeat(32),
        `${uid}0`,
        "' OR 1=1 --",
        `${uid.slice(0, 8)}%`,
        uid.slice(0, 7),
      ]) {
        await assert.rejects(named(none), /expected an event_uid/);
      }
    });
  });
});

describe('an event with masked names', () => {
  it('has no name in any text of the account, whatever its file is called and in whatever is wrong with it', async () => {
    const named = 'raw/chidi.obi@corp.example/export of li, Chidi Obi.zip';
    const entry = 'by Chidi Obi/of chidi.obi@corp.example.csv';
    const header = 'time,code,message,user name,"asked by Chidi Obi"\n';
    const content = `${header}${line(1, 'Created dashboard, ID=d-1, name=x', 'chidi.obi@corp.example,li').trimEnd()}\n`;
    const storage = await taken(named, zipSync({ [entry]: Buffer.from(content) }));
    const uid = uidOf(await rowAt(storage, 1));
    const shown = async () => await askMemory(storage, (lake) => lake.account(uid), 0, { reveal: [] });
    const whole = await shown();
    assert.deepEqual(namesIn(whole), []);
    assert.equal(whole.raw.path, whole.event['source_file']);
    assert.match(whole.raw.record?.entry ?? '', /person-/);
    assert.deepEqual(whole.problems, []);
    // The entry's name is none that can be typed, so of the raw file there is one command; the others print digests.
    assert.deepEqual([whole.proof.checks, whole.proof.checks_left_out], [[], 5]);
    assert.match(whole.proof.data_file?.sha256_now ?? '', /^[0-9a-f]{64}$/);
    storage.put(named, Buffer.from(`by Chidi Obi,${content}`));
    const altered = await shown();
    assert.ok(altered.problems.length > 0);
    assert.deepEqual(namesIn(altered), []);
  });

  it('finds a name of the row that is too short to be looked for elsewhere, in its record and its path', async () => {
    const storage = await taken('raw/by li.csv', HEADER + line(1, 'Created dashboard, ID=d-2, name=of li'));
    const uid = uidOf(await rowAt(storage, 1));
    const { raw } = await askMemory(storage, (lake) => lake.account(uid), 0, { reveal: [] });
    assert.ok(!/\bli\b/.test(JSON.stringify(raw)), JSON.stringify(raw));
  });

  it('shows no name, in whatever part of the account, and is proved all the same', async () => {
    const storage = await taken(
      'raw/a.csv',
      HEADER + line(1) + line(2, 'Created dashboard, ID=d-2, name=of dana.levy@corp.example', 'dana.levy@corp.example'),
    );
    const uid = uidOf(await rowAt(storage, 2));
    const account = await askMemory(storage, (lake) => lake.account(uid), 0, { reveal: [] });
    assert.ok(!JSON.stringify(account).includes('dana'));
    assert.deepEqual(account.problems, []);
    assert.deepEqual([account.raw.record?.gives_event, account.reading.differs], [true, []]);
    assert.match(account.masking ?? '', /names masked with key/);
    const revealed = await askMemory(storage, (lake) => lake.account(uid), 0, { reveal: ['dana.levy@corp.example'] });
    assert.match(revealed.raw.record?.text ?? '', /dana/);
  });
});

/** Every text in a value that has a name in it. */
function namesIn(value: unknown): string[] {
  if (typeof value === 'string') return /chidi|\bobi\b/i.test(value) ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => [...namesIn(name), ...namesIn(item)]);
}
