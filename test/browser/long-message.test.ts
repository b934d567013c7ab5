import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { visible } from '../../src/present/index.ts';
import { type BrowsedLake, browsedLake } from './browsed-lake.ts';
import { barriers, CHROMIUM, LOOKS, overflow, startChromium, withPage } from './chromium.ts';

const SIZE = 100_000;
const many = (each: (index: number) => string, length = SIZE) => {
  const parts: string[] = [];
  for (let index = 0, size = 0; size < length; index++) {
    const part = each(index);
    parts.push(part);
    size += part.length;
  }
  return parts.join('').slice(0, length);
};

/** Messages of 100 kB, each long in its own way; the newest event has the last. */
const MESSAGES: readonly (readonly [code: number, message: string])[] = [
  [92042, `Created dashboard, ID=d-1, name=${many(() => 'long')}`],
  [92042, `Created dashboard, ID=d-2, name=${many((index) => `word ${index} `)}`],
  [91011, `Updated user, id=u-1, name=Li, roles_granted=[${many((at) => `Role ${at}, `)}Last], roles_revoked=[]`],
  [97001, `Frobnicated, ${many((at) => `key_${at}=value ${at}, `)}end=1`],
  [97001, many((at) => `, id=${at}, name=[`)],
  [92042, `Created dashboard, ID=d-3, name=${many(() => '\u202e\u200b', 20_000)}${many(() => 'é\u0301 ', 80_000)}`],
];

const EXPORT = `time,code,message,user name\n${MESSAGES.map(
  ([code, message], at) => `2026-03-02T10:0${at}:00Z,${code},"${message}",li\n`,
).join('')}`;

let browser: Browser;
let lake: BrowsedLake;

beforeAll(async () => {
  if (CHROMIUM !== null) [browser, lake] = await Promise.all([startChromium(), browsedLake(EXPORT)]);
});

afterAll(async () => {
  if (CHROMIUM === null) return;
  await browser.close();
  await lake.close();
});

describe.skipIf(CHROMIUM === null)('the page of an event with a message of 100 kB', () => {
  it('shows all of it, fits its window in every look, and keeps nobody out', async () => {
    await withPage(browser, {}, async (page) => {
      await lake.open(page, '/events?sort=time');
      assert.equal(await overflow(page), 0);
      const links = page.locator('.rows tbody tr');
      const paths = await Promise.all(
        MESSAGES.map((_, row) => links.nth(row).locator('a').first().getAttribute('href')),
      );
      for (const [at, path] of paths.entries()) {
        await lake.open(page, path ?? '');
        const text = await page.locator('main').innerText();
        const whole = visible(MESSAGES[at]?.[1] ?? '').replaceAll(/\s/g, '');
        assert.ok(text.replaceAll(/\s/g, '').includes(whole), `message ${at} is there with all of it`);
        for (const [name, { width = 1280 }] of Object.entries(LOOKS)) {
          await page.setViewportSize({ width, height: 900 });
          assert.equal(await overflow(page), 0, `message ${at}, ${name}`);
        }
        // Of as many elements as any other page has; what colours they have, other tests look at.
        const elements = Number(await page.evaluate('document.querySelectorAll("*").length'));
        assert.ok(elements < 2_000, `message ${at}: ${elements} elements`);
        assert.deepEqual(await barriers(page), [], `message ${at}`);
      }
    });
  });
});
