import { type Emulator, FAULTS, startEmulator } from 'adls-emulator';
import { Random } from '../samples/random.ts';
import { ingestPaths, reconcileRaw, totalsOf } from '../src/ingest/index.ts';
import { rawFiles } from '../src/lake/index.ts';
import { parseSettings } from '../src/settings/index.ts';
import { openLake, systemHost } from '../src/storage/index.ts';
import { hourlyExport } from './hourly-export.ts';

/**
 * A backfill of small hourly exports into an empty lake in an account, each of whose answers takes some time: by `ingest`,
 * and by the reconciliation. `npm run bench -- remote-backfill [files] [milliseconds]`.
 */
const files = Number(process.argv[2] ?? 500);
const latencyMs = Number(process.argv[3] ?? 20);
const ROWS_PER_FILE = 50;
const FIRST_HOUR = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;

for (const [name, backfill] of Object.entries({ ingest, reconcile })) {
  await using emulator = await startEmulator({ containers: ['raw', 'curated', 'quarantine', 'evidence'] });
  for (let hour = 0; hour < files; hour++) {
    const text = hourlyExport(FIRST_HOUR + hour * HOUR_MS, ROWS_PER_FILE);
    emulator.store.put(emulator.account, `raw/${String(hour).padStart(6, '0')}.csv`, Buffer.from(text));
  }
  emulator.faults.schedule({ random: new Random(1), rate: 1, faults: [FAULTS.delay(latencyMs)] });
  const begun = performance.now();
  const rows = await backfill(emulator);
  const seconds = (performance.now() - begun) / 1000;
  if (rows !== files * ROWS_PER_FILE) throw new Error(`expected ${files * ROWS_PER_FILE} rows, found ${rows}`);
  process.stdout.write(
    `${name}: ${files} files of ${ROWS_PER_FILE} rows at ${latencyMs} ms a request: ${seconds.toFixed(1)} s, ` +
      `${emulator.requests.length} requests\n`,
  );
}

async function ingest(emulator: Emulator): Promise<number> {
  const { storage, settings } = opened(emulator);
  const { reports } = await ingestPaths({ storage, host: systemHost }, settings, rawFiles(storage, settings), {
    named: false,
  });
  return totalsOf(reports).rows;
}

async function reconcile(emulator: Emulator): Promise<number> {
  const { storage, settings } = opened(emulator);
  const deadline = Number.POSITIVE_INFINITY;
  const { taken } = await reconcileRaw({ storage, host: systemHost }, settings, { settleMs: 0, deadline });
  return taken.rows;
}

function opened({ dfsUrl, connectionString }: Emulator) {
  const options = { lake: dfsUrl, storageConnectionString: connectionString };
  const settings = parseSettings({ environment: {}, options });
  return { storage: openLake(settings), settings };
}
