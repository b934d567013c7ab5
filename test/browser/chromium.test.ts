import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { barriers, CHROMIUM, LOOKS, overflow, startChromium, withPage } from './chromium.ts';

// What these tests look at is what every other one relies on: a guard that hears nothing would let everything pass.
describe.skipIf(CHROMIUM === null)('the guard round a page', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser.close());

  it('hears of requests that leave the machine, of dialogs, of what scripts throw, and of the console', async () => {
    const page = `<!doctype html><img src="https://example.test/pixel.png" alt=""><script>console.error('told');alert('here');</script>
      <script>throw new Error('thrown')</script>`;
    await assert.rejects(
      withPage(browser, {}, async (at) => await at.setContent(page, { waitUntil: 'load' })),
      (error: Error) =>
        ['https://example.test/pixel.png', 'dialog: here', 'thrown: thrown', 'error: told'].every((part) =>
          error.message.includes(part),
        ),
    );
  });

  it('finds what keeps people out, and pages that are wider than their window', async () => {
    await withPage(browser, { width: 360 }, async (page) => {
      await page.setContent('<div style="width: 900px; color: #eee; background: #fff">pale</div><input>');
      const found = await barriers(page);
      for (const rule of ['color-contrast', 'label'])
        assert.ok(
          found.some((each) => each.includes(rule)),
          rule,
        );
      assert.ok((await overflow(page)) > 500);
    });
  });

  it.each(Object.entries(LOOKS))('lets a good page pass: %s', async (_, look) => {
    await withPage(browser, look, async (page) => {
      await page.setContent('<!doctype html><html lang="en"><title>Good</title><main><h1>Good</h1></main></html>');
      assert.deepEqual(await barriers(page), []);
      assert.equal(await overflow(page), 0);
    });
  });
});

describe.runIf(CHROMIUM === null)('pages in a browser', () => {
  it('were not looked at', async (context) => {
    await startChromium(context);
  });
});
