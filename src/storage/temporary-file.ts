import { rmSync } from 'node:fs';
import process from 'node:process';

/** Files that this process has begun and not given their name yet. */
const held = new Set<string>();

let isWatching = false;

/** Has a file removed when this process ends, unless it is let go before. */
export function holdTemporary(file: string): void {
  if (!isWatching) process.on('exit', removeHeld);
  isWatching = true;
  held.add(file);
}

/** Lets a file go: it is gone, or has its name. */
export function letGo(file: string): void {
  held.delete(file);
}

function removeHeld(): void {
  for (const file of held) {
    try {
      rmSync(file, { force: true });
    } catch {
      // Nobody sees it, and the next vacuum removes it.
    }
  }
}
