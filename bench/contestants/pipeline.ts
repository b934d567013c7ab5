import { ingestPaths, totalsOf } from '../../src/ingest/index.ts';
import { parseSettings } from '../../src/settings/index.ts';
import { localStorage, systemHost } from '../../src/storage/index.ts';
import { report } from '../usage.ts';

/** This project, whole: decode, hash, deduplicate, write, commit. Arguments: the lake, the raw path. */
const [lake = '', raw = ''] = process.argv.slice(2);

await report(async () => {
  const settings = parseSettings({ environment: {}, options: { lake } });
  const run = await ingestPaths({ storage: localStorage(lake), host: systemHost }, settings, [raw], { named: true });
  return totalsOf(run.reports).committed;
});
