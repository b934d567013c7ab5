import { digestOf, localStorage } from '../src/storage/index.ts';

/** Opens, reads and hashes every file of a lake, and does nothing else: `hash-all.ts LAKE`. */
const ZONES = ['raw/', 'curated/', 'quarantine/', 'evidence/'];
const AT_ONCE = 8;

const storage = localStorage(process.argv[2] ?? 'lake');
let bytes = 0;
for (const zone of ZONES) {
  const paths: string[] = [];
  for await (const { path } of storage.list(zone)) paths.push(path);
  const queue = paths.values();
  const worker = async () => {
    for (const path of queue) bytes += (await digestOf(storage, path))?.size ?? 0;
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
process.stdout.write(`${bytes} bytes\n`);
