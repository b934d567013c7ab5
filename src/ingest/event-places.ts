import { IdSet } from '../events/index.ts';
import type { Row } from '../source/index.ts';

const WORD = 2 ** 32;

/** Where which event stands in a raw file, as one reading finds it. */
export class EventPlaces {
  /** An event's id (without ordinal) and the number of its record in one: all bits of the id are as if drawn by lot. */
  readonly #numbers = new IdSet();
  /** The same with the place of the record in the text. */
  readonly #offsets = new IdSet();
  readonly #word = new Uint32Array(4);

  add(id: Uint32Array, { number, offset }: Pick<Row, 'number' | 'offset'>): void {
    this.#numbers.add(this.#at(id, number));
    this.#offsets.add(this.#at(id, offset));
  }

  /**
   * Whether every event of another reading of the same file is an event of this one in the same place. Another limit numbers
   * records anew where one was cut into several, and another encoding moves them: one of both has to hold for all.
   */
  hasAll(other: EventPlaces): boolean {
    return this.#numbers.hasAll(other.#numbers) || this.#offsets.hasAll(other.#offsets);
  }

  #at(id: Uint32Array, place: number): Uint32Array {
    this.#word.set(id);
    this.#word[2]! ^= Math.floor(place / WORD);
    this.#word[3]! ^= place % WORD;
    return this.#word;
  }
}
