const OPEN = 0x5b;
const CLOSE = 0x5d;
const PIPE = 0x7c;
const BLANK = 0x20;
const TAB = 0x09;

/** No account is longer, in bytes: so far behind a bracket one more `]` may be its end. */
const LONGEST_ACCOUNT = 1024;

/** What was found of a bracket: all of it, none, or one of which it cannot be told where it ends. */
export type BracketFound = 'whole' | 'none' | 'unclear';

/**
 * The bracket of a line of a classic audit log, `[component|category|code|account] message`, as places in its bytes. Source:
 * docs.nexthink.com, audit-trail-api-classic.
 *
 * It is the first of a line that has three pipes in it. What stands behind the third pipe is the account's, pipes included, up to the
 * first `]` that a blank or the line's end follows. An account may hold a `]`, but then no `[` and no blank behind it; and where the
 * next bracket behind it is one more such `]`, the account may go on to there: what such a line means is not guessed.
 */
export class LogBracket {
  /** Where it begins. */
  open = 0;
  /** The pipes between its parts. */
  readonly pipes = new Int32Array(3);
  /** Where it ends: the place of its `]`. */
  close = 0;

  /** Looks for it in one pass. Its places are set where it is whole. */
  find(bytes: Uint8Array, start: number, end: number): BracketFound {
    let open = -1;
    let pipes = 0;
    for (let at = start; at < end; at++) {
      const byte = bytes[at]!;
      if (byte === OPEN) {
        open = at;
        pipes = 0;
      } else if (open === -1) continue;
      else if (byte === CLOSE) open = -1;
      else if (byte === PIPE) {
        this.pipes[pipes++] = at;
        if (pipes < this.pipes.length) continue;
        this.open = open;
        return this.#findClose(bytes, at + 1, end);
      }
    }
    return 'none';
  }

  #findClose(bytes: Uint8Array, start: number, end: number): BracketFound {
    let inner = -1;
    let inners = 0;
    let isUnclear = false;
    for (let at = start; at < end; at++) {
      const byte = bytes[at]!;
      if (byte === CLOSE) {
        if (at + 1 === end || isBlank(bytes[at + 1]!)) {
          this.close = at;
          return isUnclear || mayGoOn(bytes, at + 1, end) ? 'unclear' : 'whole';
        }
        if (inner === -1) inner = at;
        inners++;
      } else if (inner !== -1 && (byte === OPEN || isBlank(byte))) isUnclear = true;
    }
    if (inners === 0) return 'none';
    this.close = inner;
    return inners === 1 ? 'whole' : 'unclear';
  }
}

/** Whether what looks like a message may begin with the rest of the account: its first bracket closes one. */
function mayGoOn(bytes: Uint8Array, start: number, end: number): boolean {
  const limit = Math.min(end, start + LONGEST_ACCOUNT);
  for (let at = start; at < limit; at++) {
    if (bytes[at] === OPEN) return false;
    if (bytes[at] === CLOSE) return at + 1 === end || isBlank(bytes[at + 1]!);
  }
  return false;
}

/** Whether a byte is a blank or a tab, of which log lines have no others. */
export function isBlank(byte: number): boolean {
  return byte === BLANK || byte === TAB;
}
