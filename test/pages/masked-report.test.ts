import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type AskedLake, answerOfLake, type MaskRequest } from '../../src/asking/index.ts';
import { reportPage } from '../../src/pages/index.ts';
import type { VerifiedLake } from '../../src/pages/verification.ts';
import { parseSettings } from '../../src/settings/index.ts';
import { localStorage } from '../../src/storage/index.ts';
import { verifyLake } from '../../src/verify/index.ts';
import { ROOT } from '../docs/documents.ts';
import { ingest, land } from '../support/lake.ts';

const EXPORTS = join(ROOT, 'samples/exports');

describe('a report in which names are masked', () => {
  let folder = '';
  let lake: AskedLake;
  let people: string[] = [];
  let verified: VerifiedLake;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'masked-report-'));
    const storage = localStorage(folder);
    for (const name of await readdir(EXPORTS)) await land(storage, name, await readFile(join(EXPORTS, name)));
    // A path that names somebody, in the record and in a finding.
    await land(storage, 'of ana.sousa@corp.example.csv', 'no audit records\n');
    await ingest(storage);
    const settings = parseSettings({ environment: {}, options: { lake: folder } });
    lake = { settings, storage, signal: new AbortController().signal, tell: () => undefined };
    const names = `SELECT DISTINCT unnest([actor_name, user_name, old_email, new_email, grantee, updated_by]) AS name FROM audit_events`;
    people = (await answerOfLake(lake, names)).rows.flatMap(([name]) =>
      typeof name === 'string' && /[@ \\]/.test(name) ? [name] : [],
    );
    const when = {
      began: new Date(0),
      ended: new Date(1000),
      programVersion: '1',
      days: null,
      head: null,
      deep: false,
    };
    const result = await verifyLake(storage, settings, { deep: false, head: null });
    const where = 'raw/of Ana.Sousa@corp.example.csv';
    const problem = { kind: 'raw_missing', where, explanation: `gone: ${where}` } as const;
    verified = {
      ...when,
      ...{
        result: { ...result, problems: [problem] },
        lake: '/home/ana.sousa/lake',
        by: { name: 'ana.sousa@corp.example', kind: 'claimed' },
      },
      command: 'audit-lake report --lake /home/ana.sousa/lake',
    };
  }, 120_000);

  afterAll(async () => await rm(folder, { recursive: true }));

  async function page(mask?: MaskRequest): Promise<string> {
    const { lake: place, by, command } = verified;
    return await reportPage(lake, {
      scope: { span: { from: null, to: null }, instance: null, timeZone: 'UTC' },
      ...{ verified, now: new Date('2026-06-01T00:00:00Z'), programVersion: '1', tell: () => undefined },
      ...{ lake: place, by, command, valuesOf: () => ({}), ...(mask && { mask }) },
    });
  }

  it('names nobody, says so, and is otherwise the same page', async () => {
    const [masked, plain] = [await page({ reveal: [] }), await page()];
    assert.ok(people.length > 5);
    const named = (html: string) => people.filter((name) => html.toLowerCase().includes(name.toLowerCase()));
    assert.ok(named(plain).length > 5, 'without a mask it names them');
    assert.deepEqual(named(masked), []);
    assert.ok(!masked.toLowerCase().includes('ana.sousa'));
    assert.match(masked, /<p>names masked with key [0-9a-f]{8}; nobody is shown unmasked<\/p>/);
    assert.doesNotMatch(plain, /names masked/);
    const headings = (html: string) => html.match(/<h[23][^>]*>[^<]*/g);
    assert.deepEqual(headings(masked), headings(plain));
  }, 120_000);

  it('says who is shown on purpose', async () => {
    const shown = people.find((name) => name.startsWith('ana.sousa')) ?? '';
    assert.ok(shown !== '');
    const revealed = await page({ reveal: [shown] });
    assert.ok(revealed.includes(`shown unmasked on purpose: ${shown}</p>`));
    const others = people.filter((name) => name !== shown && revealed.toLowerCase().includes(name.toLowerCase()));
    assert.deepEqual(others, []);
  }, 120_000);
});
