import assert from 'node:assert/strict';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { openedPages } from '../../src/pages/index.ts';
import { localStorage, StorageFault } from '../../src/storage/index.ts';
import { HOST, ingest, land, settings } from '../support/lake.ts';

const GATE = { port: 4321, token: 'token', secret: 'secret' };

/** Names in which nobody sees anything, and one that fits into no address. */
const UNSEEN = ['', '   ', '\u00a0', 'long'.repeat(5000)];

let root = '';
let pages: ReturnType<typeof openedPages>;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'browse-answers-'));
  const storage = localStorage(root);
  const lines = UNSEEN.flatMap((name, index) => [
    `2026-03-01T10:0${index}:00Z,92042,"Created dashboard, ID=d-${index}, name=${name}","${name}"`,
    `2026-03-01T11:0${index}:00Z,91012,"Created user, id=u-${index}, name=${name}, roles_granted=[], roles_revoked=[]",li`,
  ]);
  const many = Array.from(
    { length: 60 },
    (_, index) =>
      `2026-03-02T10:00:${String(index).padStart(2, '0')}Z,92042,"Created dashboard, ID=m-${index}, name=Many",li`,
  );
  await land(storage, 'a.csv', `time,code,message,user name\n${[...lines, ...many].join('\n')}\n`);
  await ingest(storage);
  pages = openedPages({
    gate: GATE,
    shownLake: root,
    timeZone: 'UTC',
    lake: { settings: settings({ lake: root }), storage, signal: new AbortController().signal, tell: () => undefined },
    host: HOST,
    trouble: async (error) => ({
      text: error instanceof Error ? error.message : String(error),
      kind: error instanceof StorageFault ? 'lake' : 'asked',
    }),
  });
});

afterAll(async () => {
  await pages.close();
  await rm(root, { recursive: true });
});

async function get(path: string) {
  const host = `127.0.0.1:${GATE.port}`;
  const headers = { host, cookie: `audit_lake_${GATE.port}=${GATE.secret}` };
  const answer = await pages.answer(new Request(`http://${host}${path}`, { headers }));
  return { status: answer.status, text: await answer.text() };
}

describe('the address of a page', () => {
  it.each([
    ['/events?acotr=x', /acotr.*actor/],
    ['/?acotr=x', /acotr.*actor/],
    ['/?sort=time', /sort/],
    ['/events?from=2026-03-01&from=2026-03-02', /from/],
    ['/events?to=2026-03-01&to=2026-03-02', /to/],
    ['/events?sort=time&sort=-time', /sort/],
    ['/events?zone=UTC&zone=UTC', /zone/],
    ['/events?after=x&after=y', /after/],
    ['/events?after=2026-03-01T10:00:00.000Z,a&before=2026-03-01T10:00:00.000Z,b', /after/],
    ['/questions/self-granted-roles?form=2026-03-01', /form.*from/],
    ['/questions/self-granted-roles?from=2026-03-01&from=2026-03-02', /from/],
    ['/questions?x=1', /x/],
    ['/health?x=1', /x/],
    ['/quarantine?x=1', /x/],
  ])('says what is wrong in it: %s', async (path, said) => {
    for (const each of [path, path === '/' ? path : path.replace(/^\/(?=\?)/, '/index').replace('?', '.json?')]) {
      const { status, text } = await get(each);
      assert.equal(status, 400, each);
      assert.match(text, said, each);
    }
  });

  it('may say several values of a filter, and what an empty form says', async () => {
    assert.equal((await get('/events.json?code=92042&code=91012&person=li&person=x')).status, 200);
    assert.equal((await get('/events.json?from=&to=&from=&actor=&sort=&zone=')).status, 200);
    assert.equal((await get('/questions/self-granted-roles.json?from=&to=&instance=')).status, 200);
  });
});

describe('the links of a page', () => {
  it('all lead somewhere, and have a text', async () => {
    for (const path of ['/', '/events', '/events?to=2026-03-01', '/health', '/quarantine', '/questions']) {
      const { text } = await get(path);
      for (const [, to = '', name = ''] of text.matchAll(/<a [^>]*href="([^"#]*)"[^>]*>([\s\S]*?)<\/a>/g)) {
        assert.notEqual(name.replaceAll(/<[^>]*>/g, '').trim(), '', `${path}: ${to}`);
        const link = to.replaceAll('&amp;', '&').replaceAll('&#61;', '=');
        if (/[?]/.test(link)) assert.equal((await get(link)).status, 200, `${path}: ${link.slice(0, 200)}`);
      }
      assert.doesNotMatch(text, /<th[^>]*>\s*<\/th>/);
    }
  });

  it('to the pages beside say which way they lead, each with its own name', async () => {
    const newest = (await get('/events')).text;
    assert.match(newest, /Older →/);
    const labels = [...newest.matchAll(/<nav[^>]*aria-label="([^"]*)"/g)].map(([, label]) => label);
    assert.equal(new Set(labels).size, labels.length, labels.join());
    assert.match((await get('/events?sort=time')).text, /Newer →/);
    assert.match((await get('/events?sort=actor')).text, /Next →/);
  });
});

describe('a page', () => {
  it('is none for a reason that nothing has', async () => {
    assert.equal((await get('/quarantine/no_such_reason')).status, 404);
    assert.equal((await get('/quarantine/no_such_reason.json')).status, 404);
  });

  it('is none for a question that there is not, which says what is near', async () => {
    const { status, text } = await get('/questions/self-grantd');
    assert.equal(status, 404);
    assert.match(text, /did you mean self-granted-roles\?/);
    assert.equal((await get('/questions/nosuch.json')).status, 404);
  });

  it('says how many files there are, and how large', async () => {
    assert.match((await get('/health')).text, /<strong>1 file, /);
  });

  it('with a question is answered from memory while the lake is the same', async () => {
    const path = '/questions/self-granted-roles.json';
    const first = await get(path);
    await rename(root, `${root}-away`);
    try {
      const again = await get(path);
      // The commit that would be newer is looked for in vain.
      assert.deepEqual(again, first);
    } finally {
      await rename(`${root}-away`, root);
    }
  });

  it('says that the lake is gone while it is', async () => {
    await get('/events');
    await rename(root, `${root}-away`);
    try {
      const { status, text } = await get('/events.json?text=else');
      assert.equal(status, 503, text);
      assert.match(text, /no longer there/);
      assert.doesNotMatch(text, /unrestricted/);
    } finally {
      await rename(`${root}-away`, root);
    }
    assert.equal((await get('/events?text=else')).status, 200);
  });
});
