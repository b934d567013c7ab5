import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { ingest, LANDED_AT, onlyReport } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';

const TIME = '2026-03-01T00:04:19.707Z';
const MESSAGE = 'User li@corp.example is locked';

async function reportOf(path: string, value: unknown, options = {}) {
  const storage = new MemoryStorage();
  storage.put(path, Buffer.from(JSON.stringify(value)), LANDED_AT);
  return onlyReport(await ingest(storage, options));
}

describe('what is said of a file whose names are not known', () => {
  it('names the mapping of webhooks for what came by one, and of exports for others', async () => {
    const bodies = [
      [{ event: { at: TIME } }],
      { when: 1, what: 2, text: 3, more: 4 },
      [{ at: TIME, kind: 90214, text: 'nothing known', more: 'x' }],
      [{ time: null, code: 90214, message: MESSAGE }],
    ];
    for (const body of bodies) {
      const said = async (path: string) => JSON.stringify(await reportOf(path, body));
      const webhook = await said('raw/landed/webhook/2026-03-01/a.json');
      assert.match(webhook, /--webhook-aliases/);
      assert.doesNotMatch(webhook, /column-aliases|COLUMN_ALIASES|columnAliases/);
      const exported = await said('raw/a.json');
      assert.match(exported, /--column-aliases/);
      assert.doesNotMatch(exported, /webhook/);
    }
  });

  it('proposes no column for two roles', async () => {
    const bodies = [
      [{ 'event.at': TIME, who: 'x' }],
      [{ time: TIME, code: 90214, text: 'nothing known' }],
      [{ 'event.at': TIME, 'event.kind': 90214, user: 'ana' }],
      [{ at: TIME, until: TIME, text: 'x' }],
    ];
    for (const body of bodies) {
      const { explanation } = await reportOf('raw/a.json', body);
      for (const [, mapping] of (explanation ?? '').matchAll(/"((?:time|code|message)=[^"]*)"/g)) {
        const names = mapping!.split(',').map((pair) => pair.slice(pair.indexOf('=') + 1));
        assert.equal(
          new Set(names.filter((name) => !name.startsWith('<'))).size,
          names.filter((name) => !name.startsWith('<')).length,
          mapping,
        );
        assert.ok(!names.includes('user'));
      }
    }
  });

  it('proposes no list of objects as the actor', async () => {
    for (const actors of [[{ name: 'ana@corp.example' }], { mail: 'ana@corp.example' }, ['ana@corp.example']]) {
      const { warnings } = await reportOf('raw/a.json', [{ time: TIME, code: 90214, message: MESSAGE, actors }]);
      assert.ok(!warnings.includes('actor_not_named'), JSON.stringify(actors));
    }
  });
});
