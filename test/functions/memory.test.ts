import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { endlessExport } from '../../bench/endless-export.ts';
import { type Measured, measureTrigger } from './measured-trigger.ts';
import { sharedPackage } from './shared-package.ts';

describe('the memory of an invocation', () => {
  const extracted = sharedPackage();

  async function measured(rows: number): Promise<Measured> {
    const result = await measureTrigger(extracted().folder, `${rows}.csv`, endlessExport(rows));
    const record = JSON.parse(result.lines[1] ?? '{}') as Record<string, unknown>;
    assert.deepEqual([record['outcome'], record['rows'], record['committed']], ['ingested', rows, rows]);
    return result;
  }

  it('keeps within the goal, and hardly grows with the file', async ({ annotate }) => {
    const [small, large] = [await measured(10_000), await measured(120_000)];
    await annotate(`${small.peakMiB.toFixed(0)} MiB, twelve times the rows: ${large.peakMiB.toFixed(0)} MiB`);
    assert.ok(large.peakMiB <= 300 + (32 * 120_000) / 2 ** 20, `${large.peakMiB} MiB`);
    assert.ok(large.peakMiB - small.peakMiB < 100, `${small.peakMiB} and ${large.peakMiB} MiB`);
  });
});
