import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type AskedLake, answerOfLake, type MaskRequest, objectsOf, questionFiles } from '../../src/asking/index.ts';
import { openedPages } from '../../src/pages/index.ts';
import { localStorage } from '../../src/storage/index.ts';
import { ROOT } from '../docs/documents.ts';
import { HOST, ingest, land, settings } from '../support/lake.ts';

const EXPORTS = join(ROOT, 'samples/exports');
const GATE = { port: 4321, token: 'T', secret: 'S' };

/** People whose names want to be found in another form: quoted, escaped, in another case, within other words. */
const PEOPLE = [
  '<b>Mallory</b> "Mal" O\'Neil',
  'STRASSE.Weiß@corp.example',
  'corp\\back.slash',
  '\u202eeve@corp.example',
  'Zoë Å',
  '50%_off, Bob',
  'S-1-5-21-1-2-3-1001',
];

describe('pages in which names are masked', () => {
  let folder = '';
  let lake: AskedLake & { readonly settings: ReturnType<typeof settings> };
  let people: string[] = [];
  const opened: ReturnType<typeof openedPages>[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'masked-browse-'));
    const storage = localStorage(folder);
    for (const name of await readdir(EXPORTS)) await land(storage, name, await readFile(join(EXPORTS, name)));
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    const rows = PEOPLE.flatMap((name, index) => [
      `2026-03-03T02:0${index}:00Z,92042,${quoted(`Created dashboard, ID=d-${index}, name=Of ${name.toUpperCase()}`)},${quoted(name)}`,
      `2026-03-03T02:0${index}:01Z,91012,${quoted(`Created user, id=u-${index}, name=${name.toLowerCase()}, roles_granted=[admin], roles_revoked=[]`)},admin@corp.example`,
      `yesterday,92042,${quoted(`by ${name}`)},${quoted(name)}`,
    ]);
    await land(storage, 'of ana.sousa@corp.example.csv', `time,code,message,user name\n${rows.join('\n')}\n`);
    await land(storage, 'for ana.sousa@corp.example.csv', 'no audit records of Ana.Sousa@corp.example\n');
    await ingest(storage);
    lake = {
      settings: settings({ lake: folder }),
      storage,
      signal: new AbortController().signal,
      tell: () => undefined,
    };
    const names = `SELECT DISTINCT unnest([actor_name, user_name, old_email, new_email, grantee, updated_by]) AS name FROM audit_events`;
    people = (await answerOfLake(lake, names)).rows.flatMap(([name]) =>
      typeof name === 'string' && /[@ \\]/.test(name) ? [name] : [],
    );
    assert.ok(people.length > 10);
  }, 120_000);

  afterAll(async () => {
    for (const each of opened) await each.close();
    await rm(folder, { recursive: true });
  });

  /** What an address of the pages answers, without a browser. */
  function asking(mask?: MaskRequest): (path: string) => Promise<string> {
    const pages = openedPages({
      ...{ gate: GATE, lake, shownLake: 'lake', host: HOST, timeZone: 'UTC', ...(mask && { mask }) },
      trouble: async (error) => ({ text: error instanceof Error ? error.message : String(error), kind: 'asked' }),
    });
    opened.push(pages);
    return async (path) => {
      const headers = { host: `127.0.0.1:${GATE.port}`, cookie: `audit_lake_${GATE.port}=${GATE.secret}` };
      return await (await pages.answer(new Request(`http://127.0.0.1:${GATE.port}${path}`, { headers }))).text();
    };
  }

  /** Each way in which the pages may write a name: escaped for HTML, for JSON, in an address, in another case. */
  function namedIn(text: string): string[] {
    const shown = text.toLowerCase();
    return people.filter((name) => {
      const html = name
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;')
        .replaceAll('"', '&quot;')
        .replaceAll("'", '&#39;');
      const unseen = html.replaceAll('\u202e', '\\u{202e}');
      const parameter = new URLSearchParams({ x: name }).toString().slice(2);
      return [name, html, unseen, JSON.stringify(name).slice(1, -1), encodeURIComponent(name), parameter].some((form) =>
        shown.includes(form.toLowerCase()),
      );
    });
  }

  it('name nobody, neither as a page nor as JSON, and say so', async () => {
    const [masked, plain] = [asking({ reveal: [] }), asking()];
    const uids = async (ask: typeof masked) =>
      (JSON.parse(await ask('/events.json')) as { rows: { event_uid: string }[] }).rows.map((row) => row.event_uid);
    const [rows, real] = [await uids(masked), await uids(plain)];
    const views = [
      ...[
        '/',
        '/?text=dashboard',
        '/events',
        '/events?sort=actor',
        '/events?sort=-user&zone=Asia/Tokyo',
        '/events?code=91012',
      ],
      ...['/health', '/quarantine', '/quarantine/time_unreadable', '/questions', '/none'],
      ...questionFiles()
        .slice(0, 3)
        .map(({ name }) => `/questions/${name}`),
      ...[0, 1, 2, 5, 7, 11].flatMap((index) => rows[index] ?? []).map((uid) => `/events/${uid}`),
    ];
    let named = 0;
    for (const view of views) {
      const [path = '', query] = view.split('?');
      const twin = `${path === '/' ? '/index' : path}.json${query === undefined ? '' : `?${query}`}`;
      for (const each of [view, twin]) {
        const text = await masked(each);
        assert.deepEqual(namedIn(text), [], each);
        assert.ok(!real.some((uid) => text.includes(uid)), `${each} has no id that is made of a name`);
        if (view === '/events') named += namedIn(await plain(each)).length;
        if (['/', '/events', '/health'].includes(view)) assert.match(text, /names masked with key [0-9a-f]{8}/);
      }
    }
    assert.ok(named > 5, 'without a mask they name people');
  }, 240_000);

  it('find whom a pseudonym stands for, in every letter case of the lake, as often as the name', async () => {
    const [masked, plain] = [asking({ reveal: [] }), asking()];
    const total = async (ask: typeof masked, query: Record<string, string>) =>
      (JSON.parse(await ask(`/events.json?${new URLSearchParams(query)}`)) as { total: number }).total;
    const found = await answerOfLake(
      lake,
      'SELECT source_file, source_row, actor_name FROM audit_events WHERE actor_name IS NOT NULL',
    );
    const placed = 'SELECT source_file, source_row, event_uid FROM audit_events';
    const shown = objectsOf(await answerOfLake(lake, placed, { mask: { reveal: [] } }));
    const placeOf = (row: Record<string, unknown>) => `${row['source_file']} ${row['source_row']}`;
    const uids = new Map(shown.map((row) => [placeOf(row), String(row['event_uid'])]));
    const actors = new Map(objectsOf(found).map((row) => [uids.get(placeOf(row)), String(row['actor_name'])]));
    const { rows } = JSON.parse(await masked('/events.json')) as { rows: { event_uid: string; actor_name: string }[] };
    const pairs = new Map(rows.map((row) => [row.actor_name, actors.get(row.event_uid) ?? '']));
    assert.ok(pairs.size > 5);
    for (const [pseudonym, name] of [...pairs].slice(0, 5)) {
      assert.match(pseudonym, /^person-[0-9a-f]{15}$/);
      const wanted = await total(plain, { person: `=${name}` });
      assert.ok(wanted > 0);
      for (const value of [`=${pseudonym}`, pseudonym.toUpperCase()]) {
        assert.equal(await total(masked, { person: value }), wanted, name);
      }
    }
    assert.equal(await total(masked, { actor: '=person-000000000000000' }), 0);
    const page = await masked('/events');
    for (const pseudonym of pairs.keys()) assert.match(page, new RegExp(`href="/events\\?actor=%3D${pseudonym}"`));
    const overview = await masked('/');
    const links = [...overview.matchAll(/href="(\/events\?actor=[^"]*)"/g)].map(([, link]) => link ?? '');
    assert.ok(links.length > 5);
    for (const link of links.slice(0, 3)) {
      const { total: events } = JSON.parse(await masked(link.replace('/events?', '/events.json?'))) as {
        total: number;
      };
      assert.ok(events > 0, link);
    }
  }, 240_000);
});
