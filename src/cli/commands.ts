import type { Register } from './command.ts';

/** What the help that lists all commands says of one, and where it is. Loading every command for that took most of its time. */
export interface ListedCommand {
  /** Its arguments, as they are typed. */
  readonly words: string;
  readonly description: string;
  readonly load: () => Promise<{ readonly register: Register }>;
}

/** Every command, under its heading in the help. One is loaded when it is called. */
export const COMMANDS: Readonly<Record<string, Readonly<Record<string, ListedCommand>>>> = {
  'Taking in and asking:': {
    ingest: {
      words: '[file...]',
      description:
        'copy export files into the raw zone and take them into the table; without files, whatever raw holds and the table lacks',
      load: () => import('./ingest-command.ts'),
    },
    check: {
      words: '<file...>',
      description:
        'say what ingest would make of files, and which options they need; writes nothing, and needs no lake',
      load: () => import('./check-command.ts'),
    },
    query: {
      words: '[sql]',
      description: 'run SQL over the views of a lake',
      load: () => import('./query-command.ts'),
    },
    events: {
      words: '',
      description: 'look events up without SQL: by time, person, code, object, address or text; newest first',
      load: () => import('./events-command.ts'),
    },
    ask: {
      words: '[question]',
      description: 'ask the lake one of the questions of infra/queries; without a question, list them',
      load: () => import('./ask-command.ts'),
    },
    report: {
      words: '',
      description: 'write one page about a period: what happened, what stands out, and whether the evidence is whole',
      load: () => import('./report-command.ts'),
    },
    columns: {
      words: '[word...]',
      description: 'say what the columns of the views mean, or those that hold every word given',
      load: () => import('./columns-command.ts'),
    },
    browse: {
      words: '',
      description:
        'show the lake as pages in a browser of this machine, until Ctrl-C; only reads, but --mask makes a key once',
      load: () => import('./browse-command.ts'),
    },
    status: {
      words: '',
      description: 'say what the lake holds, what waits and why, and when it was verified last',
      load: () => import('./status-command.ts'),
    },
    tour: {
      words: '',
      description: 'ingest the samples into a lake and ask a first question',
      load: () => import('./tour-command.ts'),
    },
  },
  'Landing:': {
    pull: {
      words: '<what>',
      description: 'ask Nexthink for what is new, and land it in the raw zone; takes nothing in',
      load: () => import('./pull-command.ts'),
    },
    compare: {
      words: '<what>',
      description:
        'compare the table with what Nexthink counted, hour by hour and code by code, and say what explains a difference',
      load: () => import('./compare-command.ts'),
    },
    receive: {
      words: '',
      description:
        'receive what webhooks of Nexthink send, and land it in the raw zone, until Ctrl-C; takes nothing in',
      load: () => import('./receive-command.ts'),
    },
  },
  'Audit codes and messages:': {
    codes: {
      words: '[word...]',
      description: 'list the audit codes, or those that hold every word given',
      load: () => import('./codes-command.ts'),
    },
    explain: {
      words: '[code] [message]',
      description: 'show how a message is read: template, split, columns, status and why',
      load: () => import('./explain-command.ts'),
    },
  },
  'Proving:': {
    show: {
      words: '<event_uid>',
      description: 'show everything about one event: columns, how its message is read, its raw record, and the proof',
      load: () => import('./show-command.ts'),
    },
    verify: {
      words: '',
      description:
        'prove that the lake is what its log and its evidence say; leaves a record of that, and changes nothing else',
      load: () => import('./verify-command.ts'),
    },
    history: {
      words: '',
      description: 'say what came into the table when, from where, and what else was done to it; newest first',
      load: () => import('./history-command.ts'),
    },
  },
  'Keeping a lake:': {
    compact: {
      words: '',
      description: 'make few big files of the small ones of past days; the rows stay the same',
      load: () => import('./compact-command.ts'),
    },
    vacuum: {
      words: '',
      description: 'remove data files that no version of the last days needs',
      load: () => import('./vacuum-command.ts'),
    },
    replay: {
      words: '',
      description:
        'read the raw files again, with the catalogue and the settings of today, and put the result in place of the rows there are',
      load: () => import('./replay-command.ts'),
    },
    accept: {
      words: '<version>',
      description:
        'acknowledge that another engine changed data in a version, once a replay has put back what raw files give',
      load: () => import('./accept-command.ts'),
    },
    withdraw: {
      words: '<path...>',
      description: 'take raw files out that should never have been there, until withdraw --undo brings them back',
      load: () => import('./withdraw-command.ts'),
    },
    retain: {
      words: '',
      description: 'remove the events of days that need not be kept any longer',
      load: () => import('./retain-command.ts'),
    },
    erase: {
      words: '',
      description:
        'remove the rows of one person, and keep them from coming back; or the key by which names are masked',
      load: () => import('./erase-command.ts'),
    },
  },
  'Help:': {
    completion: {
      words: '<shell>',
      description: 'print the script that lets a shell complete commands, options and values',
      load: () => import('./completion-command.ts'),
    },
  },
};

/** What is said of a command in the list of all. */
export function listedCommand(name: string): ListedCommand {
  const found = Object.values(COMMANDS).find((commands) => Object.hasOwn(commands, name))?.[name];
  if (found === undefined) throw new Error(`expected the command ${name} in src/cli/commands.ts, found none`);
  return found;
}
