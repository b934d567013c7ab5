import { CATALOGUE_VERSION } from '../catalogue/index.ts';
import { dateOfDay, dayOfDate } from '../events/index.ts';
import type { Observer, Scope } from '../ingest/index.ts';
import {
  type ByRecord,
  type ChangeInfo,
  changesWithdrawn,
  changesWithheld,
  discardFiles,
  fileRecords,
  forEachId,
  hasErasures,
  Identities,
  madeGood,
  ownerOf,
  removalOf,
  sourceRecord,
  UnreadableDataFile,
} from '../lake/index.ts';
import { isGiven, type Settings } from '../settings/index.ts';
import { type LakeContext, localStorage, makeScratch } from '../storage/index.ts';
import { type Action, type AddFile, type Commit, type Snapshot, TableError } from '../table/index.ts';
import { bracketedChange, type Change } from './bracketed-change.ts';
import { type Conservation, compareEvents } from './conservation.ts';
import { removalsOfDays } from './foreign-removal-days.ts';
import { type Reread, reread, type SkippedSource } from './reread.ts';
import { overScratch } from './scratch.ts';

export interface ReplayOptions {
  /** The days whose events are read again, in whole days since 1970, both included; all where it is null. */
  readonly scope: Scope | null;
  /** Why, for the log. */
  readonly reason: string;
  /** Who asks for it; left out where nobody knows. */
  readonly by?: ByRecord | null;
  /** Whether to say only what would be done; that takes as long, and room for the data files among temporary files. */
  readonly dryRun: boolean;
  readonly observer?: Observer;
}

/** What a replay did, or would do. */
export interface Replay extends Conservation {
  readonly snapshot: Snapshot;
  /** The version that put the new rows in place of the old ones; null where nothing was done. */
  readonly version: number | null;
  /** Raw files read again, and the records in them. */
  readonly sources: number;
  readonly records: number;
  /** Raw files that could not be read again, and the rows that were kept as they are because of that. */
  readonly skipped: readonly SkippedSource[];
  readonly carriedOver: number;
  /** Ids of events that the table holds and that raw files give no more: these events get others, or are read no more. */
  readonly idsChanged: number;
  /** Versions in which another engine removed rows that this puts back. */
  readonly madeGood: readonly number[];
}

/**
 * Reads raw files again with today's catalogue and settings and puts what comes of them in place of the rows there are.
 * Rows whose raw file is gone, has changed or is refused by today's settings stay as they are. Every event stays, unless
 * settings changed that decide which records are good, or what makes an event.
 * @throws storage errors, UnrewritableFile, TableError
 */
export async function replayTable(
  context: LakeContext,
  settings: Settings,
  snapshot: Snapshot,
  options: ReplayOptions,
): Promise<Replay> {
  const { storage, host } = context;
  if (!options.dryRun) {
    const replacement = new RowsReplacement(context, settings, options);
    const changed = await bracketedChange(context, snapshot, replacement, options.observer);
    return { ...changed, ...replacement.summary };
  }
  const scratch = await makeScratch('replay');
  try {
    const replacement = new RowsReplacement(
      { storage: overScratch(storage, localStorage(scratch.path)), host },
      settings,
      options,
    );
    await replacement.prepare(snapshot);
    return { snapshot, version: null, ...replacement.summary };
  } finally {
    await scratch.remove();
  }
}

/** The replacement of all rows in a scope by what is read from raw today. */
class RowsReplacement implements Change {
  readonly kind = 'replay';
  readonly reason: string;
  readonly by: ByRecord | null;
  readonly #context: LakeContext;
  readonly #settings: Settings;
  readonly #scope: Scope | null;
  readonly #observer: Observer;
  /** The files that are replaced, by path. */
  #replaced = new Map<string, AddFile>();
  #reread: Reread | null = null;
  /** Versions in which another engine removed rows of these days. */
  #madeGood: readonly number[] = [];
  #conservation: Conservation = { rowsBefore: 0, rowsAfter: 0, vanished: 0, dropped: 0, appeared: 0, damaged: [] };

  constructor(context: LakeContext, settings: Settings, { scope, reason, by = null, observer = {} }: ReplayOptions) {
    this.reason = reason;
    this.by = by;
    this.#context = context;
    this.#settings = settings;
    this.#scope = scope;
    this.#observer = observer;
  }

  get summary(): Omit<Replay, 'snapshot' | 'version'> {
    const sources = this.#reread?.sources ?? [];
    return {
      sources: sources.length,
      records: sources.reduce((sum, { counts }) => sum + counts.records, 0),
      skipped: this.#reread?.skipped ?? [],
      carriedOver: this.#carriedOver(),
      idsChanged: this.#conservation.vanished,
      madeGood: this.#madeGood,
      ...this.#conservation,
    };
  }

  async prepare(snapshot: Snapshot): Promise<boolean> {
    const replaced = [...snapshot.files.values()].filter((file) => this.#isInScope(file));
    this.#replaced = new Map(replaced.map((file) => [file.path, file]));
    const context = {
      storage: this.#context.storage,
      host: this.#context.host,
      settings: this.#settings,
      scope: this.#scope,
      observer: this.#observer,
    };
    try {
      this.#reread = await reread(context, snapshot, replaced);
      const { skipped } = this.#reread;
      const added = this.#added().map(({ add }) => add);
      const toleratesDamage = skipped.length === 0;
      this.#conservation = await compareEvents(
        this.#context.storage,
        snapshot.path,
        replaced,
        added,
        toleratesDamage,
        this.#reread.dispensable,
      );
      this.#madeGood = await removalsOfDays(this.#context.storage, snapshot, this.#scope);
      this.#checkConservation(snapshot);
    } catch (error) {
      await this.#discard(snapshot.path);
      throw error instanceof UnreadableDataFile ? notMadeAnew(error) : error;
    }
    return this.#replaced.size > 0 || this.#added().length > 0;
  }

  async revise(snapshot: Snapshot, since: readonly Commit[]): Promise<boolean> {
    if (await this.#standsAfter(snapshot, since)) return true;
    await this.#discard(snapshot.path);
    return this.prepare(snapshot);
  }

  commitOn(snapshot: Snapshot): { readonly record: ChangeInfo; readonly actions: readonly Action[] } {
    const now = this.#context.host.now();
    const identities = new Identities(snapshot);
    const arePlaced = isGiven(this.#settings, 'instances');
    const sources = (this.#reread?.sources ?? []).map((source) => ({
      source,
      identity: identities.note(source, arePlaced),
    }));
    // Then no row is left that an older reader read.
    const { skipped = [], carried = [] } = this.#reread ?? {};
    if (this.#scope === null && skipped.length === 0 && carried.length === 0) {
      identities.noteReader(sources.map(({ source }) => ownerOf(source.plan)));
    }
    const added = this.#added();
    const { rowsBefore, rowsAfter, vanished, dropped, appeared, damaged } = this.#conservation;
    const { from, to } = this.#dates();
    return {
      record: {
        operation: 'WRITE',
        operationParameters: { mode: 'Overwrite', partitionBy: '["event_date"]' },
        operationMetrics: {
          numFiles: String(added.length),
          numRemovedFiles: String(this.#replaced.size),
          numOutputRows: String(rowsAfter),
        },
        userMetadata: `replayed ${sources.length} files: ${rowsAfter} rows in place of ${rowsBefore}`,
        catalogueVersion: CATALOGUE_VERSION,
        change: {
          kind: this.kind,
          from,
          to,
          carried_over: this.#carriedOver(),
          rows_before: rowsBefore,
          rows_after: rowsAfter,
          vanished,
          dropped,
          appeared,
          damaged: [...damaged],
          made_good: [...this.#madeGood],
          skipped: skipped.map(({ path, reason }) => ({ path, reason })),
        },
        files: fileRecords(added),
        sources: sources.map((each) => sourceRecord(each)),
      },
      actions: [
        ...[...identities.transactions(now), ...madeGood(this.#madeGood, now)].map((txn) => ({ txn })),
        ...[...this.#replaced.values()].map((file) => removalOf(file, now)),
        ...added.map(({ add }) => ({ add })),
      ],
    };
  }

  /**
   * Whether the new rows still fit what other writers committed since. What they appended stays beside them; where they
   * compacted files that are to be replaced, the compacted ones are.
   */
  async #standsAfter(snapshot: Snapshot, since: readonly Commit[]): Promise<boolean> {
    if (changesWithheld(since) || changesWithdrawn(since)) return false;
    for (const { actions } of since) {
      const added = actions.flatMap((action) => ('add' in action && this.#isInScope(action.add) ? [action.add] : []));
      const removed = actions.flatMap((action) => ('remove' in action ? [action.remove] : []));
      if (removed.some(({ dataChange }) => dataChange)) return false;
      const ours = removed.filter((file) => this.#replaced.has(file.path));
      if (ours.length === 0) {
        if (await this.#sharesEvents(snapshot, added)) return false;
        continue;
      }
      // Rows of both kinds in one file: they cannot be told apart any more.
      const inScope = removed.filter((file) => this.#isInScope({ partitionValues: file.partitionValues ?? {} }));
      if (ours.length < inScope.length || added.some(({ dataChange }) => dataChange)) return false;
      for (const file of ours) this.#replaced.delete(file.path);
      for (const file of added) this.#replaced.set(file.path, file);
    }
    return true;
  }

  /** Whether files that came meanwhile hold events of ours: only such as the table did not hold before can meet. */
  async #sharesEvents(snapshot: Snapshot, added: readonly AddFile[]): Promise<boolean> {
    const { appeared, damaged } = this.#conservation;
    if (appeared === 0 && damaged.length === 0) return false;
    let shared = false;
    for (const add of added) {
      if (!add.dataChange) continue;
      await forEachId(this.#context.storage, snapshot.path, add, (id) => {
        shared ||= this.#reread?.staging.holds(id) === true;
      });
    }
    return shared;
  }

  /** Refuses a replay after which events would be missing, or erased ones be back. */
  #checkConservation(snapshot: Snapshot): void {
    const { vanished, appeared, damaged } = this.#conservation;
    const isReadOtherwise = this.#reread?.isReadOtherwise === true;
    // An event that gets another date leaves the days of the scope, or comes into them, and only one of its days is replaced.
    if (this.#scope !== null && this.#reread?.mayMove === true && vanished + appeared + damaged.length > 0) {
      throw new TableError(
        snapshot.path,
        `read with the settings of today, ${vanished} events of these days are gone and ${appeared} are new, and such as ` +
          'moved to another day would be lost or doubled; nothing was changed: replay without --from and --to, or with ' +
          'settings that read times, columns and instances as the files were read (limits may differ)',
      );
    }
    if (vanished > 0 && !isReadOtherwise) {
      throw new TableError(
        snapshot.path,
        `expected to find every event in the raw files again, found ${vanished} in none of them, although they are read ` +
          'with the same settings; nothing was changed: run verify --deep, which says which rows these are',
      );
    }
    if ((appeared > 0 || damaged.length > 0) && isReadOtherwise && hasErasures(snapshot)) {
      const events = appeared > 0 ? `${appeared} events` : 'events of the data files that cannot be read';
      throw new TableError(
        snapshot.path,
        `read with the settings of today, ${events} get an id that the table does not hold, and rows that were ` +
          'erased may be among them; nothing was changed: replay with the settings that the files were read with',
      );
    }
  }

  #isInScope({ partitionValues }: Pick<AddFile, 'partitionValues'>): boolean {
    if (this.#scope === null) return true;
    const day = dayOfDate(partitionValues['event_date'] ?? '');
    return day !== null && day >= this.#scope.from && day <= this.#scope.to;
  }

  /** The scope for the log; null where an end is open. */
  #dates(): { readonly from: string | null; readonly to: string | null } {
    const { from, to } = this.#scope ?? { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
    return { from: Number.isFinite(from) ? dateOfDay(from) : null, to: Number.isFinite(to) ? dateOfDay(to) : null };
  }

  #added() {
    return this.#reread === null ? [] : [...this.#reread.carried, ...this.#reread.staging.files.written];
  }

  #carriedOver(): number {
    return (this.#reread?.carried ?? []).reduce((sum, { rows }) => sum + rows, 0);
  }

  /** Removes files that no commit names. */
  async #discard(table: string): Promise<void> {
    await discardFiles(this.#context.storage, table, this.#added());
    this.#reread = null;
  }
}

/** What a replay says of a data file that it cannot do without. */
function notMadeAnew({ table, path, found }: UnreadableDataFile): TableError {
  return new TableError(
    table,
    `data file ${JSON.stringify(path)} cannot be read: ${found}; its rows cannot be made anew either, since raw files are ` +
      'missing, changed or rejected by the settings of today, or its statistics do not say how many rows it held. Nothing ' +
      'was changed: restore the data file, or these raw files, from a copy; replay --dry-run and verify name them',
  );
}
