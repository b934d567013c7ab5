import { setImmediate } from 'node:timers/promises';
import { Random } from '../../samples/random.ts';
import type { Host } from '../../src/storage/index.ts';
import { isUnpacking } from './unpacking.ts';

/** When a schedule begins, in milliseconds since 1970. */
export const BEGINNING = Date.UTC(2026, 5, 1);

/** The longest a single turn takes, in milliseconds of the schedule's own time. */
const LONGEST_TURN_MS = 20;
/** Rounds of the event loop without a turn, after which a process counts as waiting for what no schedule can give. */
const MOST_ROUNDS = 100_000;

/** The turn at which a version of a table is claimed. */
const COMMIT = /^(create|PUT) .*\/_delta_log\/\d{20}\.json$/;

/** A step of some process that waits until it is let go. A process of null is the store's own: a request that is still on its way. */
interface Turn {
  readonly process: Process | null;
  readonly label: string;
  /** Not before this time. */
  readonly due: number;
  /** Does the step and hands its outcome to whoever waits for it. */
  readonly take: () => Promise<void>;
  /** Does the step for nobody: the process died over it. */
  readonly orphaned: () => Promise<unknown>;
}

/** When a process dies: at which of its turns of a kind, and whether what it asked for then is not done, done, or done later. */
export interface Death {
  readonly kind: 'any' | 'commit';
  readonly at: number;
  readonly step: 'undone' | 'done' | 'late';
}

/**
 * Runs processes in an order that a seed alone decides. Each of them awaits its turn for whatever touches the store or
 * the clock; between two turns it computes alone, so a seed names one interleaving for good.
 */
export class Schedule {
  readonly random: Random;
  /** What was done, turn by turn. */
  readonly trace: string[] = [];
  now = BEGINNING;
  /** Is told how many milliseconds went by, before the turn that comes then. */
  onTimePassed: (milliseconds: number) => void = () => undefined;
  readonly #processes: Process[] = [];
  readonly #ids: Random;
  /** How likely the process that went last goes on: from all mixed up to one after the other. */
  readonly #stickiness: number;
  #waiting: Turn[] = [];
  #last: Process | null = null;

  constructor(seed: number) {
    this.random = new Random(seed);
    this.#ids = new Random(seed ^ 0x5bd1e995);
    this.#stickiness = this.random.pick([0, 0.5, 0.9, 0.97]);
  }

  /** Adds a process, which begins at its first turn and ends with `body` or by its death, whichever comes first. */
  start(name: string, body: (process: Process) => Promise<void>, death: Death | null = null): void {
    const process = new Process(this, name, death);
    this.#processes.push(process);
    void process
      .turn('begins', async () => undefined)
      .then(async () => {
        await body(process);
        process.alive = false;
      });
  }

  /** Lets every process run to its end. */
  async run(): Promise<void> {
    for (;;) {
      await this.#untilAllWait();
      const turn = this.#next();
      if (turn === null) return;
      const before = this.now;
      this.now = Math.max(this.now, turn.due) + this.random.whole(0, LONGEST_TURN_MS);
      this.onTimePassed(this.now - before);
      this.#last = turn.process;
      await this.#take(turn);
    }
  }

  /** Makes a step wait for its turn; no earlier than `delay` milliseconds from now. That of a dead process never comes. */
  wait<T>(process: Process | null, label: string, delay: number, step: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (process?.killed === true) return;
      const take = () => step().then(resolve, reject);
      this.#waiting.push({ process, label, due: this.now + Math.ceil(delay), take, orphaned: step });
    });
  }

  /** Notes what came of the turn that is being taken. */
  note(text: string): void {
    this.trace.push(text);
  }

  newId(): string {
    return this.#ids.uuid().replaceAll('-', '');
  }

  async #take(turn: Turn): Promise<void> {
    const { process, label } = turn;
    this.note(`${process?.name ?? 'store'}: ${label}`);
    const death = process?.ageBy(label) ?? null;
    if (process === null || death === null) return turn.take();
    process.alive = false;
    process.killed = true;
    this.note(`${process.name}: killed, the step is ${death.step}`);
    this.#waiting = this.#waiting.filter((other) => other.process !== process);
    if (death.step === 'done') await turn.orphaned().catch(() => undefined);
    if (death.step === 'late') void this.wait(null, `late ${label}`, 0, turn.orphaned).catch(() => undefined);
  }

  /** Takes out the turn that is next; null where none is left. */
  #next(): Turn | null {
    if (this.#waiting.length === 0) return null;
    const earliest = Math.max(this.now, Math.min(...this.#waiting.map(({ due }) => due)));
    const ready = this.#waiting.filter(({ due }) => due <= earliest);
    const own = ready.filter(({ process }) => process !== null && process === this.#last);
    const turn = this.random.pick(own.length > 0 && this.random.chance(this.#stickiness) ? own : ready);
    this.#waiting.splice(this.#waiting.indexOf(turn), 1);
    return turn;
  }

  /** What a process does between two turns are microtasks and, where it unpacks a file, work of other threads. */
  async #untilAllWait(): Promise<void> {
    for (let rounds = 0; ; ) {
      await setImmediate();
      if (isUnpacking()) continue;
      rounds++;
      const busy = this.#processes.find((each) => each.alive && !this.#waiting.some(({ process }) => process === each));
      if (busy === undefined) return;
      if (rounds > MOST_ROUNDS) {
        throw new Error(`${busy.name} waits for something that is no turn; last: ${this.trace.slice(-5).join(' | ')}`);
      }
    }
  }
}

/** A process of a schedule: its place to wait for turns, and its clock and chance. */
export class Process {
  readonly name: string;
  readonly schedule: Schedule;
  readonly host: Host;
  alive = true;
  killed = false;
  readonly #death: Death | null;
  #age = 0;

  constructor(schedule: Schedule, name: string, death: Death | null) {
    this.schedule = schedule;
    this.name = name;
    this.#death = death;
    this.host = {
      now: () => schedule.now,
      randomId: () => schedule.newId(),
      random: () => schedule.random.next(),
      sleep: (milliseconds) =>
        schedule.wait(this, `sleeps ${Math.round(milliseconds)} ms`, milliseconds, async () => {}),
    };
  }

  turn<T>(label: string, step: () => Promise<T>): Promise<T> {
    return this.schedule.wait(this, label, 0, step);
  }

  /** Counts a turn; the death that it brings, or null. */
  ageBy(label: string): Death | null {
    if (this.#death?.kind === 'any' || COMMIT.test(label)) this.#age++;
    return this.#death !== null && this.#age >= this.#death.at ? this.#death : null;
  }
}
