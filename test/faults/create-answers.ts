import { type Storage, wrapStorage } from '../../src/storage/index.ts';
import type { Report } from './outcome.ts';

/** What became of all that was asked about one path. */
interface Answers {
  created: number;
  existed: number;
  /** Calls that failed, or whose caller died: the file may be theirs. */
  untold: number;
  isDeleted: boolean;
}

/** Writes down what a store answers those who create files: a file has one maker, who is told so if he is told at all. */
export class CreateAnswers {
  readonly #byPath = new Map<string, Answers>();
  readonly #before: ReadonlySet<string>;

  /** @param before the paths that are there already */
  constructor(before: Iterable<string>) {
    this.#before = new Set(before);
  }

  /** The same store, its answers written down. */
  witness(storage: Storage): Storage {
    return wrapStorage(storage, {
      create: async (path, content, options) => {
        const answers = this.#of(path);
        answers.untold++;
        const answer = await storage.create(path, content, options);
        answers.untold--;
        answers[answer === 'created' ? 'created' : 'existed']++;
        return answer;
      },
      delete: (path) => {
        this.#of(path).isDeleted = true;
        return storage.delete(path);
      },
    });
  }

  check(report: Report): void {
    for (const [path, { created, existed, untold, isDeleted }] of this.#byPath) {
      const isOld = this.#before.has(path);
      if (!isDeleted && created > (isOld ? 0 : 1)) report('answers', `${path}: created, as ${created} were told`);
      if (!isOld && existed > 0 && created + untold === 0) report('answers', `${path}: exists, and nobody made it`);
    }
  }

  #of(path: string): Answers {
    const answers = this.#byPath.get(path) ?? { created: 0, existed: 0, untold: 0, isDeleted: false };
    this.#byPath.set(path, answers);
    return answers;
  }
}
