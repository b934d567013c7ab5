import assert from 'node:assert/strict';
import { parseHTML } from 'linkedom';
import { describe, it } from 'vitest';
import type { EventAccount } from '../../src/asking/index.ts';
import { eventPage } from '../../src/pages/index.ts';
import { askMemory, uidOf } from '../asking/asked-events.ts';
import { ingest, LANDED_AT, tableRows } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';

const HOSTILE = '<script>alert(1)</script>\u202e"\'>&';

async function hostileAccount(): Promise<EventAccount> {
  const storage = new MemoryStorage();
  const message = `Updated user, id=u-1, name=${HOSTILE}, roles_granted=[<b>, Ops], roles_revoked=[]`;
  const text = `time,code,message,user name,<i>extra\n2026-03-01T10:00:00Z,91011,"${message.replaceAll('"', '""')}",<img src=x>,y\n`;
  storage.put('raw/<svg onload=x>.csv', text, LANDED_AT);
  await ingest(storage, {}, ['raw/<svg onload=x>.csv']);
  const [row] = await tableRows(storage);
  return await askMemory(storage, ({ account }) => account(uidOf(row)));
}

describe('the page of one event', () => {
  it('escapes whatever a lake holds, and shows what is unseen in it', async () => {
    const page = await eventPage(await hostileAccount());
    assert.doesNotMatch(page, /<script|<img|<b>|<i>|<svg|\u202e/);
    assert.match(page, /\\u\{202e\}/);
    const { document } = parseHTML(page);
    assert.equal(document.querySelectorAll('script, link, img, iframe, object, form').length, 0);
    const attributes = [...document.querySelectorAll('*')].flatMap(({ attributes }) => [...attributes]);
    for (const { name, value } of attributes)
      assert.ok(!/^(on|style$)/.test(name) && !/https?:|url\(/.test(value), name);
  });

  it('marks the values of the message, each a link to its row, and has every part under a heading', async () => {
    const account = await hostileAccount();
    const { document } = parseHTML(await eventPage(account));
    const links = [...document.querySelectorAll('.message a')];
    assert.deepEqual(
      links.map((link) => link.getAttribute('title')),
      ['user_id', 'user_name', 'roles_granted'],
    );
    for (const link of links) assert.ok(document.getElementById(link.getAttribute('href')?.slice(1) ?? '') !== null);
    const headings = [...document.querySelectorAll('h1, h2')].map(({ textContent }) => textContent);
    assert.deepEqual(headings.slice(1), [
      'When',
      'Who',
      'What',
      'On what',
      'How it was understood',
      'Where it came from',
      'How the message is read',
      'The raw record',
      'Proof',
    ]);
    assert.match(document.querySelector('pre')?.textContent ?? '', /^2026-03-01T10:00:00Z,91011/);
    assert.ok(
      (document.querySelector('ol.chain')?.textContent ?? '').includes(account.proof.chain.head?.sha256 ?? '-'),
    );
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
    assert.deepEqual(ids, [...new Set(ids)]);
  });

  it('says what is not as it was recorded before anything else', async () => {
    const account = { ...(await hostileAccount()), problems: [`the chain is broken: ${HOSTILE}`] };
    const page = await eventPage(account);
    assert.match(page.replace(/<style>.*?<\/style>/s, ''), /Not as it was recorded: 1 problem/);
    assert.doesNotMatch(page, /<script/);
  });
});
