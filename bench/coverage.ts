import { Random } from '../samples/random.ts';
import { CURRENT_CODES } from '../samples/values.ts';
import { explanationsOf } from '../src/coverage/index.ts';
import { textTable } from '../src/present/text-table.ts';
import { MemoryStorage } from '../test/support/memory-storage.ts';
import {
  cellOf,
  compareWith,
  eraseAll,
  FAULTS,
  REASONS,
  type Trail,
  type TrailRecord,
  takeTrailIn,
  trailOf,
} from './coverage-lake.ts';

/**
 * Whether a comparison with what the source counted finds one record that a lake of a million lacks, at an hour and of a code
 * drawn at random, and finds nothing where one is explained: `npm run bench -- coverage [rows] [trials] [seed]`. Every trial has
 * a lake of its own, a copy of the same one, and compares all of it.
 */
const rows = Number(process.argv[2] ?? 1_000_000);
const trials = Number(process.argv[3] ?? 100);
const random = new Random(Number(process.argv[4] ?? 1));
const HOUR_MS = 3_600_000;

interface Outcome {
  readonly name: string;
  right: number;
  trials: number;
  milliseconds: number;
}

const trail = trailOf(rows);
const base = new MemoryStorage();
await takeTrailIn(base, trail);
const outcomes = [...(await findMissing(base)), ...(await findNothing(base))];
print(outcomes);

/** Trials in which a record is missing: it, and nothing else, has to be found, with what it comes of. */
async function findMissing(lake: MemoryStorage): Promise<readonly Outcome[]> {
  return await inTurn(Object.entries(FAULTS), 'missing', async ([kind, spoil], record) => {
    const storage = lake.copy();
    await spoil(storage, trail, record);
    const begun = performance.now();
    const found = foundBy(await compareWith(storage, trail, [record]));
    return { isRight: found === `${cellOf(record)}: 1 ${kind}`, found, milliseconds: performance.now() - begun };
  });
}

/** Trials in which a record is explained: nothing must be found. */
async function findNothing(lake: MemoryStorage): Promise<readonly Outcome[]> {
  const erased = lake.copy();
  const records = Array.from({ length: trials }, (_, trial) => recordOf(trail, `erased-${trial}`));
  await eraseAll(erased, records);
  return await inTurn(Object.entries(REASONS), 'explained', async ([kind, reason], drawn, trial) => {
    const isErased = kind === 'withheld';
    const record = isErased ? records[trial]! : drawn;
    const storage = (isErased ? erased : lake).copy();
    await reason.prepare(storage, trail, record);
    const counted = [...(reason.isCounted ? [record] : []), ...(kind === 'merged' ? [record] : [])];
    const begun = performance.now();
    const result = await compareWith(storage, trail, counted);
    const explained = result.compared.reduce((sum, each) => sum + each.explained, 0);
    const found = `${foundBy(result)}${explained} explained`;
    return { isRight: found === '1 explained', found, milliseconds: performance.now() - begun };
  });
}

interface Trial {
  readonly isRight: boolean;
  readonly found: string;
  readonly milliseconds: number;
}

/** Runs the trials, each kind in its turn, and tells of those that went wrong. */
async function inTurn<K extends readonly [string, unknown]>(
  kinds: readonly K[],
  what: string,
  run: (kind: K, record: TrailRecord, trial: number) => Promise<Trial>,
): Promise<readonly Outcome[]> {
  const outcomes = kinds.map(([name]): Outcome => ({ name: `${what}: ${name}`, right: 0, trials: 0, milliseconds: 0 }));
  for (let trial = 0; trial < trials; trial++) {
    const turn = trial % kinds.length;
    const record = recordOf(trail, `${what}-${trial}`);
    const { isRight, found, milliseconds } = await run(kinds[turn]!, record, trial);
    const outcome = outcomes[turn]!;
    outcome.trials++;
    outcome.milliseconds += milliseconds;
    if (isRight) outcome.right++;
    else process.stdout.write(`trial ${trial}, ${outcome.name}, ${cellOf(record)}: found ${found || 'nothing'}\n`);
  }
  return outcomes;
}

/** A record that the trail does not have, at any time but in its first and its last hour, which are not judged. */
function recordOf({ hours }: Trail, name: string): TrailRecord {
  const first = Date.parse(hours[0]![0]!.slice(0, 24));
  const at = first + HOUR_MS + Math.floor(random.next() * (hours.length - 2) * HOUR_MS);
  const time = new Date(at).toISOString();
  const { code } = random.pick(CURRENT_CODES);
  return { time, code, line: `${time},${code},"Done in a trial, ID=${name}",li@corp.example,u-1\n` };
}

function foundBy({ findings, refused }: Awaited<ReturnType<typeof compareWith>>): string {
  const said = findings.map((row) => {
    const kinds = explanationsOf(row).map(({ kind }) => kind);
    const time = new Date(row.hour_start).toISOString();
    return `${cellOf({ time, code: row.code ?? 0 })}: ${row.difference} ${kinds.join(' ')}`;
  });
  return [...said, ...refused.map(({ reason }) => reason)].join('; ');
}

function print(outcomes: readonly Outcome[]): void {
  const table = outcomes.map(({ name, right, trials: of, milliseconds }) => [
    name,
    `${right} of ${of}`,
    (milliseconds / of / 1000).toFixed(2),
  ]);
  process.stdout.write(`${textTable([`${rows} records`, 'right', 's each'], table, [false, true, true])}\n`);
  const isRight = outcomes.every(({ right, trials: of }) => right === of);
  process.stdout.write(`goal: every missing record found, no explained one: ${isRight ? 'reached' : 'missed'}\n`);
  if (!isRight) process.exitCode = 1;
}
