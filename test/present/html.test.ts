import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { htmlPage, markup } from '../../src/present/html.ts';

describe('markup', () => {
  it('escapes texts, and shows what is unseen in them or reorders them', async () => {
    const name = '<img src=x onerror=alert(1)> "\u202egnp.exe\u0000';
    const page = await htmlPage({
      title: name,
      body: markup`<p title="${name}">${[name, markup`<b>${name}</b>`]}</p>`,
    });
    assert.doesNotMatch(page, /<img/);
    assert.ok(!page.includes('\u202e') && !page.includes('\u0000'));
    assert.match(page, /<b>&lt;img src=x onerror=alert\(1\)&gt; &quot;\\u\{202e\}gnp\.exe\\u\{0\}<\/b>/);
    assert.match(page, /<title>&lt;img/);
  });

  it('leaves out what is not there', async () => {
    assert.equal(String(await markup`<p>${null}${undefined}${0}</p>`), '<p>0</p>');
  });
});
