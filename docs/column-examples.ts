import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LakeSession } from '../src/asking/index.ts';
import { ingestPaths } from '../src/ingest/index.ts';
import { parseSettings } from '../src/settings/index.ts';
import { localStorage, RAW, systemHost } from '../src/storage/index.ts';
import { VIEWS } from '../src/views/index.ts';

const SAMPLES = path.join(import.meta.dirname, '../samples/exports');

/** When the samples land here: no example depends on the day on which it is looked for. */
const LANDED_AT = new Date('2026-03-03T01:00:04Z');

/** Longer values are taken where there is no shorter one, and cut. */
const MOST_CHARACTERS = 48;

/** What orders the rows of a view: those that say it plainly first, then the oldest; null of a view whose rows the samples have none of. */
const ORDERS: Readonly<Record<keyof typeof VIEWS, string | null>> = {
  audit_events: "concat(decode_status <> 'decoded' OR text_flags IS NOT NULL, event_time, event_uid)",
  audit_event_items: 'concat(event_time, event_uid, list_name, position)',
  audit_codes: "concat(source_system <> 'infinity', code)",
  audit_events_ocsf:
    "concat(unmapped_decode_status <> 'decoded' OR unmapped_text_flags IS NOT NULL, time, metadata_uid)",
  quarantine_rows: "concat(ingest_id, lpad(CAST(record AS VARCHAR), 9, '0'))",
  quarantine_files: null,
  audit_coverage: null,
};

/** An example of each column of each view, as the samples have it; deterministic. */
export async function columnExamples(): Promise<Record<string, Record<string, string>>> {
  const folder = mkdtempSync(path.join(tmpdir(), 'examples-'));
  try {
    const settings = parseSettings({ environment: {}, options: { lake: folder } });
    const storage = localStorage(folder);
    const paths: string[] = [];
    for (const name of readdirSync(SAMPLES).sort()) {
      paths.push(`${RAW}${name}`);
      await storage.create(`${RAW}${name}`, readFileSync(path.join(SAMPLES, name)), { modified: LANDED_AT });
    }
    await ingestPaths({ storage, host: systemHost }, settings, paths, { named: true });
    const asked = { settings, storage, signal: new AbortController().signal, tell: () => undefined };
    const session = await LakeSession.open(asked, { quarantine: true });
    try {
      const found: Record<string, Record<string, string>> = {};
      for (const { name, columns } of Object.values(VIEWS)) {
        const order = ORDERS[name];
        if (order !== null) found[name] = await examplesOf(session, name, columns, order);
      }
      return found;
    } finally {
      await session.close();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function examplesOf(
  session: LakeSession,
  view: string,
  columns: (typeof VIEWS)[keyof typeof VIEWS]['columns'],
  order: string,
): Promise<Record<string, string>> {
  const values = columns.map(({ name, type }) => {
    const text = type === 'list' ? `CAST(to_json(${name}) AS VARCHAR)` : `CAST(${name} AS VARCHAR)`;
    const isLong = `length(${text}) > ${MOST_CHARACTERS} OR ${text} IN ('', '[]')`;
    return `arg_min(${text}, concat(${isLong}, ${order})) FILTER (WHERE ${name} IS NOT NULL) AS ${name}`;
  });
  const { batches } = await session.rows(`SELECT ${values.join(', ')} FROM ${view}`);
  for await (const batch of batches) {
    for (const row of batch) {
      const told = columns.map(({ name }, index) => [name, row[index]] as const);
      return Object.fromEntries(
        told.flatMap(([name, value]) => (value === null ? [] : [[name, shortened(String(value))]])),
      );
    }
  }
  return {};
}

function shortened(text: string): string {
  const characters = [...text];
  return characters.length > MOST_CHARACTERS ? `${characters.slice(0, MOST_CHARACTERS - 1).join('')}…` : text;
}
