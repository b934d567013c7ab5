import { Random } from '../../samples/random.ts';
import { Intake, ingestPaths, type Observer } from '../../src/ingest/index.ts';
import { rawPaths } from '../../src/lake/index.ts';
import type { Storage } from '../../src/storage/index.ts';
import { vacuum } from './actors.ts';
import { CreateAnswers } from './create-answers.ts';
import { FaultStorage, isInjected } from './fault-storage.ts';
import { problemsOf } from './final-state.ts';
import { type Acknowledgement, EVENTS } from './outcome.ts';
import { SETTINGS } from './prepared-lakes.ts';
import { type Process, Schedule } from './schedule.ts';
import { memoryLake, type OpenLake } from './shared-lake.ts';
import { drawWorld, type World } from './world.ts';

/** Longer than removed files are kept. */
const VACUUMED_AFTER_MS = 8 * 86_400_000;

const WRITTEN_ZONES = ['curated/', 'quarantine/', 'evidence/'];

/** A seed's schedule after it was run: what broke, nothing where all is well, and every step that led there. */
export interface SeedRun {
  readonly seed: number;
  readonly problems: readonly string[];
  readonly trace: readonly string[];
}

/** Runs the schedule that a seed names, lets one undisturbed run finish the work, and checks what is there then. */
export async function runSeed(seed: number, open: OpenLake = memoryLake()): Promise<SeedRun> {
  const schedule = new Schedule(seed + 0x9e3779b9);
  const world = await drawWorld(new Random(seed), (prepared) => open(prepared, schedule, seed));
  const { lake, contents, isVacuumed, verification } = world;
  try {
    const work = new Work(world, schedule);
    await work.run();
    await work.finish();
    const { acknowledgements, answers } = work;
    const found = await problemsOf({
      lake: lake.undisturbed,
      storage: lake.contents(),
      etagOf: (path) => lake.etagOf(path),
      contents,
      acknowledgements,
      answers,
      isVacuumed,
      verification,
    });
    return { seed, problems: [...work.problems, ...found], trace: schedule.trace };
  } finally {
    await lake.close();
  }
}

/** What the processes of a world do, and what they are told. */
class Work {
  readonly problems: string[] = [];
  readonly acknowledgements: Acknowledgement[] = [];
  readonly answers: CreateAnswers;
  readonly #world: World;
  readonly #schedule: Schedule;

  constructor(world: World, schedule: Schedule) {
    this.#world = world;
    this.#schedule = schedule;
    this.answers = new CreateAnswers(WRITTEN_ZONES.flatMap((zone) => world.lake.paths(zone)));
  }

  /** Everything that the schedule mixes, to its end. */
  async run(): Promise<void> {
    this.#startAll();
    try {
      await this.#schedule.run();
    } catch (error) {
      this.#fail('the schedule', error);
    }
  }

  #startAll(): void {
    const { lake, contents, writers, actors, arrivals } = this.#world;
    for (const { name, runs, death } of writers) {
      const body = async (process: Process) => {
        const intake = lake.isOfApps === true ? new Intake(SETTINGS, 1) : null;
        const take = (storage: Storage, paths: readonly string[] | null) =>
          intake === null ? this.#ingest(process, storage, paths) : this.#announce(process, intake, storage, paths);
        for (const paths of runs) await this.#attempt(process, (storage) => take(storage, paths));
      };
      this.#schedule.start(name, body, death);
    }
    for (const { name, actor, delay, death } of actors) {
      const body = async (process: Process) => {
        await process.host.sleep(delay);
        await this.#attempt(process, (storage) => actor.run({ storage, host: process.host }, this.#observer(name)));
      };
      this.#schedule.start(name, body, death);
    }
    for (const { path, content } of arrivals) {
      this.#schedule.start('exporter', async (process) => {
        await process.host.sleep(this.#schedule.random.whole(0, 4_000));
        await process.turn(`lands ${path}`, async () => {
          const etag = lake.put(path, content.bytes, new Date(this.#schedule.now));
          contents.add(path, etag, content);
        });
      });
    }
  }

  /** The store is sound again, and one run takes in whatever is left; a week later, where drawn, waste is removed. */
  async finish(): Promise<void> {
    const [schedule, storage] = [this.#schedule, this.#world.lake.undisturbed];
    const random = () => schedule.random.next();
    const host = { now: () => schedule.now, randomId: () => schedule.newId(), random, sleep: async () => {} };
    schedule.note('the last run');
    try {
      const observer = this.#observer('the last run');
      await ingestPaths({ storage, host }, SETTINGS, rawPaths(storage, SETTINGS), { named: false, observer });
      if (!this.#world.isVacuumed) return;
      schedule.now += VACUUMED_AFTER_MS;
      await vacuum.run({ storage, host }, observer);
    } catch (error) {
      this.#fail('the last run', error);
    }
  }

  async #ingest(process: Process, storage: Storage, paths: readonly string[] | null): Promise<void> {
    const observer = this.#observer(process.name);
    await ingestPaths({ storage, host: process.host }, SETTINGS, paths ?? rawPaths(storage, SETTINGS), {
      named: false,
      observer,
    });
  }

  /** Announces files all at once, as events do, one of them twice. */
  async #announce(process: Process, intake: Intake, storage: Storage, paths: readonly string[] | null): Promise<void> {
    const context = { storage, host: process.host };
    const announced: string[] = [];
    for await (const path of paths ?? rawPaths(storage, SETTINGS)) announced.push(path);
    const { signal } = new AbortController();
    const observer = this.#observer(process.name);
    const events = [...announced, ...announced.slice(0, 1)].map(async (path) => {
      await intake.take({ context, file: (await storage.head(path)) ?? path, observer, signal });
    });
    const ended = await Promise.allSettled(events);
    const failed = ended.find((each) => each.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  /** A run may fail by what the schedule does to it, and by nothing else. */
  async #attempt(process: Process, run: (storage: Storage) => Promise<void>): Promise<void> {
    try {
      const { lake, rates } = this.#world;
      const storage = this.answers.witness(lake.storageOf(process));
      await run(new FaultStorage(storage, lake.turns, process, rates));
    } catch (error) {
      if (!isInjected(error)) this.#fail(process.name, error);
      this.#schedule.note(`${process.name}: the run fails`);
    }
  }

  #observer(name: string): Observer {
    const unlessInjected = (error: unknown) => {
      if (!isInjected(error)) this.#fail(name, error);
    };
    return {
      onReport: (report) => {
        this.#schedule.note(`${name}: ${report.path} ${report.outcome} ${report.committed}/${report.duplicates}`);
        this.acknowledgements.push({ report, head: this.#head() });
      },
      onCheckpointFailure: unlessInjected,
      onEvidenceFailure: unlessInjected,
    };
  }

  #fail(name: string, error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.problems.push(`run: ${name} ends with ${text}`);
  }

  /** The newest version that the log holds now. */
  #head(): number {
    const commits = this.#world.lake.paths(`${EVENTS}/_delta_log/`).filter((path) => /\/\d{20}\.json$/.test(path));
    return commits.length - 1;
  }
}
