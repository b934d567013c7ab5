import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseHTML } from 'linkedom';
import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type AskedLake, answerOfLake, questionFiles } from '../../src/asking/index.ts';
import { compareLandedCounts } from '../../src/coverage/index.ts';
import { reportPage } from '../../src/pages/index.ts';
import type { Scope } from '../../src/pages/period.ts';
import type { ReportContext } from '../../src/pages/report.ts';
import { parseSettings } from '../../src/settings/index.ts';
import { localStorage } from '../../src/storage/index.ts';
import { ROOT } from '../docs/documents.ts';
import { HOST, ingest, land, settings } from '../support/lake.ts';

const HEADER = 'time,code,message,user name\n';
const HOSTILE = '<script>alert(1)</script>"\u202e\u200b';

const EVERYTHING: Scope = { span: { from: null, to: null }, instance: null, timeZone: 'UTC' };

const CONTEXT: Omit<ReportContext, 'scope'> = {
  ...{ lake: '/lakes/one', verified: null, now: new Date('2026-03-10T00:00:00Z') },
  ...{ by: { name: 'ana', kind: 'claimed' }, programVersion: '1.2.3', command: 'audit-lake report' },
  valuesOf: () => ({}),
  tell: () => undefined,
};

const folders: string[] = [];

/** A lake of files, each by its name. */
async function lakeOf(
  files: Readonly<Record<string, string | Uint8Array>>,
  options: Readonly<Record<string, string>> = {},
): Promise<AskedLake> {
  const lake = await mkdtemp(join(tmpdir(), 'report-'));
  folders.push(lake);
  const storage = localStorage(lake);
  for (const [name, content] of Object.entries(files)) await land(storage, name, content);
  await ingest(storage, options);
  const settings = parseSettings({ environment: {}, options: { lake } });
  return { settings, storage, signal: new AbortController().signal, tell: () => undefined };
}

async function reportOf(lake: AskedLake, scope: Partial<Scope> = {}, context: Partial<ReportContext> = {}) {
  const page = await reportPage(lake, { ...CONTEXT, ...context, scope: { ...EVERYTHING, ...scope } });
  const { document } = parseHTML(page);
  const textOf = (selector: string) => document.querySelector(selector)?.textContent?.replaceAll(/\s+/g, ' ') ?? '';
  return { page, document, text: document.body.textContent ?? '', textOf };
}

/** The rows of a table whose caption begins so. */
function tableOf(document: ReturnType<typeof parseHTML>['document'], caption: string): string[][] {
  const found = [...document.querySelectorAll('table')].find((table) =>
    table.querySelector('caption')?.textContent?.startsWith(caption),
  );
  return [...(found?.querySelectorAll('tbody tr') ?? [])].map((row) =>
    [...row.querySelectorAll('th, td')].map((cell) => cell.textContent ?? ''),
  );
}

function day(text: string): Temporal.Instant {
  return Temporal.Instant.from(`${text}T00:00Z`);
}

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true });
});

describe('the report of the samples', () => {
  let lake: AskedLake;
  let whole: Awaited<ReturnType<typeof reportOf>>;
  beforeAll(async () => {
    const names = ['audit-2026-03-01.csv', 'audit-2026-03-02.csv.gz', 'broken-rows.csv', 'hostile-names.csv'];
    const files = await Promise.all(
      names.map(async (name) => [name, await readFile(join(ROOT, 'samples/exports', name))] as const),
    );
    lake = await lakeOf(Object.fromEntries(files));
    whole = await reportOf(lake);
  });

  it('has the numbers that SQL gives, and every question', async () => {
    const { document, textOf } = whole;
    const { rows } = await answerOfLake(
      lake,
      "SELECT COUNT(*), COUNT(DISTINCT LOWER(actor_name)), COUNT(*) FILTER (severity = 'high') FROM audit_events",
    );
    const [events, actors, high] = (rows[0] ?? []).map((each) => Number(each).toLocaleString('en-US'));
    assert.ok(textOf('.glance').includes(`${events} by ${actors} actors`), textOf('.glance'));
    assert.ok(textOf('.glance').includes(`${high} of high severity`));
    const statuses = await answerOfLake(lake, 'SELECT decode_status, COUNT(*) FROM audit_events GROUP BY 1');
    const shown = tableOf(document, 'Events of the period by decode status').map((row) => row.slice(0, 2));
    assert.deepEqual(
      shown.sort(),
      statuses.rows.map(([status, count]) => [String(status), Number(count).toLocaleString('en-US')]).sort(),
    );
    const byDay = tableOf(document, 'Events per day by family').map((row) => Number(row.at(-1)?.replaceAll(',', '')));
    assert.equal(
      byDay.reduce((sum, count) => sum + count, 0),
      Number(rows[0]?.[0]),
    );
    const headings = [...document.querySelectorAll('#questions ~ h3')].map((each) => each.textContent ?? '');
    assert.equal(headings.length, questionFiles().length);
    for (const heading of headings) assert.match(heading, /^\d+\. \S.*\?$/);
  });

  it('tells who did what on the evening of the story: grants, deletions, ways out, personal data', async () => {
    const { document } = await reportOf(lake, { span: { from: day('2026-03-02'), to: day('2026-03-03') } });
    for (const part of ['Granted', 'Deleted', 'Ways out', 'Personal data handed out']) {
      const rows = tableOf(document, part);
      assert.ok(
        rows.some((row) => row.includes('chidi.obi@corp.example')),
        part,
      );
    }
    assert.ok(tableOf(document, 'Granted').some((row) => row.includes('mallory@corp.example')));
  });

  it('is one page without scripts, with nothing that is loaded, headings in order and every anchor there', () => {
    const { page, document } = whole;
    assert.equal(document.querySelectorAll('script, link, img, iframe, object, base, form').length, 0);
    assert.doesNotMatch(page, /https?:|url\(|@import| on[a-z]+="|\u202e/);
    const levels = [...document.querySelectorAll('h1, h2, h3, h4')].map(({ tagName }) => Number(tagName[1]));
    for (const [index, level] of levels.entries()) assert.ok(level <= (levels[index - 1] ?? 0) + 1);
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
    assert.deepEqual(ids, [...new Set(ids)]);
    for (const link of document.querySelectorAll('a'))
      assert.ok(ids.includes(link.getAttribute('href')?.slice(1) ?? ''));
    for (const table of document.querySelectorAll('table')) assert.ok(table.querySelector('caption'));
    for (const head of document.querySelectorAll('th'))
      assert.ok(['row', 'col'].includes(head.getAttribute('scope') ?? ''));
  });

  it('says that it was not verified, who made it, and how', () => {
    const { textOf } = whole;
    assert.ok(textOf('#verification ~ p, section').length > 0);
    assert.match(
      textOf('footer'),
      /audit-lake 1\.2\.3 on 2026-03-10 00:00:00 UTC, run by ana .*of version 1 of audit_events in \/lakes\/one:/,
    );
    assert.match(textOf('main'), /The lake was not verified for this report \(--no-verify\)/);
  });

  it('gives the same bytes for the same lake and moment', async () => {
    assert.equal((await reportOf(lake)).page, whole.page);
  });
});

describe('a report', () => {
  it('of a period without events says so, and of a lake without any', async () => {
    const lake = await lakeOf({
      'a.csv': `${HEADER}2026-03-01T10:00:00Z,92042,"Created dashboard, ID=d, name=Sales",li\n`,
    });
    const quiet = await reportOf(lake, { span: { from: day('2026-04-01'), to: day('2026-05-01') } });
    assert.ok(quiet.textOf('.glance').includes('None in this period.'));
    assert.ok(quiet.textOf('h1').includes('2026-04-01 to 2026-04-30 (UTC)'));
    const empty = await reportOf(await lakeOf({ 'a.csv': HEADER }));
    assert.ok(empty.textOf('.glance').includes('None in this period.'));
    for (const { page } of [quiet, empty]) assert.doesNotMatch(page, /NaN|undefined|null/);
  });

  it('of one event has it everywhere', async () => {
    const lake = await lakeOf({
      'a.csv': `${HEADER}2026-03-01T10:00:00Z,92042,"Created dashboard, ID=d, name=Sales",li\n`,
    });
    const { textOf, document } = await reportOf(lake);
    assert.ok(textOf('.glance').includes('1 by 1 actor') && textOf('.glance').includes('li (1, 100 %)'));
    assert.deepEqual(tableOf(document, 'Events per day by family'), [['2026-03-01', '1', '1']]);
  });

  it('says at its top in how many hours Nexthink counted other events, and lists them', async () => {
    const hours = Array.from({ length: 12 }, (_, hour) => `2026-03-01T${String(hour + 4).padStart(2, '0')}:00:00Z`);
    const events = hours.map((hour) => `${hour},92042,"Created dashboard, ID=d, name=Sales",li\n`);
    const counts = hours.map((hour, index) => `${hour},92042,${index === 6 ? 3 : 1}\n`);
    const lake = await lakeOf({
      'a.csv': HEADER + events.join(''),
      'landed/counts/q/2026-06-02/a.csv': `time,code,count\n${counts.join('')}`,
    });
    await compareLandedCounts({ storage: lake.storage, host: HOST }, settings());
    const { textOf, document } = await reportOf(lake);
    assert.ok(
      textOf('.glance').includes('In 1 hour it has not as many events as Nexthink counted.'),
      textOf('.glance'),
    );
    assert.equal(tableOf(document, 'Hours that differ').length, 1);
    const other = await reportOf(lake, { span: { from: day('2026-04-01'), to: day('2026-05-01') } });
    assert.ok(!other.textOf('.glance').includes('as Nexthink counted'));
  });

  it('shows hostile names, and lets them do nothing', async () => {
    const long = 'x'.repeat(10_000);
    const rows = [HOSTILE, long].map(
      (name) =>
        `2026-03-01T10:00:00Z,92042,"Created dashboard, ID=d, name=${name.replaceAll('"', '""')}","${name.replaceAll('"', '""')}"\n`,
    );
    const { page, document, text } = await reportOf(await lakeOf({ 'a.csv': HEADER + rows.join('') }));
    assert.doesNotMatch(page, /<script|\u202e|\u200b/);
    assert.ok(text.includes('<script>alert(1)</script>"\\u{202e}\\u{200b}'));
    assert.ok(text.includes(`${'x'.repeat(120)}… (10,000 characters)`));
    assert.ok(
      ![...document.querySelectorAll('[title]')].some((each) => (each.getAttribute('title')?.length ?? 0) > 2_001),
    );
    assert.ok(page.length < 400_000, String(page.length));
  });

  it('has days and times in the zone that is given', async () => {
    const lake = await lakeOf({ 'a.csv': `${HEADER}2026-03-01T23:30:00Z,91043,"x",li\n` });
    const { textOf, document } = await reportOf(lake, { timeZone: 'Europe/Zurich' });
    assert.ok(textOf('.glance').includes('2026-03-02 00:30:00+01:00'), textOf('.glance'));
    const days = tableOf(document, 'Events per day by family').filter((row) => row.at(-1) !== '0');
    assert.deepEqual(
      days.map(([first]) => first),
      ['2026-03-02'],
    );
  });

  it('is of one instance where that is asked for, and says which there are where there is none of the name', async () => {
    const lake = await lakeOf(
      {
        'acme/a.csv': `${HEADER}2026-03-01T10:00:00Z,92042,"Created dashboard, ID=d, name=Sales",li\n`,
        'zeta/a.csv': `${HEADER}2026-03-01T11:00:00Z,92042,"Created dashboard, ID=e, name=Sales",bo\n2026-03-01T12:00:00Z,92042,"Created dashboard, ID=f, name=Sales",bo\n`,
      },
      { instances: 'acme/=acme,zeta/=zeta' },
    );
    const all = await reportOf(lake);
    assert.deepEqual(
      tableOf(all.document, '2 of 2 instances').map((row) => row.slice(0, 2)),
      [
        ['zeta', '2'],
        ['acme', '1'],
      ],
    );
    const one = await reportOf(lake, { instance: 'acme' });
    assert.ok(one.textOf('.glance').includes('1 by 1 actor') && !one.textOf('main').includes('zeta'));
    await assert.rejects(reportOf(lake, { instance: 'acne' }), /--instance acne: .*of acme, zeta; did you mean acme\?/);
  });
});
