import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { type Progress, progressOn, type Terminal } from '../../src/cli/progress.ts';
import { emptyReport } from '../../src/ingest/index.ts';
import { sourceFile } from '../../src/lake/index.ts';

/** A terminal of so many columns that keeps what it is sent, and a clock that only the test moves. */
function terminal(columns: number, isTTY = true) {
  const written: string[] = [];
  const stream: Terminal = { isTTY, columns, write: (text) => written.push(text) };
  return { stream, written, now: 1_000 };
}

function begin(progress: Progress, path: string, size: number): void {
  progress.onFile?.(path, size, sourceFile({ path, size, etag: '"1"', lastModified: new Date(0) }));
}

describe('the progress of an ingestion', () => {
  it('is a bar on a terminal: files, rows and the file that is read, cut to the width', () => {
    const on = terminal(60);
    const progress = progressOn(on.stream, 4, () => on.now);
    begin(progress, 'raw/a.csv', 1000);
    on.now += 200;
    progress.onProgress?.(500, 42);
    on.now += 200;
    progress.onReport?.(emptyReport('raw/a.csv', 'ingested', null, null));
    on.now += 200;
    begin(progress, `raw/${'x'.repeat(80)}.csv`, 10);
    const lines = on.written.map((text) => text.replace('\r', '').replace('\u001b[K', ''));
    assert.deepEqual(lines.slice(0, 3), [
      '░░░░░░░░░░░░░░░░░░░░ 0%  0 of 4 files  0 rows  raw/a.csv',
      '██░░░░░░░░░░░░░░░░░░ 12%  0 of 4 files  42 rows  raw/a.csv',
      '█████░░░░░░░░░░░░░░░ 25%  1 of 4 files  42 rows  raw/a.csv',
    ]);
    assert.match(lines[3] ?? '', /^█{5}░{15} 25% {2}1 of 4 files {2}42 rows {2}raw\/x+…$/);
    assert.equal(lines[3]?.length, 59);
    assert.ok(on.written.every((text) => text.startsWith('\r') && text.endsWith('\u001b[K') && !text.includes('\n')));
  });

  it('is drawn eight times a second at most, and is gone once it stops', () => {
    const on = terminal(80);
    const progress = progressOn(on.stream, 1, () => on.now);
    begin(progress, 'raw/a.csv', 1000);
    for (let tick = 1; tick <= 1000; tick++) {
      on.now++;
      progress.onProgress?.(tick, tick);
    }
    assert.equal(on.written.length, 9);
    progress.stop();
    progress.stop();
    assert.deepEqual(on.written.slice(9), ['\r\u001b[K']);
  });

  it('shows no name that moves the cursor, and gives a warning a line of its own', () => {
    const on = terminal(200);
    const progress = progressOn(on.stream, 1, () => on.now);
    begin(progress, 'raw/\u001b[2J\n\u202e.csv', 1000);
    progress.onCheckpointFailure?.(new Error('the disk is full'));
    progress.onProgress?.(1, 1);
    const [bar = '', cleared, warning, again = ''] = on.written;
    assert.ok(bar.includes('raw/\\u{1b}[2J\\u{a}\\u{202e}.csv'), JSON.stringify(bar));
    assert.equal(cleared, '\r\u001b[K');
    assert.match(warning ?? '', /^no checkpoint was written, .*the disk is full\n$/);
    assert.ok(again.startsWith('\r░'), JSON.stringify(again));
  });

  it('is a line for each file elsewhere', () => {
    const to = terminal(80, false);
    const progress = progressOn(to.stream, 1, () => to.now);
    begin(progress, 'raw/a.csv', 1000);
    progress.onProgress?.(1000, 7);
    progress.onReport?.({ ...emptyReport('raw/a.csv', 'ingested', null, null), rows: 7 });
    progress.onReport?.(emptyReport('raw/b.csv', 'skipped', 'excluded', null));
    progress.stop();
    assert.deepEqual(to.written, ['ingested: raw/a.csv, 7 rows\n', 'skipped (excluded): raw/b.csv, 0 rows\n']);
  });
});
