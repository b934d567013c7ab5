import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { countEvents, eventPage, eventRows } from '../../src/asking/event-search.ts';
import type { LakeSession } from '../../src/asking/index.ts';
import { eventAccount, eventNamed, LakeSession as Session } from '../../src/asking/index.ts';
import { PEOPLE_KEY } from '../../src/masking/index.ts';
import type { Rows } from '../../src/present/index.ts';
import { VIEWS } from '../../src/views/index.ts';
import { askedRows, type Deed, MaskedLake, ownRows } from './masked-lake.ts';

const SID = 'S-1-5-21-77-88-99';
/** People, each with what of their name stands nowhere else. */
const PEOPLE: readonly (readonly [name: string, trace: string])[] = [
  ['chidi.obi@corp.example', 'chidi'],
  ['CORP\\dana.levy', 'levy'],
  ['Zoë Quist (IT)', 'quist'],
  ['Rob(ert.*+?[x]$1', 'ert.*'],
  ['\u202emoc.live\u202c', 'moc.live'],
  ['Pat "Ace" O\'Hara', 'hara'],
  [SID, '77-88-99'],
];

const DEEDS: readonly Deed[] = [
  ...PEOPLE.flatMap(([name]): Deed[] => [
    { actor: name, code: 92042, message: `Created dashboard, ID=d-1, name=Board of ${name}` },
    { actor: 'boss@corp.example', code: 91011, message: `Something about ${name.toUpperCase()}, and "${name}".` },
    { actor: 'boss@corp.example', code: 77777, message: `A code that nobody knows, name=${name}, who=${name}` },
  ]),
  {
    actor: 'chidi.obi@corp.example',
    code: 91041,
    message: 'User logged in, id=u-1, name=CORP\\dana.levy, session_id=s-1, ip=192.0.2.7',
  },
  { actor: 'x', code: 92042, message: 'Created dashboard, ID=d-2, name=x by X, of a kind' },
];

const NOT_READ = 'no time,1,"of chidi.obi@corp.example",CORP\\dana.levy\n';

/** All rows as they come. */
async function rowsIn({ batches }: Rows): Promise<(readonly unknown[])[]> {
  const rows: (readonly unknown[])[] = [];
  for await (const batch of batches) rows.push(...batch);
  return rows;
}

describe('a session in which names are masked', () => {
  let lake: MaskedLake;
  let session: LakeSession;
  let plain: LakeSession;

  beforeAll(async () => {
    lake = await MaskedLake.make(DEEDS, NOT_READ);
    [session, plain] = [await lake.session(), await lake.session(null)];
  }, 60_000);

  afterAll(async () => {
    await session.close();
    await plain.close();
    await lake.remove();
  });

  function assertNobody(shown: unknown): void {
    const text = JSON.stringify(shown).toLowerCase();
    for (const [, trace] of PEOPLE)
      assert.ok(!text.includes(JSON.stringify(trace).slice(1, -1)), `${trace} in ${text}`);
  }

  it('shows nobody in any column of any view, and all that is no name', async () => {
    for (const [view, { columns }] of Object.entries(VIEWS)) {
      const [masked, real] = [await askedRows(session, `FROM ${view}`), await askedRows(plain, `FROM ${view}`)];
      assertNobody(masked);
      assert.equal(masked.length, real.length, view);
      assert.deepEqual(Object.keys(masked[0] ?? {}), masked.length === 0 ? [] : columns.map(({ name }) => name));
    }
    const unchanged =
      'SELECT event_time, code, event_name, source_file, source_row, ip_address FROM audit_events ORDER BY ALL';
    assert.deepEqual(await askedRows(session, unchanged), await askedRows(plain, unchanged));
    assertNobody(await askedRows(session, 'FROM audit_events_table'));
    assert.ok(
      JSON.stringify(await askedRows(plain, 'FROM audit_events')).includes('chidi'),
      'and without a mask it does',
    );
  });

  it('shows nobody whatever a statement makes of the columns', async () => {
    const columns = VIEWS.audit_events.columns.filter(({ type }) => type === 'text' || type === 'list');
    const column = fc.constantFrom(...columns.map(({ name }) => `CAST(${name} AS VARCHAR)`));
    const made = fc.letrec((tie) => ({
      text: fc.oneof(
        { depthSize: 'small' },
        column,
        fc
          .tuple(fc.constantFrom('upper', 'lower', 'trim', 'to_json', 'max', 'min'), tie('text'))
          .map(([f, of]) =>
            f.startsWith('m')
              ? `(SELECT ${f}(v) FROM (SELECT ${of} AS v FROM audit_events))`
              : `CAST(${f}(${of}) AS VARCHAR)`,
          ),
        fc.tuple(tie('text'), fc.nat(9)).map(([of, from]) => `substr(${of}, ${from})`),
        fc.tuple(tie('text'), tie('text')).map(([one, other]) => `concat_ws('', ${one}, ${other})`),
        tie('text').map((of) => `regexp_replace(${of}, 'person-', '')`),
      ),
    })).text;
    await fc.assert(
      fc.asyncProperty(made, fc.constantFrom('WHERE', 'GROUP', 'ORDER'), async (expression, kind) => {
        const end = { WHERE: `WHERE ${expression} IS NOT NULL`, GROUP: 'GROUP BY ALL', ORDER: 'ORDER BY 1 DESC' }[kind];
        assertNobody(await askedRows(session, `SELECT ${expression} AS made FROM audit_events ${end}`));
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  it('gives one person one pseudonym, in columns and in texts, by which rows join and are counted', async () => {
    const of = (value: string) => session.pseudonym(value);
    const events = await askedRows(
      session,
      `SELECT actor_name, message FROM audit_events WHERE object_name LIKE 'Board of%'`,
    );
    for (const [name] of PEOPLE) {
      const own = events.find(({ actor_name }) => actor_name === of(name));
      assert.ok(String(own?.['message']).endsWith(of(name)), name);
    }
    const counts = (asked: LakeSession) =>
      askedRows(
        asked,
        'SELECT count(DISTINCT actor_name) n, count(*) m FROM audit_events e JOIN audit_codes c USING (code, source_system)',
      );
    assert.deepEqual(await counts(session), await counts(plain));
    const again = await lake.session();
    assert.equal(again.pseudonym('CHIDI.OBI@CORP.EXAMPLE'), of('chidi.obi@corp.example'));
    assert.equal(again.masking?.keyId, session.masking?.keyId);
    await again.close();
  });

  it('masks in a text a name of one letter only where its own row has it', async () => {
    const [row] = await askedRows(session, `SELECT * FROM audit_events WHERE actor_name = '${session.pseudonym('x')}'`);
    const made = session.pseudonym('x');
    assert.ok(String(row?.['message']).endsWith(`name=${made} by ${made}, of a kind`), String(row?.['message']));
  });

  it('lets our own statements filter by what is real, and shows that masked', async () => {
    const filtered = `SELECT * FROM ${session.realEvents} WHERE actor_name ILIKE 'CHIDI%'`;
    const rows = await ownRows(session, `FROM ${session.shown(filtered)} ORDER BY event_uid`);
    assert.equal(rows.length, 2);
    assertNobody(rows);
    const masked = `SELECT * FROM audit_events WHERE actor_name = '${session.pseudonym('chidi.obi@corp.example')}' ORDER BY event_uid`;
    assert.deepEqual(rows, await ownRows(session, masked));
    const without = `SELECT * FROM ${plain.realEvents} WHERE code = 92042 ORDER BY event_uid`;
    assert.deepEqual(await ownRows(plain, `FROM ${plain.shown(without)}`), await ownRows(plain, without));
  });

  it('finds events by real names, puts them in the order of what it shows, and shows them masked', async () => {
    const filter = { from: null, to: null, wanted: { person: ['CORP'] } };
    const KEYS = {
      time: 'event_time',
      '-time': 'event_time DESC',
      actor: 'coalesce(actor_name, actor_id), event_time DESC',
      '-actor': 'coalesce(actor_name, actor_id) DESC, event_time DESC',
      user: "coalesce(user_name, new_email, user_id, '~'), event_time DESC",
      object: "lower(coalesce(object_name, '~')), event_time DESC",
    } as const;
    const all = new Set(
      (
        await ownRows(
          plain,
          `SELECT event_uid FROM audit_events WHERE actor_name ILIKE '%corp%' OR user_name ILIKE '%corp%'`,
        )
      ).map((row) => session.shownId(String(row['event_uid']))),
    );
    for (const sort of Object.keys(KEYS) as (keyof typeof KEYS)[]) {
      const columns = ['event_uid', 'actor_name', 'message', 'user_ids'];
      const expected = (
        await askedRows(session, `SELECT event_uid FROM audit_events ORDER BY ${KEYS[sort]}, event_uid`)
      )
        .map((row) => String(row['event_uid']))
        .filter((uid) => all.has(uid));
      assert.ok(expected.length > 4);
      const uids = async (limit: number | null) =>
        (await rowsIn(await eventRows(session, filter, { columns, sort, limit }))).map(([uid]) => uid);
      assert.deepEqual(await uids(2), expected.slice(0, 2), sort);
      assert.deepEqual(await uids(null), expected, sort);
      const page = await eventPage(session, filter, { columns, sort, limit: 2 });
      assertNobody(page.rows);
      const next = await eventPage(session, filter, { columns, sort, limit: 2, after: page.places.at(-1) });
      assertNobody(next.rows);
      const places = [...page.places, ...next.places].map(({ eventUid }) => eventUid);
      assert.deepEqual(places, expected.slice(0, 4), sort);
      assert.deepEqual(
        [...page.rows, ...next.rows].map(([uid]) => uid),
        places,
      );
      const back = await eventPage(session, filter, { columns, sort, limit: 2, before: next.places[0] });
      assert.deepEqual(back.places, page.places, sort);
    }
    assert.equal(await countEvents(session, filter), await countEvents(plain, filter));
  });

  it('shows no id or digest that whoever has a list of names could make of them', async () => {
    const rows = await ownRows(plain, 'SELECT event_uid, source_etag, ingest_id FROM audit_events');
    const [record] = await ownRows(plain, 'SELECT ingest_id FROM quarantine_rows');
    const digests = new Set([...rows, record ?? {}].flatMap((row) => Object.values(row).map(String)));
    const [first] = rows;
    const account = await eventAccount(
      { storage: lake.asked.storage, rawRetentionDays: 0 },
      plain,
      String(first?.['event_uid']),
    );
    for (const made of JSON.stringify(account).match(/\b[0-9a-f]{64}\b/g) ?? []) digests.add(made);
    assert.ok(digests.size > rows.length + 6);
    const shown = await Promise.all(Object.keys(VIEWS).map((view) => askedRows(session, `FROM ${view}`)));
    const tables = await askedRows(session, 'FROM audit_events_table');
    const masked = await eventAccount(
      { storage: lake.asked.storage, rawRetentionDays: 0 },
      session,
      String(first?.['event_uid']),
    );
    const text = JSON.stringify([shown, tables, masked]);
    for (const digest of digests) assert.ok(!text.includes(digest), digest);
    assert.deepEqual(
      [masked?.raw.record?.offset, masked?.raw.record?.length, masked?.raw.now?.size],
      [null, null, null],
    );
    assert.equal(masked?.raw.recorded?.sha256, masked?.raw.now?.sha256, 'what is equal stays so');
    for (const name of ['byte_offset']) {
      assert.deepEqual(await askedRows(session, `SELECT DISTINCT ${name} FROM quarantine_rows`), [{ [name]: null }]);
    }
  });

  it('has one id for one event in every view, stable and as many as there are, by which it is found', async () => {
    const counts = 'SELECT count(DISTINCT event_uid) n FROM audit_events';
    assert.deepEqual(await askedRows(session, counts), await askedRows(plain, counts));
    const joined = 'SELECT count(*) n FROM audit_events e JOIN audit_events_ocsf o ON o.metadata_uid = e.event_uid';
    assert.deepEqual(await askedRows(session, joined), await askedRows(plain, joined));
    const [row] = await ownRows(plain, 'SELECT event_uid, source_row FROM audit_events ORDER BY source_row LIMIT 1');
    const real = String(row?.['event_uid']);
    const shown = session.shownId(real);
    assert.match(shown, /^[0-9a-f]{32}$/);
    assert.equal(await eventNamed(session, shown), real);
    assert.equal(await eventNamed(session, shown.slice(0, 12).toUpperCase()), real);
    assert.notEqual(await eventNamed(session, real), real, 'nobody finds out whether a real one is there');
    assert.equal(await eventNamed(session, real.slice(0, 12)), null);
    assert.equal(await eventNamed(session, real, true), real);
    assert.equal(await eventNamed(session, real.slice(0, 12), true), real);
    const account = await eventAccount({ storage: lake.asked.storage, rawRetentionDays: 0 }, session, real);
    assert.deepEqual([account?.event_uid, account?.event['event_uid'], account?.problems], [shown, shown, []]);
    await assert.rejects(askedRows(session, "SELECT masked_id('ab')"), /found masked_id/);
  });

  it('lets no statement of whoever asks get at what is not masked', async () => {
    const files = [...(await ownRows(session, "SELECT unnest(getvariable('audit_events_files')) AS file"))].map(
      ({ file }) => String(file),
    );
    const file = files[0]?.replaceAll('[', '').replaceAll(']', '') ?? '';
    for (const sql of [
      'FROM unmasked.audit_events',
      'FROM memory.unmasked.audit_events_table',
      'FROM "UNMASKED"."AUDIT_EVENTS"',
      'SELECT (SELECT max(actor_name) FROM unmasked.audit_events)',
      'WITH a AS (FROM unmasked.audit_events) FROM a',
      'WITH a AS (SELECT 1) SELECT * FROM a, unmasked.audit_events_table',
      'WITH "unmasked.audit_events" AS (SELECT 1) FROM unmasked.audit_events',
      `FROM '${file}'`,
      `FROM (WITH "${file}" AS (SELECT 1) FROM "${file}"), '${file}'`,
      `FROM read_parquet('${file}')`,
      "FROM read_parquet(getvariable('audit_events_files'))",
      "FROM parquet_scan(getvariable('audit_events_files'))",
      `FROM parquet_metadata('${file}')`,
      `FROM read_text('${file}')`,
      `FROM read_blob('${file}')`,
      `FROM glob('**')`,
      "SELECT getvariable('audit_events_files')",
      "SELECT current_setting('allowed_paths')",
      "FROM query('FROM unmasked.audit_events')",
      "FROM query_table('unmasked.audit_events')",
      "FROM query_table(['unmasked.audit_events'])",
      'FROM duckdb_views()',
      'FROM duckdb_functions()',
      'FROM duckdb_variables()',
      'FROM duckdb_settings()',
      'FROM pg_views',
      'FROM sqlite_master',
      'FROM information_schema.views',
      "FROM json_execute_serialized_sql(json_serialize_sql('FROM unmasked.audit_events'))",
      'FROM histogram_values(unmasked.audit_events, actor_name)',
      'DESCRIBE unmasked.audit_events',
      'SUMMARIZE unmasked.audit_events',
      'SHOW TABLES FROM unmasked',
      'SHOW VARIABLES',
      'EXPLAIN ANALYZE FROM unmasked.audit_events',
      'EXPLAIN (FORMAT json) FROM unmasked.audit_events',
      'PIVOT unmasked.audit_events ON code IN (92042) USING count(*)',
      'PIVOT unmasked.audit_events ON actor_name USING count(*)',
      'PIVOT audit_events ON actor_name USING count(*)',
      'SELECT 1 FROM audit_events WHERE EXISTS (FROM unmasked.audit_events u WHERE u.actor_name = actor_name)',
      'SELECT [x FOR x IN (SELECT list(actor_name) FROM unmasked.audit_events)]',
      'SELECT 1 ORDER BY (SELECT max(actor_name) FROM unmasked.audit_events)',
      'SELECT 1 LIMIT (SELECT count(*) FROM unmasked.audit_events)',
      'VALUES ((SELECT max(actor_name) FROM unmasked.audit_events))',
      'SELECT 1 UNION ALL SELECT length(actor_name) FROM unmasked.audit_events',
      'WITH RECURSIVE t AS (SELECT 1 UNION ALL FROM unmasked.audit_events) FROM t',
      'SELECT * FROM audit_events ASOF JOIN unmasked.audit_events USING (event_time)',
      'SELECT * FROM audit_events, LATERAL (SELECT * FROM unmasked.audit_events)',
      "SELECT masked_person('chidi.obi@corp.example')",
      "SELECT list_transform(['a'], lambda x: masked_person(x))",
      'SELECT stats(message) FROM audit_events',
      'CREATE TABLE t AS FROM unmasked.audit_events',
      "COPY unmasked.audit_events TO 'x.csv'",
      "SET search_path = 'unmasked'",
      'USE unmasked',
      'PREPARE p AS FROM unmasked.audit_events',
      'CALL duckdb_views()',
      "PRAGMA table_info('unmasked.audit_events')",
      '/* x */ FROM unmasked /* y */ . audit_events',
      'SELECT 1; FROM unmasked.audit_events',
    ]) {
      await assert.rejects(
        askedRows(session, sql),
        (error: Error) => {
          assertNobody(error.message);
          return true;
        },
        sql,
      );
    }
    assert.equal((await ownRows(session, `SELECT count(*) AS n FROM ${session.realEvents}`))[0]?.['n'], DEEDS.length);
  });

  it('answers all other statements that read', async () => {
    for (const sql of [
      'DESCRIBE audit_events',
      'SUMMARIZE audit_events',
      'SHOW TABLES',
      'SHOW ALL TABLES',
      'EXPLAIN FROM audit_events',
      'EXPLAIN ANALYZE SELECT count(*) FROM audit_events_ocsf',
      'VALUES (1)',
      'TABLE audit_codes',
      'WITH a AS (FROM audit_events), b AS (FROM a) SELECT count(*) FROM b, range(2), unnest([1, 2])',
      'PIVOT audit_events ON code IN (92042, 91011) USING count(*)',
      'SELECT * FROM memory.main.audit_events LIMIT 1',
      'SELECT key FROM audit_events, json_each(unmapped)',
      'FROM main.quarantine_rows',
      'FROM audit_coverage',
    ]) {
      // What a column means is text of our own: "characters" has the name of one of these people in it.
      assertNobody((await askedRows(session, sql)).map(({ comment: _, ...row }) => row));
    }
  });

  it('says what it is masked by and who is not, and is refused where nobody is called so', async () => {
    assert.match(session.masking?.note ?? '', /^names masked with key [0-9a-f]{8}; nobody is shown unmasked$/);
    assert.equal(plain.masking, null);
    await assert.rejects(
      lake.session({ reveal: ['CHIDI.obi@corp.example', 'nobody\u202e@corp.example'] }),
      /^\w*Error: --reveal "nobody\\u\{202e\}@corp\.example": expected .*nobody is called so[^\n]*$/,
    );
    const some = await lake.session({ reveal: ['CHIDI.obi@corp.example'] });
    try {
      assert.match(some.masking?.note ?? '', /; shown unmasked on purpose: chidi\.obi@corp\.example$/);
      const rows = await askedRows(some, 'SELECT actor_name, message FROM audit_events');
      assert.ok(rows.some(({ actor_name }) => actor_name === 'chidi.obi@corp.example'));
      assert.ok(
        rows.some(({ message }) => message === 'Created dashboard, ID=d-1, name=Board of chidi.obi@corp.example'),
      );
      assert.ok(!JSON.stringify(rows).toLowerCase().includes('levy'));
    } finally {
      await some.close();
    }
    assert.equal(
      session.masked('{"who":"CORP\\\\dana.levy"}'),
      JSON.stringify({ who: session.pseudonym('CORP\\dana.levy') }),
    );
  });

  it('is refused to a statement that may do anything', async () => {
    await assert.rejects(Session.open(lake.asked, { mask: { reveal: [] }, unrestricted: true }), /exclude each other/);
  });

  it('is refused, in one line that names the file, where the key was altered', async () => {
    const file = join(lake.lake, PEOPLE_KEY);
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace(/"key":"../, '"key":"zz'));
    await assert.rejects(lake.session(), {
      message: /^curated\/_masking\/people-1\.json: expected /,
    });
    await writeFile(file, text);
  });
});
