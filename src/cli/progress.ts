import type { FileReport, Observer } from '../ingest/index.ts';
import { visible } from '../present/index.ts';
import { counted } from '../storage/index.ts';
import { commitWarnings } from './commit-warnings.ts';
import { tellWhenInterrupted } from './interruption.ts';
import { Pace, paceText } from './pace.ts';
import { ProgressLine, type Terminal } from './progress-line.ts';

/** Shows how files are read: a bar on a terminal, elsewhere a plain line for each that is settled. Call `stop` at the end. */
export interface Progress extends Observer {
  stop(): void;
}

/**
 * Progress on `stream`, which is never the one that results are printed on.
 * @param files how many there are
 * @param now milliseconds
 */
export function progressOn(stream: Terminal, files: number, now: () => number = Date.now): Progress {
  const reading = new Reading(new ProgressLine(stream, now), files, now);
  return Object.assign(reading, commitWarnings({ write: (text) => reading.write(text) }));
}

/** Files done of how many, by reading: a commit takes many of them in at once. */
class Reading implements Progress {
  readonly #line: ProgressLine;
  readonly #now: () => number;
  readonly #pace = new Pace();
  readonly #bytePace = new Pace();
  readonly #untell: () => void;
  #files: number;
  /** Files whose report is out. */
  #finished = 0;
  /** Files read since, the current one last, and the rows read of each. */
  readonly #begun = new Map<string, number>();
  #current = '';
  #size = 1;
  #rows = 0;
  /** Stored bytes of all files that were begun, and how many these were. */
  #sizes = 0;
  #sized = 0;

  constructor(line: ProgressLine, files: number, now: () => number) {
    this.#line = line;
    this.#files = files;
    this.#now = now;
    this.#untell = tellWhenInterrupted(() =>
      this.#finished === 0 ? null : `${counted(this.#finished, 'file')} of this run stay as history has them`,
    );
  }

  onFiles(files: number): void {
    this.#files = files;
    this.#finished = 0;
    this.#begun.clear();
  }

  onFile(path: string, size: number): void {
    this.#current = path;
    this.#size = Math.max(size, 1);
    this.#sizes += this.#size;
    this.#sized++;
    this.#begun.set(path, this.#begun.get(path) ?? 0);
    this.#show(0);
  }

  onProgress(bytes: number, rows: number): void {
    this.#rows += rows - (this.#begun.get(this.#current) ?? 0);
    this.#begun.set(this.#current, rows);
    this.#show(Math.min(bytes / this.#size, 1));
  }

  onReport({ path, outcome, reason, rows }: FileReport): void {
    this.#finished++;
    this.#begun.delete(path);
    this.#show(1);
    if (this.#line.isOnTerminal) return;
    this.#line.write(`${outcome}${reason === null ? '' : ` (${reason})`}: ${visible(path)}, ${counted(rows, 'row')}\n`);
  }

  /** Writes lines in place of the bar, which comes again below them. */
  write(text: string): void {
    this.#line.write(text);
  }

  stop(): void {
    this.#untell();
    this.#line.stop();
  }

  /** @param part how much of the current file is read, 0 to 1 */
  #show(part: number): void {
    const now = this.#now();
    const unread = this.#begun.has(this.#current) ? 1 - part : 0;
    const done = Math.min(this.#finished + this.#begun.size - unread, this.#files);
    const read = this.#sizes - unread * this.#size;
    this.#pace.see(this.#rows, now);
    this.#bytePace.see(read, now);
    const share = this.#files === 0 ? 1 : done / this.#files;
    this.#line.show(share, () => {
      const { perSecond } = this.#pace;
      // What is not begun yet is taken to be as large as what is.
      const rest = unread * this.#size + (this.#files - done - unread) * (this.#sizes / Math.max(this.#sized, 1));
      return [
        `${Math.floor(share * 100)}%`,
        `${Math.floor(done)} of ${counted(this.#files, 'file')}`,
        counted(this.#rows, 'row'),
        ...(perSecond === null ? [] : [paceText(perSecond, 'rows')]),
        ...[this.#bytePace.left(rest) ?? []].flat(),
        visible(this.#current),
      ].join('  ');
    });
  }
}

/** Told how far steps are, each with a name; nothing else is said of them. */
export interface Steps {
  onStep(name: string, done: number, of: number | null): void;
  stop(): void;
}

/** The same of the steps of something that has several, each of which does so many of so many. */
export function stepsOn(stream: Terminal, title: string, now: () => number = Date.now): Steps {
  const line = new ProgressLine(stream, now);
  let current: string | null = null;
  let pace = new Pace();
  return {
    onStep: (name, done, of) => {
      if (name !== current) {
        current = name;
        pace = new Pace();
        if (!line.isOnTerminal) line.write(`${title}: ${name}\n`);
      }
      pace.see(done, now());
      line.show(of === null || of === 0 ? null : done / of, () => {
        const counts = of === null || done === 0 ? [] : [`${done} of ${of}`];
        const { perSecond } = pace;
        const speed = perSecond === null ? [] : [paceText(perSecond)];
        const left = of === null ? [] : [pace.left(of - done) ?? []].flat();
        return [`${title}: ${name}`, ...counts, ...speed, ...left].join('  ');
      });
    },
    stop: () => line.stop(),
  };
}

/** Told of each day that is begun. */
export interface Days {
  onDay(day: string, number: number, of: number): void;
  stop(): void;
}

/** The same of days that are gone through one after the other; elsewhere than on a terminal a line for each. */
export function daysOn(stream: Terminal, now: () => number = Date.now): Days {
  const line = new ProgressLine(stream, now);
  const pace = new Pace();
  return {
    onDay: (day, number, of) => {
      const text = `compacting ${day} (${number} of ${of})`;
      pace.see(number - 1, now());
      if (line.isOnTerminal)
        line.show((number - 1) / of, () => [text, pace.left(of - number + 1) ?? []].flat().join('  '));
      else line.write(`${text}\n`);
    },
    stop: () => line.stop(),
  };
}
