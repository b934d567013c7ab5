import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { HEADER, record, run } from '../support/cli.ts';
import { barriers, CHROMIUM, LOOKS, overflow, startChromium, withPage } from './chromium.ts';

/** Names that try to become markup, scripts, styles, or to reorder what stands beside them. */
const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=https://evil.example/x onerror=alert(2)>',
  '</style></title><svg onload=alert(3)>',
  '\u202egnp.exe\u2066',
  'javascript:alert(4)',
  'x'.repeat(10_000),
];

describe.skipIf(CHROMIUM === null)('pages that are handed in', () => {
  let browser: Browser;
  let folder = '';
  const pages: Record<string, string> = {};

  beforeAll(async () => {
    browser = await startChromium();
    folder = await mkdtemp(join(tmpdir(), 'pages-'));
    const lake = join(folder, 'lake');
    const rows = HOSTILE.flatMap((name, hour) => [
      record(`Created dashboard, ID=${name}, name=${name}`, `2026-03-01T0${hour}:00:00Z`),
      record(
        `Updated user, id=a, name=${name}, roles_granted=[${name}], roles_revoked=[]`,
        `2026-03-02T0${hour}:00:00Z`,
        91011,
      ),
    ]);
    await writeFile(
      join(folder, 'a.csv'),
      `${HEADER}${rows.join('')}no time,92042,"${HOSTILE[1]?.replaceAll('"', '""')}",li\n`,
    );
    assert.notEqual((await run(['ingest', join(folder, 'a.csv'), '--lake', lake])).stdout, '');
    for (const name of ['report', 'verify']) {
      const page = join(folder, `${name}.html`);
      const made = await run([name, '--lake', lake, '--output', page]);
      assert.equal(made.code, 0, made.stderr);
      pages[name] = pathToFileURL(page).href;
    }
  });

  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true });
  });

  const open = async (page: Page, name: string) => await page.goto(pages[name] ?? '', { waitUntil: 'load' });

  describe.each(['report', 'verify'])('%s', (name) => {
    it.each(Object.entries(LOOKS))('keeps nobody out, and fits its window: %s', async (_, look) => {
      await withPage(browser, look, async (page) => {
        await open(page, name);
        await page.evaluate('for (const each of document.querySelectorAll("details")) each.open = true');
        assert.deepEqual(await barriers(page), []);
        assert.equal(await overflow(page), 0);
      });
    });

    it('is whole without scripts, and asks for nothing', async () => {
      await withPage(browser, { script: false }, async (page) => {
        await open(page, name);
        assert.ok((await page.locator('h2').count()) >= 5);
      });
    });

    it('can be walked through by keyboard: past the list of parts, into tables, to what is folded', async () => {
      await withPage(browser, {}, async (page) => {
        await open(page, name);
        await page.keyboard.press('Tab');
        assert.equal(await page.evaluate('document.activeElement.className'), 'skip');
        await page.keyboard.press('Enter');
        assert.equal(await page.evaluate('document.activeElement.id'), 'content');
        await page.keyboard.press('Tab');
        const reached = await page.evaluate('document.activeElement.closest("main") !== null');
        assert.equal(reached, true);
      });
    });

    it('prints on paper, and nothing stands beyond its edge', async () => {
      await withPage(browser, { width: 700 }, async (page) => {
        await open(page, name);
        await page.emulateMedia({ media: 'print' });
        assert.ok((await overflow(page)) <= 0, String(await overflow(page)));
        assert.ok((await page.pdf({ format: 'A4' })).length > 10_000);
      });
    });
  });

  it('draws a picture that is as wide as the page, with bars that can be seen', async () => {
    await withPage(browser, {}, async (page) => {
      await open(page, 'report');
      for (const chart of await page.locator('svg.chart').all()) {
        const box = await chart.boundingBox();
        assert.ok(box !== null && box.width > 500 && box.height > 100);
      }
      const seen = await page.evaluate(
        `getComputedStyle(document.querySelector('svg.chart [fill^="var(--part"]')).fill`,
      );
      assert.match(String(seen), /^rgb\(\d+, \d+, \d+\)$/);
    });
  });
});
