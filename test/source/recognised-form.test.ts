import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import { KNOWN_EVENTS } from '../../src/lake/known-events.ts';
import { END, NEED_INPUT, openExport, RejectedFile } from '../../src/source/index.ts';
import { chunksOf, LANDED_AT, read, readingOf, SETTINGS } from './reading.ts';

const OPEN = { ...SETTINGS, delimiter: 'auto' };

/** Reads a file as it is recognised, in pieces of any size. */
async function readOpen(
  text: string,
  sizes: readonly number[] = [],
  recorded: Parameters<typeof openExport>[2] = null,
) {
  const file = { path: 'raw/x.csv', landedAt: LANDED_AT, open: () => chunksOf(Buffer.from(text), sizes) };
  const reader = await openExport(file, OPEN, recorded, KNOWN_EVENTS);
  const readings = [];
  for (let found = reader.next(); found !== END; found = reader.next()) {
    if (found === NEED_INPUT) await reader.fill();
    else readings.push(readingOf(reader, found));
  }
  return { readings, recognised: reader.recognised, readSince: reader.readSince, counts: reader.counts };
}

const text = fc
  .array(fc.constantFrom('a', 'é', ' ', ',', ';', '|', '\t', '"', '\n', ':', '7'), { maxLength: 5 })
  .map((all) => all.join(''));
const record = fc.record({
  time: fc
    .integer({ min: 0, max: 10_000_000 })
    .map((second) => new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString()),
  code: fc.constant('92042'),
  message: text.map((name) => `Created dashboard, ID=d-1, name=x${name}x`),
  by: fc.constantFrom('ana@corp.example', 'li@corp.example'),
  site: text,
});
type Column = 'time' | 'code' | 'message' | 'by' | 'site';

const form = fc.record({
  columns: fc.shuffledSubarray<Column>(['time', 'code', 'message', 'by', 'site'], { minLength: 5 }),
  records: fc.array(record, { minLength: 1, maxLength: 6 }),
  delimiter: fc.constantFrom<string>(',', ';', '\t', '|', '^', '~', '\x1f'),
  end: fc.constantFrom<string>('\n', '\r\n', '\r\r\n'),
  all: fc.boolean(),
  above: fc.constantFrom<string>(
    '',
    '\uFEFF',
    'sep',
    '#TYPE System.String',
    'Audit log export\nGenerated 2026-03-14 08:00\n',
    '# a comment\n#',
  ),
  names: fc.constantFrom<Record<Column, string>>(
    { time: 'time', code: 'code', message: 'message', by: 'user name', site: 'site' },
    { time: 'When', code: 'Event', message: 'Text', by: 'By', site: 'Büro' },
    { time: 'time', code: 'Ereignis', message: 'Audit message', by: 'Benutzer', site: 'x' },
  ),
  sizes: fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 40 }),
});

function written({
  columns,
  records,
  delimiter,
  end,
  all,
  above,
  names,
}: Omit<typeof form extends fc.Arbitrary<infer T> ? T : never, 'sizes'>) {
  const quoted = (value: string) =>
    all || value.includes(delimiter) || /["\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
  const lines = [names, ...records].map((row) => columns.map((column) => quoted(row[column])).join(delimiter));
  const top =
    above === '' || above === '\uFEFF'
      ? above
      : `${above === 'sep' ? `sep=${delimiter}` : above.replaceAll('\n', end)}${end}`;
  return top + lines.map((line) => line + end).join('');
}

const values = ({ time, code, message, actorName }: ReturnType<typeof readingOf>) => [time, code, message, actorName];

test('a table in any form is read as the same records as a plain CSV of it', async () => {
  await fc.assert(
    fc.asyncProperty(form, async ({ sizes, ...given }) => {
      const plain = { delimiter: ',', end: '\n', all: true, above: '' };
      const names = { time: 'time', code: 'code', message: 'message', by: 'user name', site: 'site' };
      const { readings, recognised, readSince } = await readOpen(written(given), sizes);
      const expected = await read(written({ ...given, ...plain, names }));
      assert.deepEqual(readings.map(values), expected.readings.map(values));
      assert.equal(recognised[0]?.delimiter, given.delimiter);
      const isUsual = given.delimiter === ',' && given.names.time === 'time' && given.names.code === 'code';
      const isAbove = given.above !== '' && given.above !== '\uFEFF';
      if (!isUsual || isAbove) assert.equal(readSince, 3);
      const again = await readOpen(written(given), [], recognised);
      assert.deepEqual([again.readings, again.recognised], [readings, recognised], 'by what is recorded');
    }),
    { numRuns: 300 },
  );
});

test('what is found does not hang on how the file comes, nor on what is far behind its beginning', async () => {
  const line = '2026-03-01T00:00:00Z;92042;"Created dashboard, ID=d-1, name=x";li@corp.example\n';
  const file = `When;Event;Text;By\n${line.repeat(2000)}`;
  const [whole, pieces] = await Promise.all([readOpen(file), readOpen(file, Array(200).fill(1000))]);
  assert.deepEqual(whole.recognised, pieces.recognised);
  assert.equal(whole.readings.length, 2000);
});

test('joined exports of other names are read each by its own header', async () => {
  const [time, later] = ['2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z'];
  const first = `When;Event;Text;By\n${time};91051;SSO Configuration update;ana@corp.example\n`;
  const swapped = `By;Event;When;Text\nli@corp.example;91051;${later};SSO Configuration update\n`;
  const { readings, counts } = await readOpen(first + first + swapped);
  assert.deepEqual(
    readings.map(({ time, actorName }) => [time, actorName]),
    [
      [time, 'ana@corp.example'],
      [time, 'ana@corp.example'],
      [later, 'li@corp.example'],
    ],
  );
  assert.deepEqual([counts.repeatedHeaders, counts.bad], [2, 0]);
});

test('a second time column is a rejection that names both', async () => {
  await fc.assert(
    fc.asyncProperty(form, async ({ sizes: _, ...given }) => {
      fc.pre(given.names.time === 'When');
      const doubtful = written({
        ...given,
        names: { ...given.names, site: 'Until' },
        records: given.records.map((each) => ({ ...each, site: '2026-03-01T00:00:00Z' })),
      });
      await assert.rejects(
        readOpen(doubtful),
        (error) =>
          error instanceof RejectedFile &&
          /could each be the time/.test(error.message) &&
          /When/.test(error.message) &&
          /Until/.test(error.message),
      );
    }),
    { numRuns: 200 },
  );
});
