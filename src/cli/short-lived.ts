import { setFlagsFromString } from 'node:v8';

/**
 * Has what lives shortly, such as the rows of an answer that are written while they come, take little memory: V8 gives it
 * more and more room otherwise, which a command that writes a million rows has no use for.
 */
export function keepShortLivedSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
