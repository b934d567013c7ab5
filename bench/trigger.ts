import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { extractPackage } from '../test/functions/extracted-package.ts';
import { measureTrigger } from '../test/functions/measured-trigger.ts';
import { writeExport } from './export.ts';

/** One big export through the blob trigger of the packaged app, over the emulator: its time and its memory. */
const rows = Number(process.argv[2] ?? 1_000_000);
const folder = await mkdtemp(path.join(tmpdir(), 'audit-lake-bench-'));
try {
  await using extracted = await extractPackage();
  const file = path.join(folder, 'export.csv');
  await writeExport(file, rows);
  const { size } = await stat(file);
  const { seconds, cpuSeconds, peakMiB, startMs, lines } = await measureTrigger(extracted.folder, file);
  process.stdout.write(
    `package: ${extracted.bytes} bytes, registered in ${Math.round(startMs)} ms\n` +
      `${rows} rows, ${Math.round(size / 2 ** 20)} MiB: ${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s of CPU, ${peakMiB.toFixed(0)} MiB at the peak\n` +
      `${lines.join('\n')}\n`,
  );
} finally {
  await rm(folder, { recursive: true });
}
