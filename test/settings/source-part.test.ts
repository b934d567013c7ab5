import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, it } from 'vitest';
import {
  earlierSettingsHashes,
  identityKey,
  parseSettings,
  readingKey,
  readSourceSettings,
  recordedSettings,
  SETTINGS,
  settingsHash,
  sourceSettings,
} from '../../src/settings/index.ts';
import { sourceShape } from '../../src/settings/schema.ts';
import type { Recognised } from '../../src/source/index.ts';
import type { NewSetting } from './new-setting-worker.ts';

const parse = (options: Readonly<Record<string, string>>) =>
  parseSettings({ environment: {}, options: { lake: '.', ...options } });
const USUAL = sourceSettings(parse({}));

/** What a commit holds of settings. */
function asRecorded(settings: object): Record<string, unknown> {
  return JSON.parse(JSON.stringify(settings)) as Record<string, unknown>;
}

describe('source settings that a commit recorded', () => {
  const described = new Map(SETTINGS.map((setting) => [setting.name, setting]));
  for (const name of Object.keys(sourceShape)) {
    it(`are read back as they were: ${name}`, () => {
      const { example } = described.get(name)!;
      const withLayout =
        name === 'columns' || name === 'header' ? { header: 'false', columns: 'time,code,message' } : {};
      const given = sourceSettings(parse({ ...withLayout, [name]: example }));
      assert.notDeepEqual(asRecorded(given)[name], asRecorded(USUAL)[name], 'its example is its default');
      assert.deepEqual(readSourceSettings(asRecorded(given)), given);
    });

    it(`are not read where they are of another type: ${name}`, () => {
      for (const value of [null, { deep: [1] }, [[]], 1n]) {
        assert.equal(readSourceSettings({ ...asRecorded(USUAL), [name]: value }), name);
      }
    });
  }

  it('that came later change neither what is recorded nor its hash where they are as usual', () => {
    // What it was before there were any of them, for the third version of the readers.
    assert.ok(earlierSettingsHashes(USUAL).includes('f29d5e8e'));
    assert.equal('classicLine' in recordedSettings(USUAL), false);
    const given = { ...USUAL, classicLine: '{time}' };
    assert.equal(recordedSettings(given)['classicLine'], '{time}');
    assert.notEqual(settingsHash(given), settingsHash(USUAL));
    assert.deepEqual(readSourceSettings(asRecorded(recordedSettings(given))), given);
    assert.deepEqual(readSourceSettings(asRecorded(recordedSettings(USUAL))), USUAL);
  });

  it('are as usual where there was none, and a limit that there was not was none', () => {
    const { header, delimiter } = USUAL;
    assert.deepEqual(readSourceSettings({ header, delimiter }), {
      ...USUAL,
      encoding: 'utf-8',
      maxRecords: Number.MAX_SAFE_INTEGER,
      maxDays: Number.MAX_SAFE_INTEGER,
      maxFrames: Number.MAX_SAFE_INTEGER,
    });
  });

  it('tell which events a file gives by all that is no limit', () => {
    for (const name of Object.keys(sourceShape)) {
      const other = { ...asRecorded(USUAL), [name]: 'other' };
      const isLimit = /^max[A-Z]/.test(name);
      assert.equal(identityKey(null, other, null) === identityKey(null, { ...USUAL }, null), isLimit, name);
      assert.notEqual(readingKey(null, other, null), readingKey(null, { ...USUAL }, null), name);
    }
  });

  it('count as what was used, be it set or recognised, and as what held before where nothing was recognised', () => {
    const none = { columns: null, leadingLines: 0 };
    const usual: Recognised = { format: 'csv', encoding: 'utf-8', delimiter: ',', timeFormat: 'auto', ...none };
    const keyOf = (settings: object, recognised: readonly Recognised[] | null) =>
      readingKey(null, { ...asRecorded(USUAL), ...settings }, recognised);
    const open = { delimiter: 'auto' };
    assert.equal(keyOf({ delimiter: ',' }, null), keyOf(open, [usual]));
    assert.equal(keyOf({ delimiter: ',' }, null), keyOf(open, null));
    assert.equal(keyOf({ delimiter: ',' }, null), keyOf(open, [{ ...usual, format: 'json', delimiter: null }]));
    assert.equal(keyOf({ delimiter: ';' }, null), keyOf(open, [{ ...usual, delimiter: ';' }]));
    assert.notEqual(keyOf(open, [usual]), keyOf(open, [{ ...usual, delimiter: ';' }]));
    assert.notEqual(keyOf(open, [usual]), keyOf(open, [usual, { ...usual, delimiter: ';' }]));
    const columns = { time: 'When' };
    assert.equal(keyOf({ columnAliases: { time: ['When'] } }, null), keyOf(open, [{ ...usual, columns }]));
    assert.notEqual(keyOf({}, null), keyOf(open, [{ ...usual, columns }]));
  });

  it('hold one that was added to the schema and nowhere else, up to a deep verification', async () => {
    const worker = new Worker(new URL('./new-setting-worker.ts', import.meta.url));
    const [{ recorded, readBy, problems }] = (await once(worker, 'message')) as [NewSetting];
    await worker.terminate();
    assert.deepEqual(recorded, { time: ['a', 'b'], actor_name: ['c'] });
    assert.deepEqual(readBy, recorded);
    assert.deepEqual(problems, []);
  });
});
