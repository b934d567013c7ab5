import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { CorruptLog, parseCommit } from '../../src/table/index.ts';

const INFO = '{"commitInfo":{"operation":"OPTIMIZE"}}';
const ADD =
  '{"add":{"path":"p","partitionValues":{},"size":1,"modificationTime":2,"dataChange":false,"stats":"{\\"numRecords\\":1}"}}';
const REMOVE = '{"remove":{"path":"p","dataChange":false}}';
const TXN = '{"txn":{"appId":"a","version":1}}';
const PROTOCOL = '{"protocol":{"minReaderVersion":1,"minWriterVersion":2}}';
const METADATA =
  '{"metaData":{"id":"x","format":{"provider":"parquet"},"schemaString":"{\\"type\\":\\"struct\\",\\"fields\\":[]}","partitionColumns":[]}}';

const bytes = (text: string | Uint8Array) => (typeof text === 'string' ? Buffer.from(text) : text);
const kinds = (text: string) => parseCommit('t', 'n.json', bytes(text)).map((action) => Object.keys(action).join());

describe('a commit that readers take for different things', () => {
  const cases: readonly (readonly [what: string, content: string | Uint8Array, expected: RegExp])[] = [
    ['has no byte', '', /at least, found a file of 0 bytes/],
    ['has blanks only', ' \n\t\r\n', /at least, found nothing but blanks/],
    [
      'has two actions on a line',
      `${INFO.slice(0, -1)},${ADD.slice(1)}`,
      /line 1 .*one action, found 2: commitInfo, add/,
    ],
    [
      'has an action beside one of which nothing is made here',
      `${INFO}\n${ADD.slice(0, -1)},"later":{},"cdc":{"path":"x"}}`,
      /line 2 .*one action, found 2: add, cdc/,
    ],
    ['has an object without an action', `${INFO}\n{}`, /line 2 .*one action, found none/],
    ['has an action that is null', '{"add":null}', /one action, found none/],
    ['has two objects on a line', `${INFO} ${TXN}`, /JSON/],
    ['has an object on two lines', INFO.replace(':{', ':\n{'), /line 1 .*JSON/],
    ['has a list of actions', `[${TXN}]`, /expected an object/],
    ['has an action twice', `${TXN.slice(0, -1)},${TXN.slice(1)}`, /found "txn" twice/],
    ['has a member twice', ADD.replace('"size":1', '"size":1,"size":9'), /found "size" twice/],
    ['has an escaped member twice', ADD.replace('"size":1', '"size":1,"\\u0073ize":9'), /found "size" twice/],
    ['begins with a byte order mark', `\ufeff${INFO}`, /byte order mark/],
    ['has a byte order mark between lines', `${INFO}\n\ufeff${TXN}`, /line 2 .*JSON/],
    ['has another blank than the four of JSON', `${INFO}\n\u00a0\n${TXN}`, /line 2 .*JSON/],
    ['has a vertical tab behind a line', `${INFO}\v\n${TXN}`, /line 1 .*JSON/],
    ['has a line separator behind a line', `${INFO}\u2028\n${TXN}`, /line 1 .*JSON/],
    ['has a NUL behind its end', `${INFO}\n\0`, /line 2 .*JSON/],
    ['has a CR within a line', INFO.replace(':{', ':\r{'), /CR within/],
    ['has CR as line ends', `${INFO}\r${TXN}\r`, /CR within/],
    ['has CR CR LF as line ends', `${INFO}\r\r\n${TXN}`, /CR within/],
    ['is not UTF-8', Buffer.from(ADD.replace('"p"', '"p\u00ff"'), 'latin1'), /UTF-8/],
    ['is nested too deep', `{"later":${'['.repeat(200)}${']'.repeat(200)}}`, /at most 127 levels/],
    ['has two of commitInfo', `${INFO}\n${INFO}`, /commitInfo in a commit, found two/],
    ['has two protocols', `${PROTOCOL}\n${PROTOCOL}`, /protocol in a commit, found two/],
    ['has two of metaData', `${METADATA}\n${METADATA}`, /metaData in a commit, found two/],
    ['has two transactions of one source', `${TXN}\n${TXN.replace('1', '2')}`, /txn a in a commit, found two/],
    ['adds a file twice', `${ADD}\n${ADD}`, /file p in a commit, found two/],
    ['adds and removes a file', `${ADD}\n${REMOVE}`, /file p in a commit, found two/],
    ['removes a file under two spellings', `${REMOVE}\n${REMOVE.replace('"p"', '"%70"')}`, /as they are/],
    [
      'removes a file and one of the same decoded path',
      [REMOVE, REMOVE].map((line, index) => line.replace('"p"', ['"~"', '"%7E"'][index] ?? '')).join('\n'),
      /file ~ in a commit, found two/,
    ],
    [
      'has a size below zero',
      ADD.replace('"size":1', '"size":-1'),
      /size: expected a whole number from 0 on, found -1/,
    ],
    ['has no size', ADD.replace('"size":1,', ''), /size: expected a whole number/],
    ['has a size that is no number', ADD.replace('"size":1', '"size":"1"'), /size: expected a whole number/],
    ['has a size with a fraction', ADD.replace('"size":1', '"size":1.5'), /size: expected a whole number/],
    [
      'has a whole size as a fraction',
      ADD.replace('"size":1', '"size":1.0'),
      /add\.size: expected a whole number, found 1\.0/,
    ],
    [
      'has a size with an exponent',
      ADD.replace('"size":1', '"size":1e3'),
      /add\.size: expected a whole number, found 1e3/,
    ],
    [
      'has a size that is not exact',
      ADD.replace('"size":1', '"size":9007199254740993'),
      /size: expected a whole number/,
    ],
    ['has a transaction with an exponent', TXN.replace('1', '1E0'), /txn\.version: expected a whole number, found 1E0/],
    ['has a protocol version that is none', PROTOCOL.replace('1', '1.5'), /minReaderVersion: expected a whole number/],
    ['has no partition values', ADD.replace('"partitionValues":{},', ''), /partitionValues: expected an object/],
    ['has a schema with a member twice', METADATA.replace('\\"fields', '\\"type\\":1,\\"fields'), /found "type" twice/],
    ['has a schema that is nested too deep', METADATA.replace('[]}"', `${'['.repeat(9999)}"`), /at most 127 levels/],
  ];
  for (const [what, content, expected] of cases) {
    it(`${what}`, () => {
      assert.throws(
        () => parseCommit('t', 'n.json', bytes(content)),
        (error) => error instanceof CorruptLog && /n\.json/.test(error.message) && expected.test(error.message),
      );
    });
  }
});

describe('a commit that the protocol allows', () => {
  for (const [what, text, expected] of [
    ['lines that end with LF', `${INFO}\n${TXN}\n`, ['commitInfo', 'txn']],
    [
      'lines that end with CR LF, blanks around them, and empty lines',
      ` ${INFO}\t\r\n\r\n\n${TXN}`,
      ['commitInfo', 'txn'],
    ],
    ['null for what is not there', `${TXN.slice(0, -1)},"add":null,"later":null}`, ['txn']],
    ['unknown actions only', '{"domainMetadata":{"domain":"d"}}\n{"cdc":{"path":"x"}}\n{"later":7}', []],
    [
      'members beside an action that no protocol knows',
      `{"later":[1.5],"newest":{},${INFO.slice(1)}\n${ADD.slice(0, -1)},"later":{"size":1.5}}\n{"later":1,"newest":2}`,
      ['commitInfo', 'add'],
    ],
    [
      'unknown members',
      ADD.replace('"size":1', '"size":1,"baseRowId":7.0,"defaultRowCommitVersion":1,"later":{"size":1e3}'),
      ['add'],
    ],
    ['a transaction whose version has more digits than a number', TXN.replace('1', '9007199254740993'), ['txn']],
  ] as const) {
    it(`has ${what}`, () => assert.deepEqual(kinds(text), expected));
  }
});
