import type { LakeSession } from '../asking/index.ts';

/** Answers that are kept, of all versions. */
const MOST_ANSWERS = 100;

/** A session, and what was answered before: of the same version it would be answered the same. */
export interface Remembering {
  readonly session: LakeSession;
  /**
   * @param key what is asked, as JSON has it; of one kind of answer only
   * @param isSmall whether an answer is kept; each is where this is left out
   */
  readonly remember: <T>(
    key: readonly unknown[],
    ask: () => Promise<T>,
    isSmall?: (answer: T) => boolean,
  ) => Promise<T>;
}

/** Answers that pages repeat: a page turned back, a bar left again. Only in memory, and only the latest. */
export class AnswerMemory {
  readonly #answers = new Map<string, unknown>();

  /** A session that answers from memory what it was asked before. */
  of(session: LakeSession): Remembering {
    return {
      session,
      remember: async <T>(
        asked: readonly unknown[],
        ask: () => Promise<T>,
        isSmall: (answer: T) => boolean = () => true,
      ): Promise<T> => {
        const key = JSON.stringify([session.version, ...asked]);
        // What stands under a key was put there by the same kind of question.
        const answer = this.#answers.has(key) ? (this.#answers.get(key) as T) : await ask();
        this.#answers.delete(key);
        if (!isSmall(answer)) return answer;
        this.#answers.set(key, answer);
        const [oldest] = this.#answers.keys();
        if (this.#answers.size > MOST_ANSWERS && oldest !== undefined) this.#answers.delete(oldest);
        return answer;
      },
    };
  }
}
