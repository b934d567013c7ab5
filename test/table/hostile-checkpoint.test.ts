import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parquetMetadata } from 'hyparquet';
import { describe, it } from 'vitest';
import { asLogged } from '../../src/table/action-lines.ts';
import { checkPages, decodeCheckpoint } from '../../src/table/checkpoint-reader.ts';
import type { Action } from '../../src/table/index.ts';
import { foreignCheckpoint } from './foreign-checkpoint.ts';
import { fileNamed, foreignFirst } from './lake.ts';

const ACTIONS = [
  ...(foreignFirst({}) as Action[]),
  ...Array.from({ length: 40 }, (_, index): Action => ({ add: fileNamed(`part-${index}`, { tags: { a: 'b' } }) })),
];
const ROWS = ACTIONS.map((action) => asLogged(action) as Readonly<Record<string, object>>);
const SHAPES = [{}, { dictionary: true }, { codec: 'ZSTD' }, { codec: 'UNCOMPRESSED', dictionary: true }] as const;
const FILES = SHAPES.map((shape) => foreignCheckpoint(ROWS, shape));

describe('a checkpoint that somebody tampered with', () => {
  it('is read or refused at once, whatever it claims', () => {
    const byte = fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), fc.nat(255));
    const changes = fc.array(fc.tuple(fc.nat(1_000_000), byte), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.constantFrom(...FILES), changes, (file, edits) => {
        const bytes = Uint8Array.from(file);
        for (const [at, value] of edits) bytes[at % bytes.length] = value;
        // Rows are what a reader works for; of those a file may claim hardly more than it has bytes.
        const decode = () => assert.ok(decodeCheckpoint(bytes).rows <= 2 ** 16 + bytes.length);
        const check = () => checkPages(bytes.buffer, parquetMetadata(bytes.buffer));
        for (const read of [decode, check]) {
          try {
            read();
          } catch (error) {
            assert.ok(error instanceof Error && !(error instanceof assert.AssertionError));
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
