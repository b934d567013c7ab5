import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { visible } from '../../src/present/index.ts';
import { type BrowsedLake, browsedLake, HOSTILE, hostileExport } from './browsed-lake.ts';
import { barriers, CHROMIUM, LOOKS, overflow, startChromium, withPage } from './chromium.ts';

/** Every kind of page, of a lake whose names are all out to do harm. */
const PAGES = [
  '/',
  '/?text=dashboard&from=2026-03-02&zone=Europe/Zurich',
  '/events',
  `/events?${new URLSearchParams({ actor: `=${HOSTILE[0]}`, text: HOSTILE[1] ?? '', object: HOSTILE[7] ?? '' })}`,
  '/events?user=long&sort=actor',
  '/health',
  '/questions',
  '/questions/self-granted-roles',
  '/questions/sso-and-provisioning-changes?to=2026-03-03',
  '/quarantine',
  '/quarantine/time_unreadable',
];

let browser: Browser;
let lake: BrowsedLake;

beforeAll(async () => {
  if (CHROMIUM !== null) [browser, lake] = await Promise.all([startChromium(), browsedLake(hostileExport())]);
});

afterAll(async () => {
  if (CHROMIUM === null) return;
  await browser.close();
  await lake.close();
});

describe.skipIf(CHROMIUM === null)('the pages of a lake with hostile names', () => {
  it('can be read by everybody, fit their window, and do nothing beside: light, dark and narrow', async () => {
    await withPage(browser, {}, async (page) => {
      const looked = async (path: string): Promise<void> => {
        await lake.open(page, path);
        // Each page is opened once: what is laid out by its style alone need not be asked for again.
        for (const [name, { scheme = 'light', width = 1280 }] of Object.entries(LOOKS)) {
          await page.emulateMedia({ colorScheme: scheme });
          await page.setViewportSize({ width, height: 900 });
          assert.deepEqual(await barriers(page), [], `${path}, ${name}`);
          assert.equal(await overflow(page), 0, `${path}, ${name}`);
        }
      };
      for (const path of PAGES) await looked(path);
      await lake.open(page, '/events');
      const rows = page.locator('.rows tbody tr');
      const events = await Promise.all([0, 30].map((row) => rows.nth(row).locator('a').first().getAttribute('href')));
      for (const path of events) await looked(path ?? '');
    });
  });

  it('have ten events in the first window, below filters and a timeline', async () => {
    await withPage(browser, { width: 1200 }, async (page) => {
      await lake.open(page, '/events?code=91012,97001');
      await page.locator('svg.chart').waitFor();
      const seen = `[...document.querySelectorAll('.rows tbody tr')].filter((row) => row.getBoundingClientRect().bottom <= innerHeight).length`;
      const first = Number(await page.evaluate(seen));
      await lake.open(page, '/events');
      const all = Number(await page.evaluate(seen));
      assert.ok(all >= 10 && first >= 5, `${all} of all, ${first} below filters that are open`);
    });
  });

  it('show what nobody could see as its escape, and everything else as it is', async () => {
    await withPage(browser, {}, async (page) => {
      await lake.open(page, '/events');
      const text = await page.locator('.rows tbody').innerText();
      for (const name of HOSTILE) assert.ok(text.includes(visible(name).slice(0, 60)), name.slice(0, 60));
      await lake.open(page, '/quarantine/time_unreadable');
      const raw = await page.locator('main').innerText();
      assert.ok(raw.includes('</script><script>alert(1)</script>'));
      assert.ok(raw.includes('\\u{202e}gnp.exe'));
    });
  });

  it('send back exactly what was looked for', async () => {
    await withPage(browser, {}, async (page) => {
      for (const [index, name] of HOSTILE.entries()) {
        if (name.length > 1000 || index % 2 === 1) continue;
        await lake.open(page, '/events');
        await page.getByRole('textbox', { name: 'Person' }).fill(`=${name}`);
        await page.getByRole('button', { name: 'Show' }).click();
        await page.waitForURL(/person=/);
        assert.equal(new URL(page.url()).searchParams.get('person'), `=${name}`);
        assert.equal([...new URL(page.url()).searchParams.keys()].join(), 'person', 'what is empty is left out');
        assert.equal(await page.getByRole('textbox', { name: 'Person' }).inputValue(), `=${name}`);
        assert.equal(
          (await page.locator('.rows tbody tr', { hasText: `10:${String(index).padStart(2, '0')}:00` }).count()) > 0,
          true,
          name,
        );
      }
    });
  });

  it('say all there is to say without scripts', async () => {
    await withPage(browser, { script: false }, async (page) => {
      await lake.open(page, '/');
      await page.getByRole('textbox', { name: 'Text' }).fill('dashboard');
      await page.getByRole('button', { name: 'Show' }).click();
      await page.getByRole('link', { name: /^12 events$/ }).click();
      assert.match(page.url(), /\/events\?text=dashboard/);
      assert.equal(await page.locator('.rows tbody tr').count(), 12);
      await page.getByRole('link', { name: /^Take away text/ }).click();
      assert.equal(await page.locator('.rows tbody tr').count(), 36);
    });
  });

  it('can be walked through by the keyboard alone', async () => {
    await withPage(browser, {}, async (page) => {
      await lake.open(page, '/');
      const press = async (...keys: string[]): Promise<void> => {
        for (const key of keys) await page.keyboard.press(key);
      };
      await press('Tab');
      assert.equal(await focused(page), 'To the content');
      await press('Enter', 'Tab');
      assert.equal(await focusedName(page), 'from', 'the first field comes behind the heading');
      await page.keyboard.type('2026-03-02');
      await press('Enter');
      await page.waitForURL(/from=2026-03-02/);
      await press('e');
      await page.waitForURL(/\/events$/);
      await press('/');
      assert.equal(await focusedName(page), 'text');
      await page.keyboard.type('jk');
      assert.equal(
        await page.getByRole('textbox', { name: 'Text' }).inputValue(),
        'jk',
        'keys are letters where somebody writes',
      );
      await press('Escape', 'Tab', 'Tab');
      await page.locator('.rows').focus();
      await press('j', 'j', 'k', 'j');
      const second = await page.locator('.rows tbody tr').nth(1).locator('a').first().getAttribute('href');
      assert.equal(await page.evaluate('document.activeElement.getAttribute("href")'), second);
      await press('q');
      await page.waitForURL(/\/questions$/);
      await press('?');
      assert.equal(await page.locator('#keys').getAttribute('open'), '');
    });
  });

  it('have keys that can be switched off', async () => {
    await withPage(browser, {}, async (page) => {
      await lake.open(page, '/');
      await page.keyboard.press('?');
      await page.getByLabel('Single keys do this').uncheck();
      await page.locator('main').focus();
      await page.keyboard.press('e');
      await page.reload();
      assert.match(page.url(), /\/$/);
    });
  });

  it('have a stop for the keyboard wherever something scrolls, and none at each bar of a chart', async () => {
    await withPage(browser, {}, async (page) => {
      await lake.open(page, '/events');
      const stops: string[] = [];
      for (let step = 0; step < 40; step++) {
        await page.keyboard.press('Tab');
        stops.push(
          String(
            await page.evaluate('document.activeElement.closest("svg") ? "bar" : document.activeElement.className'),
          ),
        );
      }
      assert.ok(stops.some((stop) => /^rows\b/.test(stop)) && stops.includes('scroll'), stops.join());
      assert.ok(!stops.includes('bar'));
    });
  });

  it('lead from a bar of the timeline to its events', async () => {
    await withPage(browser, {}, async (page) => {
      await lake.open(page, '/');
      await page.locator('svg.chart a').first().click();
      await page.waitForURL(/\/events\?from=2026-03-02/);
      assert.equal(await page.locator('.rows tbody tr').count(), 36);
    });
  });
});

describe.skipIf(CHROMIUM === null)('the first address in a browser', () => {
  it('leaves no trace of its token: not in the address, the history, the referrer, or to scripts', async () => {
    await withPage(browser, {}, async (page) => {
      const sent: string[] = [];
      page.on('request', (request) => sent.push(`${request.url()} ${JSON.stringify(request.headers())}`));
      await page.goto(lake.entry);
      assert.equal(page.url(), `${lake.origin}/`);
      assert.equal(await page.evaluate('document.cookie'), '');
      assert.equal(await page.evaluate('document.referrer'), '');
      assert.equal(await page.evaluate('navigation.entries().some(({ url }) => url.includes("token"))'), false);
      await page.getByRole('link', { name: 'Events', exact: true }).click();
      await page.waitForURL(/\/events$/);
      assert.deepEqual(sent.filter((each) => each.includes('token')).length, 1);
      assert.deepEqual(
        sent.filter((each) => /"referer":"[^"]/.test(each)),
        [],
      );
    });
    await withPage(browser, {}, async (page, overheard) => {
      const again = await page.goto(lake.entry);
      assert.equal(again?.status(), 403);
      overheard.trouble.length = 0;
    });
  });

  it('is refused to a page of another site, which gets nothing of it either', async () => {
    await withPage(browser, {}, async (page, overheard) => {
      await lake.open(page, '/');
      const other = lake.origin.replace('127.0.0.1', 'localhost');
      await page.goto('about:blank');
      await page.setContent(
        `<form method="post" action="${lake.origin}/"><button>go</button></form><iframe src="${lake.origin}/"></iframe><img src="${lake.origin}/icon.svg" alt="x">`,
      );
      await page.waitForTimeout(200);
      assert.equal(await page.frameLocator('iframe').getByText('Overview').count(), 0);
      assert.equal(await page.evaluate('document.querySelector("img").naturalWidth'), 0);
      await page.getByRole('button').click();
      await page.waitForURL(`${lake.origin}/`);
      assert.equal(await page.locator('h1').count(), 0);
      assert.equal((await page.goto(`${other}/`))?.status(), 403, 'a cookie of one name is none of another');
      overheard.trouble.length = 0;
    });
  });
});

async function focused(page: Page): Promise<string> {
  return String(await page.evaluate('document.activeElement.textContent'));
}

async function focusedName(page: Page): Promise<string> {
  return String(await page.evaluate('document.activeElement.getAttribute("name")'));
}
