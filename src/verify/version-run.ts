/** Versions one after another. */
export class VersionRun {
  #first: number | null = null;
  #last = -1;

  extend(version: number): void {
    this.#first ??= version;
    this.#last = version;
  }

  /** The run so far, and begins a new one; null where it is empty. */
  end(): { readonly first: number; readonly words: string } | null {
    const first = this.#first;
    this.#first = null;
    if (first === null) return null;
    return { first, words: first === this.#last ? `version ${first} is` : `versions ${first} to ${this.#last} are` };
  }
}
