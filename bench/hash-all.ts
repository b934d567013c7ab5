import { hash } from 'node:crypto';
import { localStorage, readAll } from '../src/storage/index.ts';

/** Opens, reads and hashes every file of a lake, once, and does nothing else: `hash-all.ts LAKE`. */
const ZONES = ['raw/', 'curated/', 'quarantine/', 'evidence/'];
const AT_ONCE = 8;

const storage = localStorage(process.argv[2] ?? 'lake');
let bytes = 0;
for (const zone of ZONES) {
  const paths: string[] = [];
  for await (const { path } of storage.list(zone)) paths.push(path);
  const queue = paths.values();
  const worker = async () => {
    for (const path of queue) {
      const content = await readAll(storage, path);
      hash('sha256', content);
      bytes += content.length;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
process.stdout.write(`${bytes} bytes\n`);
