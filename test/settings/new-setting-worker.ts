import { parentPort } from 'node:worker_threads';
import { plant } from '../support/mutation.ts';

/** What became of a source setting of which only the settings schema knows. */
export interface NewSetting {
  /** What the commit recorded of it. */
  readonly recorded: unknown;
  /** What the file is read by again. */
  readonly readBy: unknown;
  /** The problems of a deep verification. */
  readonly problems: readonly unknown[];
}

// As a newcomer adds one: a row in the schema, and nothing else.
plant({
  file: 'settings/schema.ts',
  original: 'export const sourceShape = {\n',
  mutant: `export const sourceShape = {
  quoting: describe(columnAliases, {
    description: 'A setting that was added to the schema alone.', expected: 'pairs', example: 'time=a', fallback: '',
  }),
`,
});
// Only now, so that the hook sees the modules.
const { EVENTS, ingest, minutes, settings, sources } = await import('../support/lake.ts');
const { MemoryStorage } = await import('../support/memory-storage.ts');
const { verifyLake } = await import('../../src/verify/index.ts');
const { commitRecord } = await import('../../src/lake/index.ts');
const { recordedPlan } = await import('../../src/lake/recorded-plan.ts');
const { commitInfoOf } = await import('../../src/table/index.ts');
const { readCommit } = await import('../../src/table/log.ts');

const storage = new MemoryStorage();
storage.put('raw/a.csv', minutes(0, 10), new Date('2026-06-01T00:00:00.000Z'));
const options = { quoting: 'time=a,time=b,actor_name=c' };
await ingest(storage, options);
const { actions } = await readCommit(storage, EVENTS, 1);
const adds = actions.flatMap((action) => ('add' in action ? [action.add] : []));
const record = commitRecord(commitInfoOf(actions) ?? {}, adds);
const source = typeof record === 'string' ? undefined : record.sources[0];
const plan = source === undefined ? null : recordedPlan(source);
const [entry] = await sources(storage);
const { problems } = await verifyLake(storage, settings(), { deep: true, head: null });
const result: NewSetting = {
  recorded: (entry?.['settings'] as { quoting?: unknown } | undefined)?.quoting,
  readBy: plan === null || typeof plan === 'string' ? plan : (plan.settings as { quoting?: unknown }).quoting,
  problems,
};
parentPort?.postMessage(result);
