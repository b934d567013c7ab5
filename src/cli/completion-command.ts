import { UsageError } from '../present/index.ts';
import { command } from './command.ts';
import { completionScript, SHELLS } from './completion-script.ts';

/** Prints the script by which a shell completes commands, options and values. */
export const register = command<unknown, [shell: string]>({
  name: 'completion',
  words: [['<shell>', SHELLS.join(', ')]],
  run: (_, named) => {
    const shell = SHELLS.find((each) => each === named);
    if (shell === undefined)
      throw new UsageError(`expected one of ${SHELLS.join(', ')}, found ${JSON.stringify(named)}`);
    return { text: () => completionScript(shell) };
  },
});
