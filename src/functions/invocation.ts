import type { Settings } from '../settings/index.ts';
import { Interrupted, interruptible, type LakeContext, openLake, type Storage, systemHost } from '../storage/index.ts';
import { type Emit, emitFailure, emitTo, type Log } from '../telemetry/index.ts';

/** What one invocation of a function works with. */
export interface Invocation extends LakeContext, Disposable {
  readonly settings: Settings;
  /** Fails with {@link Interrupted} once the time is over, or the app stops. */
  readonly storage: Storage;
  readonly emit: Emit;
  /** The same for all invocations of an app, which do together what they can; left out where there is but one. */
  readonly app?: object;
  /** Aborted with {@link Interrupted}. */
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly deadline: number;
}

const MINUTE_MS = 60_000;

/** What the invocations of an app share. */
export class Invocations {
  readonly #settings: Settings;
  readonly #open: (settings: Settings) => Storage;
  #storage: Storage | null = null;
  readonly #stopping = new AbortController();
  /** Invocations that are not over, each with a promise of its end. */
  readonly #running = new Map<Invocation, Promise<void>>();

  /** @param open what the app may reach; of it, all invocations have one */
  constructor(settings: Settings, open: (settings: Settings) => Storage = openLake) {
    this.#settings = settings;
    this.#open = open;
  }

  /** Begins an invocation; dispose of it when it is over. */
  begin(log: Log): Invocation {
    const milliseconds = this.#settings.invocationMinutes * MINUTE_MS;
    const timeout = new AbortController();
    const reason = new Interrupted(
      `${this.#settings.invocationMinutes} minutes are over (AUDIT_LAKE_INVOCATION_MINUTES); the next delivery or reconciliation goes on`,
    );
    const timer = setTimeout(() => timeout.abort(reason), milliseconds);
    timer.unref();
    const signal = AbortSignal.any([this.#stopping.signal, timeout.signal]);
    this.#storage ??= this.#open(this.#settings);
    const { promise: end, resolve } = Promise.withResolvers<void>();
    const invocation: Invocation = {
      settings: this.#settings,
      storage: interruptible(this.#storage, signal),
      host: systemHost,
      emit: emitTo(log),
      app: this,
      signal,
      deadline: systemHost.now() + milliseconds,
      [Symbol.dispose]: () => {
        clearTimeout(timer);
        this.#running.delete(invocation);
        resolve();
      },
    };
    this.#running.set(invocation, end);
    return invocation;
  }

  /**
   * Interrupts the invocations that run, and waits until they have cleared away what they have not committed and logged
   * that: at most so many milliseconds, and those that are not over by then get a line from here.
   */
  async stop(milliseconds: number): Promise<void> {
    const reason = new Interrupted('the app stops; the next delivery or reconciliation goes on');
    this.#stopping.abort(reason);
    const { promise: over, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, milliseconds);
    await Promise.race([Promise.all(this.#running.values()), over]);
    clearTimeout(timer);
    for (const { emit } of this.#running.keys()) emitFailure(emit, 'app', 'stop', reason, false);
  }
}
