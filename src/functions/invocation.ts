import { type Host, systemHost } from '../ingest/host.ts';
import type { Settings } from '../settings/index.ts';
import { openLake, type Storage } from '../storage/index.ts';
import { type Emit, emitTo, type Log } from '../telemetry/emit.ts';
import { Interrupted, interruptible } from './interruptible.ts';

/** What one invocation of a function works with. */
export interface Invocation extends Disposable {
  readonly settings: Settings;
  /** Fails with {@link Interrupted} once the time is over, or the app stops. */
  readonly storage: Storage;
  readonly host: Host;
  readonly emit: Emit;
  /** Aborted with {@link Interrupted}. */
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly deadline: number;
}

const MINUTE_MS = 60_000;

/** What the invocations of an app share. */
export class Lake {
  readonly #settings: Settings;
  #storage: Storage | null = null;
  readonly #stopping: AbortSignal;

  /** @param stopping aborted with {@link Interrupted} when the app stops */
  constructor(settings: Settings, stopping: AbortSignal) {
    this.#settings = settings;
    this.#stopping = stopping;
  }

  /** Begins an invocation; dispose of it when it is over. */
  invocation(log: Log): Invocation {
    const milliseconds = this.#settings.invocationMinutes * MINUTE_MS;
    const timeout = new AbortController();
    const reason = new Interrupted(
      `${this.#settings.invocationMinutes} minutes are over (AUDIT_LAKE_INVOCATION_MINUTES); the next delivery or reconciliation goes on`,
    );
    const timer = setTimeout(() => timeout.abort(reason), milliseconds);
    timer.unref();
    const signal = AbortSignal.any([this.#stopping, timeout.signal]);
    this.#storage ??= openLake(this.#settings);
    return {
      settings: this.#settings,
      storage: interruptible(this.#storage, signal),
      host: systemHost,
      emit: emitTo(log),
      signal,
      deadline: systemHost.now() + milliseconds,
      [Symbol.dispose]: () => clearTimeout(timer),
    };
  }
}
