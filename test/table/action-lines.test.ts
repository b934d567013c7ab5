import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { parseActions, serialiseActions } from '../../src/table/action-lines.ts';
import { type Action, CorruptLog } from '../../src/table/index.ts';

const parse = (...lines: string[]): Action[] => parseActions('curated/t', 'the-file.json', lines.join('\n'));

describe('log lines', () => {
  it('are one action each, in pure ASCII', () => {
    const lines = serialiseActions([
      { commitInfo: { operation: 'WRITE', txnId: 'ü', operationMetrics: { numFiles: '1' } } },
      { txn: { appId: 'raw/Grüße 😀\u007f.csv', version: 2 ** 53 - 1, lastUpdated: 5 } },
      {
        add: {
          path: 'event_date=2026-01-02/part-0.parquet',
          partitionValues: { event_date: '2026-01-02' },
          size: 48211,
          modificationTime: 1767229199000,
          dataChange: true,
          stats: '{"numRecords":1,"maxValues":{"user_name":"é"}}',
        },
      },
    ]);
    assert.equal(
      lines,
      String.raw`{"commitInfo":{"operation":"WRITE","txnId":"\u00fc","operationMetrics":{"numFiles":"1"}}}
{"txn":{"appId":"raw/Gr\u00fc\u00dfe \ud83d\ude00\u007f.csv","version":9007199254740991,"lastUpdated":5}}
{"add":{"path":"event_date=2026-01-02/part-0.parquet","partitionValues":{"event_date":"2026-01-02"},"size":48211,"modificationTime":1767229199000,"dataChange":true,"stats":"{\"numRecords\":1,\"maxValues\":{\"user_name\":\"\u00e9\"}}"}}
`,
    );
  });

  it('read back as they were written', () => {
    const text = fc.string({ unit: 'binary' });
    const map = fc.dictionary(text, text);
    const optional = <T extends object>(shape: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
      fc.record(shape, { requiredKeys: [] });
    // Paths of our own need no encoding, so the path here is plain.
    const path = fc.stringMatching(/^[a-z0-9=_-]+(\/[a-z0-9=_-]+)*$/);
    const action = fc.oneof(
      fc.record({ txn: fc.record({ appId: text, version: fc.maxSafeNat(), lastUpdated: fc.nat() }) }),
      fc
        .tuple(
          fc.record({
            path,
            partitionValues: map,
            size: fc.nat(),
            modificationTime: fc.nat(),
            dataChange: fc.boolean(),
          }),
          optional({ stats: text, tags: map }),
        )
        .map(([required, rest]) => ({ add: { ...required, ...rest } })),
      fc
        .tuple(
          fc.record({ path, dataChange: fc.boolean() }),
          optional({
            deletionTimestamp: fc.nat(),
            extendedFileMetadata: fc.boolean(),
            partitionValues: map,
            size: fc.nat(),
          }),
        )
        .map(([required, rest]) => ({ remove: { ...required, ...rest } })),
      fc.record({
        metaData: fc.record({
          id: text,
          format: fc.record({ provider: text, options: map }),
          schemaString: fc.constant('{"type":"struct","fields":[]}'),
          partitionColumns: fc.array(text),
          configuration: map,
        }),
      }),
      fc.record({ protocol: fc.record({ minReaderVersion: fc.nat(9), minWriterVersion: fc.nat(9) }) }),
      fc.record({ commitInfo: fc.record({ txnId: text, userMetadata: text }) }),
    );
    fc.assert(
      fc.property(fc.array(action as fc.Arbitrary<Action>, { maxLength: 4 }), (actions) => {
        const lines = serialiseActions(actions);
        assert.ok(
          [...lines].every((character) => character === '\n' || isAscii(character) || isOfAnEvenPlane(character)),
        );
        assert.deepEqual(plain(parse(lines)), plain(actions));
      }),
    );
  });

  it('may hold what we do not know: other actions, other fields, nulls, blank lines, CRLF', () => {
    assert.deepEqual(
      parse(
        '{"domainMetadata":{"domain":"d","configuration":"","removed":false}}\r',
        '',
        '{"txn":{"appId":"a","version":1,"lastUpdated":null,"later":{"x":[1]}},"add":null}\r',
        ' \t\r',
        '{"add":{"path":"p","partitionValues":{"d":null},"size":1,"modificationTime":2,"dataChange":true,"stats":null}}',
      ),
      [
        { txn: { appId: 'a', version: 1 } },
        { add: { path: 'p', partitionValues: { d: '' }, size: 1, modificationTime: 2, dataChange: true } },
      ],
    );
  });

  it('decode paths once, as URIs, and keep the spelling for writing them again', () => {
    const file = (path: string): Action => {
      const [action] = parse(JSON.stringify({ remove: { path, dataChange: true } }));
      assert.ok(action);
      return action;
    };
    const rawPath = 'a%20b/c%2520d/%C3%BC+';
    const action = file(rawPath);
    assert.deepEqual(action, { remove: { path: 'a b/c%20d/ü+', rawPath, dataChange: true } });
    assert.equal(serialiseActions([action]), `{"remove":{"path":"${rawPath}","dataChange":true}}\n`);
    assert.deepEqual(file('a/b'), { remove: { path: 'a/b', dataChange: true } });
    assert.throws(() => file('100%'), /line 1 .*percent-encoded/);
    assert.throws(() => file('100%FF'), /line 1 .*UTF-8/);
  });

  it('keep the digits of versions beyond 2^53', () => {
    const version = (digits: string) => {
      const [first] = parse(
        `{"txn":{"appId":"\\"version\\":1","version":${digits},"lastUpdated":5,"x":{"version":1e300}}}`,
      );
      assert.ok(first !== undefined && 'txn' in first);
      assert.deepEqual([first.txn.appId, first.txn.lastUpdated], ['"version":1', 5]);
      return first.txn.version;
    };
    assert.equal(version('9007199254740991'), 9007199254740991);
    assert.equal(version('9007199254740993'), 9007199254740993n);
    assert.equal(version('9223372036854775807'), 9223372036854775807n);
    assert.equal(version('-9223372036854775808'), -9223372036854775808n);
  });

  it('survive names that mean something to JavaScript', () => {
    const [action] = parse(
      '{"add":{"path":"p","partitionValues":{"__proto__":"x"},"size":1,"modificationTime":2,"dataChange":true}}',
    );
    assert.ok(action !== undefined && 'add' in action);
    assert.deepEqual(Object.entries(action.add.partitionValues), [['__proto__', 'x']]);
  });

  for (const [why, line, expected] of [
    ['is cut off', '{"add":{"path":"p', /JSON/],
    ['is no object', '17', /action: expected an object, found 17/],
    ['lacks a field', '{"txn":{"appId":"a"}}', /txn\.version: expected a number, found nothing/],
    [
      'has a field of another type',
      '{"txn":{"appId":"a","version":"1"}}',
      /txn\.version: expected a number, found "1"/,
    ],
    ['has a broken schema', '{"metaData":{"id":"x","format":{"provider":"p"},"schemaString":"{"}}', /JSON/],
    ['has an empty schema', '{"metaData":{"id":"x","format":{"provider":"p"},"schemaString":"{}"}}', /struct/],
  ] as const) {
    it(`name the file and the line that ${why}`, () => {
      assert.throws(
        () => parse('{"txn":{"appId":"a","version":1}}', '', line),
        (error) =>
          error instanceof CorruptLog &&
          error.message.startsWith('Table curated/t: the-file.json, line 3 cannot be read: ') &&
          expected.test(error.message),
      );
    });
  }
});

/** Without prototypes, which fast-check leaves out of its dictionaries. */
function plain(actions: readonly Action[]): unknown {
  return JSON.parse(JSON.stringify(actions));
}

function isAscii(character: string): boolean {
  return character >= ' ' && character < '\u007f';
}

/** From plane 2 on: delta-rs takes the escapes of these for characters of the plane below. */
function isOfAnEvenPlane(character: string): boolean {
  const codePoint = character.codePointAt(0) ?? 0;
  return codePoint > 0x1ffff && (codePoint & 0x10000) === 0;
}
