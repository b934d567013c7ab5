import type { AskedLake } from '../asking/index.ts';
import { visible } from '../present/index.ts';
import type { Settings } from '../settings/index.ts';
import { interruption, openLakeHere } from './interruption.ts';
import { notes } from './notes.ts';
import { keepShortLivedSmall } from './short-lived.ts';

/** The lake of a command, to be asked: what takes its time is said, and an interruption ends it. */
export function askedLake(settings: Settings): AskedLake {
  keepShortLivedSmall();
  return {
    settings,
    storage: openLakeHere(settings),
    signal: interruption,
    tell: (text) => notes.write(`${visible(text)}\n`),
  };
}
