import { script } from '@bomb.sh/tab';

export const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;

export type Shell = (typeof SHELLS)[number];

const PROGRAM = 'audit-lake';

/** What is mended in the library's script for bash (its version is pinned), and why. */
const BASH_MENDS: readonly (readonly [found: string, wanted: string])[] = [
  // Read a second time, it would complain of each.
  ...['Error', 'NoSpace', 'NoFileComp', 'FilterFileExt', 'FilterDirs', 'KeepOrder'].map(
    (name) => [`readonly ShellCompDirective${name}=`, `ShellCompDirective${name}=`] as const,
  ),
  // It would run what stands in $(…) among the words, at a press of the tab key.
  [`complete -- \${words[@]:1}"`, `complete --$(printf ' %q' "\${words[@]:1:cword}")"`],
  [
    `    # Add an empty parameter if the last parameter is complete\n    if [[ -z "$cur" ]]; then\n        requestComp="$requestComp ''"\n    fi\n`,
    '',
  ],
  // A package of its own, which not every machine has.
  [
    '    _get_comp_words_by_ref -n "=:" cur prev words cword\n',
    '    if declare -F _get_comp_words_by_ref > /dev/null; then\n' +
      '        _get_comp_words_by_ref -n "=:" cur prev words cword\n' +
      '    else\n' +
      `        words=("\${COMP_WORDS[@]:0:COMP_CWORD+1}")\n` +
      `        cur=\${COMP_WORDS[COMP_CWORD]} cword=$COMP_CWORD\n` +
      '    fi\n',
  ],
  // Of --codec=sn, only what follows the sign is to be completed.
  [`compgen -W "\${completions[*]}" -- "$cur"`, `compgen -W "\${completions[*]}" -- "\${cur#--*=}"`],
  // Without it there are no names of files.
  [
    `complete -F __audit_lake_complete ${PROGRAM}`,
    `complete -o bashdefault -o default -F __audit_lake_complete ${PROGRAM}`,
  ],
];

/** The script that has a shell ask this program for what may follow. */
export function completionScript(shell: Shell): string {
  const text = printedBy(() => script(shell, PROGRAM, PROGRAM)).join('\n');
  return shell === 'bash' ? BASH_MENDS.reduce(mended, text) : text;
}

function mended(text: string, [found, wanted]: readonly [string, string]): string {
  if (!text.includes(found)) throw new Error(`expected in the script for bash, and did not find: ${found}`);
  return text.replace(found, () => wanted);
}

/** What the library prints, which it does nowhere else than on the console. */
export function printedBy(print: () => void): string[] {
  const lines: string[] = [];
  const { log } = console;
  console.log = (line: string) => lines.push(line);
  try {
    print();
  } finally {
    console.log = log;
  }
  return lines;
}
