import { instanceOf, type Settings } from '../settings/index.ts';
import { type ListedFile, pathInZone } from '../storage/index.ts';

/** What the table holds of a Nexthink instance's files in the raw zone. */
export interface Freshness {
  /** As the settings name it; null for all files where they name none. */
  readonly instance: string | null;
  /** Raw files that were taken in. */
  readonly files: number;
  /** When the newest of them was last changed; null where there is none. */
  readonly newestAt: Date | null;
}

/**
 * Follows which files are in, for each instance that the settings name, and for all files where they name none. Beside named
 * instances nothing is expected of files that belong to none: a test file that came once would be overdue for ever.
 */
export class FreshnessByInstance {
  readonly #settings: Pick<Settings, 'instances'>;
  readonly #found = new Map<string | null, Freshness>();

  constructor(settings: Pick<Settings, 'instances'>) {
    this.#settings = settings;
    // One that never sent a file is overdue too.
    const expected = settings.instances.length === 0 ? [null] : settings.instances.map(({ name }) => name);
    for (const instance of expected) this.#found.set(instance, { instance, files: 0, newestAt: null });
  }

  /** Counts a raw file that is in the table. */
  add({ path, lastModified }: Pick<ListedFile, 'path' | 'lastModified'>): void {
    const instance = instanceOf(pathInZone(path), this.#settings.instances) ?? null;
    const found = this.#found.get(instance);
    if (found === undefined) return;
    const { files, newestAt } = found;
    const isNewest = newestAt === null || lastModified > newestAt;
    this.#found.set(instance, { instance, files: files + 1, newestAt: isNewest ? lastModified : newestAt });
  }

  /** One for each instance. */
  get all(): readonly Freshness[] {
    return [...this.#found.values()];
  }
}
