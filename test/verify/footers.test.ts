import assert from 'node:assert/strict';
import { parquetMetadata } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, it } from 'vitest';
import { codesFile } from '../../src/lake/codes-table.ts';
import { Findings } from '../../src/verify/findings.ts';
import { checkFooters } from '../../src/verify/footer-checks.ts';
import { ReplayedState } from '../../src/verify/replayed-state.ts';
import { EVENTS } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { dataFiles, lake, problems, verify } from './lake.ts';

const PATH = 'event_date=2026-03-01/part.parquet';
const ROWS = 400;

/** A file of several pages, with every index that a writer can give it; names are of one length. */
function written(name: (row: number) => string | null): Buffer {
  const names = Array.from({ length: ROWS }, (_, row) => name(row));
  const shared = { columnIndex: true, offsetIndex: true, bloomFilter: true } as const;
  return Buffer.from(
    parquetWriteBuffer({
      columnData: [
        { name: 'actor_name', data: names, type: 'STRING', nullable: true, encoding: 'PLAIN', ...shared },
        { name: 'code', data: names.map((_, row) => 90_000 + row), type: 'INT32', nullable: false, ...shared },
      ],
      codec: 'UNCOMPRESSED',
      pageSize: 1_000,
    }),
  );
}

const honestName = (row: number) => (row % 50 === 49 ? null : `name-${String(row).padStart(4, '0')}`);
const honest = () => written(honestName);
/** The same layout, byte for byte, with other names: they begin with `nbme`. */
const other = () => written((row) => honestName(row)?.replace('name', 'nbme') ?? null);

async function faults(content: Buffer, sha256: string | null = null, everyFile = false): Promise<string[]> {
  const storage = new MemoryStorage();
  storage.put(`${EVENTS}/${PATH}`, content);
  const state = new ReplayedState();
  const add = { path: PATH, partitionValues: {}, size: content.length, modificationTime: 0, dataChange: false };
  state.files.set(PATH, { add, rows: ROWS, sha256, hasSealedStatistics: sha256 !== null });
  const findings = new Findings();
  await checkFooters(storage, EVENTS, state, { everyFile }, findings);
  return findings.problems.map(({ kind, explanation }) => `${kind} ${explanation}`);
}

/** The honest file with some of its bytes taken from the other one. */
function spliced(range: (column: ReturnType<typeof columnOf>) => readonly [unknown, unknown]): Buffer {
  const content = honest();
  const from = other();
  assert.equal(content.length, from.length);
  const [offset, length] = range(columnOf(content)).map(Number);
  assert.ok(offset !== undefined && length !== undefined && offset > 0 && length > 0);
  from.copy(content, offset, offset, offset + length);
  return content;
}

function columnOf(content: Buffer) {
  const { row_groups: groups, metadata_length: footer } = parquetMetadata(Uint8Array.from(content).buffer);
  const column = groups[0]?.columns[0];
  assert.ok(column?.meta_data);
  return { ...column, ...column.meta_data, footer: [content.length - 8 - footer, footer] as const };
}

describe('what data files say of their own values', () => {
  it('is true of files that other writers and this program wrote', async () => {
    assert.deepEqual(await faults(honest()), []);
    assert.deepEqual(await faults(Buffer.from(codesFile().bytes)), []);
    const whole = await lake();
    for (const path of dataFiles(whole)) assert.deepEqual(await faults(Buffer.from(whole.content(path))), []);
  });

  it('has several pages in this test', () => {
    assert.ok(Number(columnOf(honest()).offset_index_length) > 40);
  });

  for (const [name, range, expected] of [
    ['bounds of a row group', ({ footer }) => footer, /actor_name: the lower bound of a row group is above a value/],
    [
      'a column index',
      ({ column_index_offset: at, column_index_length: length }) => [at, length],
      /actor_name: the lower bound of a page \(column index\) is above a value/,
    ],
    [
      'a Bloom filter',
      ({ bloom_filter_offset: at, bloom_filter_length: length }) => [at, length],
      /actor_name: its Bloom filter says that a value is not there/,
    ],
  ] as [string, (column: ReturnType<typeof columnOf>) => readonly [unknown, unknown], RegExp][]) {
    it(`is found where ${name} lies`, async () => {
      const [fault = ''] = await faults(spliced(range));
      assert.match(fault, expected);
      assert.ok(fault.startsWith('footer_wrong'));
    });
  }

  it('is found where an offset index names other pages', async () => {
    const content = honest();
    const { offset_index_offset: at, offset_index_length: length } = columnOf(content);
    // The last byte before the end of the last location is its first row.
    content[Number(at) + Number(length) - 3]! ^= 2;
    assert.match((await faults(content))[0] ?? '', /its offset index names other pages than there are/);
  });

  it('is found where the nulls are others', async () => {
    const content = honest();
    const [from, to] = columnOf(content).footer;
    const nulls = (bytes: Buffer) => {
      try {
        return Number(columnOf(bytes).statistics?.null_count);
      } catch {
        return null;
      }
    };
    assert.equal(nulls(content), 8);
    const lying = Array.from({ length: to }, (_, index) => {
      const changed = Buffer.from(content);
      // 8 and 7 as zigzag varints.
      if (changed[from + index] === 0x10) changed[from + index] = 0x0e;
      return changed;
    }).find((changed) => nulls(changed) === 7);
    assert.ok(lying);
    assert.match((await faults(lying))[0] ?? '', /actor_name: a row group is said to have 7 nulls, found 8/);
  });

  it('is left alone where a commit of ours vouches for the file, unless every file is asked for', async () => {
    const lying = spliced(({ footer }) => footer);
    assert.deepEqual(await faults(lying, 'a'.repeat(64)), []);
    assert.equal((await faults(lying, 'a'.repeat(64), true)).length, 1);
  });

  it('is no cause to take more memory than the file can need', async () => {
    const storage = await lake();
    assert.deepEqual(problems(await verify(storage)), []);
    const content = honest();
    const { footer } = columnOf(content);
    // The number of rows of the file, 400, as a zigzag varint.
    const at = content.indexOf(Buffer.from([0x16, 0xa0, 0x06]), footer[0]);
    assert.ok(at > 0);
    content.set([0x16, 0xff, 0x7f], at);
    assert.match((await faults(content))[0] ?? '', /rows/);
  });
});
