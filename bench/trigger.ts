import { extractPackage } from '../test/functions/extracted-package.ts';
import { measureTrigger } from '../test/functions/measured-trigger.ts';
import { compressed, endlessExport } from './endless-export.ts';
import type { Order } from './export.ts';

/**
 * One big export through the blob trigger of the packaged app, over the emulator: its time and its memory, against the
 * goal. The file may be larger than memory and disk: it is made while it is read.
 * `npm run bench -- trigger [rows] [plain|gzip] [sorted|shuffled]`.
 */
const MIB = 2 ** 20;
const [rowsText = '1000000', form = 'plain', order = 'sorted'] = process.argv.slice(2);
const rows = Number(rowsText);
const content = endlessExport(rows, order as Order);
const stored = form === 'gzip' ? await compressed(content) : content;
await using extracted = await extractPackage();
const name = form === 'gzip' ? 'export.csv.gz' : 'export.csv';
const { seconds, cpuSeconds, peakMiB, startMs, lines } = await measureTrigger(extracted.folder, name, stored);
const goalMiB = 300 + (32 * rows) / MIB;
process.stdout.write(
  `package: ${extracted.bytes} bytes, registered in ${Math.round(startMs)} ms\n` +
    `${rows} rows ${order}, ${Math.round(content.length / MIB)} MiB, stored ${Math.round(stored.length / MIB)} MiB: ` +
    `${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s of CPU, ${peakMiB.toFixed(0)} MiB at the peak (goal: ${goalMiB.toFixed(0)})\n` +
    `${lines.join('\n')}\n`,
);
