import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseHTML } from 'linkedom';
import { describe, it } from 'vitest';
import { type VerifiedLake, verificationJson, verificationPage } from '../../src/pages/verification.ts';
import { NOTE_KINDS, PROBLEM_KINDS } from '../../src/verify/findings.ts';
import { NOTE_MEANINGS, PROBLEM_MEANINGS } from '../../src/verify/index.ts';
import { ROOT } from '../docs/documents.ts';

const HOSTILE = '<script>alert(1)</script>"\u202e\u0000&';

const COUNTS = {
  ...{ commits: 4, foreign_commits: 1, checkpoints: 2, sources: 5, data_files: 46, data_bytes: 864_363, rows: 1814 },
  ...{ rows_of_codes: 232, rows_of_coverage: 0, quarantine_files: 1, raw_files: 5, raw_files_excluded: 0 },
  ...{ count_files: 0, rows_rebuilt: 0 },
};
const HEAD = 'ab'.repeat(32);

function verified(change: Partial<VerifiedLake['result']> = {}): VerifiedLake {
  return {
    result: {
      problems: [],
      notes: [],
      counts: COUNTS,
      heads: {
        audit_events: { version: 7, sha256: HEAD },
        audit_codes: { version: 1, sha256: HEAD },
        audit_coverage: null,
      },
      ...change,
    },
    lake: `/lakes/${HOSTILE}`,
    deep: false,
    head: null,
    began: new Date('2026-03-03T10:00:00Z'),
    ended: new Date('2026-03-03T10:00:05Z'),
    by: { name: HOSTILE, kind: 'claimed' },
    programVersion: '1.2.3',
    days: ['2026-03-01', '2026-03-02'],
    command: `audit-lake verify --lake ${HOSTILE}`,
  };
}

const EVERYTHING = {
  problems: PROBLEM_KINDS.map((kind) => ({ kind, where: HOSTILE, explanation: HOSTILE })),
  notes: NOTE_KINDS.map((kind) => ({ kind, where: HOSTILE, explanation: HOSTILE })),
};

describe('the page of a verification', () => {
  it('says what was checked, when, by whom, of which versions, with which heads, and that nothing was found', async () => {
    const { document } = parseHTML(await verificationPage(verified()));
    const text = document.body.textContent ?? '';
    for (const said of ['is what its log and its evidence say', '1,814', HEAD, '1.2.3', '864,363'])
      assert.ok(text.includes(said), said);
    for (const said of ['2026-03-03 10:00:05 UTC', 'of 2026-03-01 to 2026-03-02', 'nobody vouches for the name'])
      assert.ok(text.includes(said), said);
    assert.ok(text.includes('Nothing was found that is wrong'));
    assert.equal(document.querySelectorAll('.card.good').length, 1);
    const heads = [...document.querySelectorAll('#heads ~ * tbody tr')].map((row) => row.textContent?.trim());
    assert.deepEqual(heads, [`audit_events7${HEAD}`, `audit_codes1${HEAD}`, 'audit_coveragenonenone']);
  });

  it('explains every problem and every note, and escapes what they name', async () => {
    const page = await verificationPage(verified(EVERYTHING));
    const { document } = parseHTML(page);
    const headings = [...document.querySelectorAll('h3')].map((each) => each.textContent ?? '');
    for (const kind of PROBLEM_KINDS) assert.ok(headings.includes(`Problem: ${kind} (1)`), kind);
    for (const kind of NOTE_KINDS) assert.ok(headings.includes(`Note: ${kind} (1)`), kind);
    for (const { meaning } of [...Object.values(PROBLEM_MEANINGS), ...Object.values(NOTE_MEANINGS)])
      assert.ok(document.body.textContent?.includes(meaning), meaning);
    assert.doesNotMatch(page, /<script|\u202e|https?:/);
    assert.ok(!page.includes('\u0000'));
    assert.equal(document.querySelectorAll('.card.bad').length, 1);
  });

  it('lists the first of many findings of a kind, and says how many there are', async () => {
    const many = Array.from({ length: 1234 }, (_, index) => ({
      kind: 'raw_missing' as const,
      where: `raw/${index}.csv`,
      explanation: 'gone',
    }));
    const page = await verificationPage(verified({ problems: many }));
    assert.match(page, /1,234 problems were found/);
    assert.match(page, /… and 1,184 more of this kind/);
    assert.ok(page.length < 50_000);
  });

  it('has headings in order, each anchor once, and a place to skip to', async () => {
    const { document } = parseHTML(await verificationPage(verified(EVERYTHING)));
    const levels = [...document.querySelectorAll('h1, h2, h3')].map(({ tagName }) => Number(tagName[1]));
    for (const [index, level] of levels.entries()) assert.ok(level <= (levels[index - 1] ?? 0) + 1);
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
    assert.deepEqual(ids, [...new Set(ids)]);
    for (const link of document.querySelectorAll('a'))
      assert.ok(ids.includes(link.getAttribute('href')?.slice(1) ?? ''), link.textContent ?? '');
  });
});

describe('the JSON of a verification', () => {
  it('has all that there was before, and what the page says more', () => {
    const json = verificationJson(verified(EVERYTHING));
    const { problems, notes, counts, heads } = verified(EVERYTHING).result;
    assert.deepEqual({ counts: json['counts'], heads: json['heads'] }, { counts, heads });
    const listed = json['problems'] as readonly Record<string, unknown>[];
    assert.deepEqual(
      listed.map(({ kind, where, explanation }) => ({ kind, where, explanation })),
      problems,
    );
    assert.equal((json['notes'] as readonly unknown[]).length, notes.length);
    assert.equal(listed[0]?.['meaning'], PROBLEM_MEANINGS.commit_edited.meaning);
    assert.equal(json['began'], '2026-03-03T10:00:00.000Z');
    assert.deepEqual(json['event_days'], ['2026-03-01', '2026-03-02']);
    assert.equal(json['program_version'], '1.2.3');
  });
});

describe('the meaning of a finding', () => {
  const told = [...Object.values(PROBLEM_MEANINGS), ...Object.values(NOTE_MEANINGS)].map((each) => each.told);
  it.each([...new Set(told)])('is told in %s', (place) => {
    const [file = '', anchor = ''] = place.split('#');
    assert.ok(existsSync(join(ROOT, file)));
    const headings = readFileSync(join(ROOT, file), 'utf8').match(/^#+ .*$/gm) ?? [];
    const anchors = headings.map((each) =>
      each
        .replace(/^#+ /, '')
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    );
    assert.ok(anchors.includes(anchor), anchors.join('\n'));
  });
});
