import { EQUALS } from './characters.ts';

/**
 * One message as a slice of a buffer, with the positions of its equals signs: a key ends at one, so they are where
 * templates are looked for.
 */
export class Message {
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  /** Positions of `=`; the first {@link equalsCount} count. */
  equals = new Int32Array(64);
  equalsCount = 0;
  /** Whether the message holds a control character or a byte above 0x7f, so that its flags need a look. */
  unusual = false;

  set(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    let count = 0;
    let unusual = false;
    for (let at = start; at < end; at++) {
      const byte = bytes[at]!;
      if (byte === EQUALS) {
        if (count === this.equals.length) this.#grow();
        this.equals[count++] = at;
      } else if (byte < 0x20 || byte > 0x7e) {
        unusual = true;
      }
    }
    this.equalsCount = count;
    this.unusual = unusual;
  }

  /** Whether an equals sign stands in [start, end). */
  holdsEquals(start: number, end: number): boolean {
    for (let index = 0; index < this.equalsCount; index++) {
      const sign = this.equals[index]!;
      if (sign >= start) return sign < end;
    }
    return false;
  }

  #grow(): void {
    const larger = new Int32Array(this.equals.length * 2);
    larger.set(this.equals);
    this.equals = larger;
  }
}
