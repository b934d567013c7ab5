import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { type Progress, progressOn, stepsOn } from '../../src/cli/progress.ts';
import type { Terminal } from '../../src/cli/progress-line.ts';
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

  it('says after a moment how fast it goes and how long the rest takes, and stays steady', () => {
    const on = terminal(200);
    const progress = progressOn(on.stream, 2, () => on.now);
    begin(progress, 'raw/a.csv', 60_000);
    for (let second = 0; second < 30; second++) {
      on.now += 1000;
      // In bursts: the mean of them is what counts.
      const rows = (second - (second % 2)) * 1_000;
      progress.onProgress?.(second * 1_000, rows);
    }
    assert.doesNotMatch(on.written[1] ?? '', /left/);
    const last = on.written.at(-1) ?? '';
    const [, speed, left] = /([\d,.]+) rows\/s {2}(\d+) min left/.exec(last) ?? [];
    assert.ok(Math.abs(Number(speed?.replaceAll(',', '')) - 1_000) < 100, last);
    // 91,000 bytes at 1,000 a second.
    assert.equal(left, '2', last);
  });

  it('is a line now and then where a file takes long and nobody watches', () => {
    const to = terminal(80, false);
    const progress = progressOn(to.stream, 1, () => to.now);
    begin(progress, 'raw/a.csv', 1000);
    for (let second = 1; second <= 30; second++) {
      to.now += 1000;
      progress.onProgress?.(second * 10, second * 100);
    }
    assert.deepEqual(to.written.length, 3, to.written.join(''));
    assert.match(
      to.written[0] ?? '',
      /^\d+% {2}0 of 1 file {2}1000 rows {2}100 rows\/s {2}\d+ (s|min) left {2}raw\/a\.csv\n$/,
    );
  });
});

describe('the progress of steps', () => {
  it('names each step once where nobody watches, and now and then how far it is', () => {
    const to = terminal(80, false);
    const steps = stepsOn(to.stream, 'verify', () => to.now);
    steps.onStep('listing raw files', 0, null);
    for (let done = 1; done <= 30; done++) {
      to.now += 1000;
      steps.onStep('data files of audit_events', done, 40);
    }
    steps.stop();
    assert.deepEqual(to.written, [
      'verify: listing raw files\n',
      'verify: data files of audit_events\n',
      'verify: data files of audit_events  10 of 40  1/s  30 s left\n',
      'verify: data files of audit_events  20 of 40  1/s  20 s left\n',
      'verify: data files of audit_events  30 of 40  1/s  10 s left\n',
    ]);
  });

  it('is a bar on a terminal, gone at the end', () => {
    const on = terminal(80);
    const steps = stepsOn(on.stream, 'verify', () => on.now);
    steps.onStep('raw files', 0, 10);
    on.now += 1000;
    steps.onStep('raw files', 5, 10);
    steps.stop();
    assert.deepEqual(on.written, [
      '\r░░░░░░░░░░░░░░░░░░░░ verify: raw files\u001b[K',
      '\r██████████░░░░░░░░░░ verify: raw files  5 of 10\u001b[K',
      '\r\u001b[K',
    ]);
  });
});
