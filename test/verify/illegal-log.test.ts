import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { openTable } from '../../src/table/index.ts';
import { EVENTS, ingest, minutes } from '../support/lake.ts';
import type { MemoryStorage } from '../support/memory-storage.ts';
import { evidence, lake, log, problems, reseal, sha256, verify } from './lake.ts';

const INFO = { commitInfo: { timestamp: 1, operation: 'OPTIMIZE', operationParameters: {}, engineInfo: 'Other/1.0' } };

/** The newest live file, added again as another engine's optimisation does, with these members beside. */
async function addedAgain(storage: MemoryStorage, members: object = {}): Promise<object> {
  const snapshot = await openTable(storage, EVENTS);
  const [add] = [...(snapshot?.files.values() ?? [])];
  assert.ok(add);
  return { add: { ...add, dataChange: false, ...members } };
}

/** The lake with one more commit of another engine, as a text. */
async function lakeWith(commit: (storage: MemoryStorage) => Promise<string> | string): Promise<MemoryStorage> {
  const storage = await lake();
  storage.put(log(6), await commit(storage));
  return storage;
}

describe('a log that readers take for different things', () => {
  const cases: readonly (readonly [string, (storage: MemoryStorage) => Promise<string> | string])[] = [
    ['an empty newest commit', () => ''],
    ['two actions on a line', async (storage) => JSON.stringify({ ...INFO, ...(await addedAgain(storage)) })],
    [
      'a member twice',
      async (storage) => JSON.stringify(await addedAgain(storage)).replace('"size":', '"size":1,"size":'),
    ],
    ['a byte order mark', () => `\ufeff${JSON.stringify(INFO)}`],
    [
      'a path that leaves the table',
      async (storage) => JSON.stringify(await addedAgain(storage, { path: '../p.parquet' })),
    ],
  ];
  for (const [what, commit] of cases) {
    it(`with ${what} is a problem, and stops the writer until it is gone`, async () => {
      const storage = await lakeWith(commit);
      const found = await verify(storage, { deep: true });
      assert.ok(problems(found).includes(`commit_unreadable ${log(6)}`), problems(found).join('\n'));
      storage.put('raw/new.csv', minutes(100, 3));
      await assert.rejects(ingest(storage, {}, ['raw/new.csv']), /00000000000000000006\.json.* cannot be read/);
      await storage.delete(log(6));
      await ingest(storage, {}, ['raw/new.csv']);
      assert.deepEqual(problems(await verify(storage, { deep: true })), []);
    });

    it(`with ${what} is a problem also where evidence of it was written`, async () => {
      const storage = await lakeWith(() => JSON.stringify(INFO));
      reseal(storage);
      const illegal = await commit(storage);
      const sealed = storage.content(evidence(6)).toString();
      const [size, digest] = [Buffer.byteLength(illegal), sha256(illegal)];
      storage.put(log(6), illegal);
      storage.put(evidence(6), sealed.replace(/"size":\d+,"sha256":"\w+"/, `"size":${size},"sha256":"${digest}"`));
      assert.ok(problems(await verify(storage)).includes(`commit_unreadable ${log(6)}`));
    });
  }

  it('goes on once an empty commit of ours is restored from a copy', async () => {
    const storage = await lake();
    const copy = storage.content(log(5)).toString();
    storage.put(log(5), '');
    assert.ok(problems(await verify(storage)).includes(`commit_edited ${log(5)}`));
    storage.put('raw/new.csv', minutes(100, 3));
    await assert.rejects(ingest(storage, {}, ['raw/new.csv']), /0 bytes/);
    storage.put(log(5), copy);
    await ingest(storage, {}, ['raw/new.csv']);
    assert.deepEqual(problems(await verify(storage, { deep: true })), []);
  });
});

describe('a commit that does not fit the table', () => {
  const cases: readonly (readonly [string, (storage: MemoryStorage) => Promise<object>])[] = [
    [
      'deletion vectors that no protocol lists',
      (storage) => addedAgain(storage, { deletionVector: { storageType: 'i', pathOrInlineDv: 'x' } }),
    ],
    ['other partition columns', (storage) => addedAgain(storage, { path: 'p', partitionValues: {} })],
    ['a protocol without its lists', async () => ({ protocol: { minReaderVersion: 3, minWriterVersion: 7 } })],
  ];
  for (const [what, action] of cases) {
    it(`is a problem, and stops the writer: ${what}`, async () => {
      const storage = await lakeWith(
        async (inner) => `${JSON.stringify(INFO)}\n${JSON.stringify(await action(inner))}\n`,
      );
      assert.ok(problems(await verify(storage)).includes(`commit_illegal ${log(6)}`));
      storage.put('raw/new.csv', minutes(100, 3));
      await assert.rejects(ingest(storage, {}, ['raw/new.csv']), /version 6: /);
      await storage.delete(log(6));
      await ingest(storage, {}, ['raw/new.csv']);
      assert.deepEqual(problems(await verify(storage, { deep: true })), []);
    });
  }
});

describe('what the protocol allows, and newer engines add', () => {
  it('is kept and noted, and stops nobody', async () => {
    const storage = await lakeWith(async (inner) => {
      const add = await addedAgain(inner, { baseRowId: 0, defaultRowCommitVersion: 6, clusteringProvider: 'liquid' });
      const domain = { domainMetadata: { domain: 'other.engine', configuration: '{}', removed: false } };
      return [INFO, domain, { later: 1, ...add, newest: {} }].map((line) => `${JSON.stringify(line)}\r\n`).join('');
    });
    storage.put('raw/new.csv', minutes(100, 3));
    await ingest(storage, {}, ['raw/new.csv']);
    const found = await verify(storage, { deep: true });
    assert.deepEqual(problems(found), []);
    const { explanation = '' } = found.notes.find(({ where }) => where === log(6)) ?? {};
    assert.match(
      explanation,
      /domainMetadata, later, newest, add\.baseRowId, add\.defaultRowCommitVersion, add\.clusteringProvider/,
    );
  });

  it('is unsupported, and not unreadable, where it is newer than this program', async () => {
    const protocol = { minReaderVersion: 4, minWriterVersion: 8 };
    const storage = await lakeWith(() => `${JSON.stringify(INFO)}\n${JSON.stringify({ protocol })}\n`);
    assert.ok(problems(await verify(storage)).some((each) => each.startsWith('table_unsupported')));
  });
});

describe('columns that another engine changed', () => {
  async function changed(
    storage: MemoryStorage,
    version: number,
    change: (fields: Field[]) => object[],
  ): Promise<void> {
    const { metadata } = (await openTable(storage, EVENTS)) ?? assert.fail();
    const schema = JSON.parse(metadata.schemaString) as { readonly fields: Field[] };
    const schemaString = JSON.stringify({ ...schema, fields: change(schema.fields) });
    const metaData = { ...metadata, schemaString };
    storage.put(log(version), `${JSON.stringify(INFO)}\n${JSON.stringify({ metaData })}\n`);
  }
  interface Field {
    readonly name: string;
    readonly type: unknown;
  }

  for (const [what, change, expected] of [
    [
      'taken away',
      (fields: Field[]) => fields.filter(({ name }) => name !== 'actor_name'),
      /actor_name was taken away/,
    ],
    [
      'retyped',
      (fields: Field[]) => fields.map((field) => (field.name === 'code' ? { ...field, type: 'string' } : field)),
      /code was integer and became string/,
    ],
  ] as const) {
    it(`are a problem while they are ${what}, and none once they are back`, async () => {
      const storage = await lake();
      const { fields } = JSON.parse((await openTable(storage, EVENTS))?.metadata.schemaString ?? '') as {
        readonly fields: Field[];
      };
      await changed(storage, 6, change);
      const found = await verify(storage);
      assert.ok(problems(found).includes(`columns_changed ${log(6)}`));
      assert.match(found.problems.map(({ explanation }) => explanation).join('\n'), expected);
      await changed(storage, 7, () => fields);
      assert.deepEqual(problems(await verify(storage)), []);
    });
  }
});
