/** Options of an az command: `value` takes one word, `values` several, `flag` none. */
export type Options = Readonly<Record<string, 'value' | 'values' | 'flag'>>;

const OUTPUT = { query: 'value', output: 'value' } as const;
const IN_GROUP = { ...OUTPUT, subscription: 'value', 'resource-group': 'value' } as const;
const NAMED = { ...IN_GROUP, name: 'value' } as const;
const DEPLOYMENT = { ...NAMED, 'no-prompt': 'value', parameters: 'values', 'template-file': 'value' } as const;

/** The az commands that the scripts may use, with those of their options that they may use: names as az 2.91 has them. */
export const AZ_COMMANDS: Readonly<Record<string, Options>> = {
  'account show': OUTPUT,
  'account get-access-token': OUTPUT,
  'bicep version': OUTPUT,
  'bicep build-params': { file: 'value', stdout: 'flag' },
  'group show': { ...OUTPUT, name: 'value' },
  'group delete': { ...OUTPUT, name: 'value', yes: 'flag' },
  'provider list': OUTPUT,
  'cloud show': OUTPUT,
  rest: { ...OUTPUT, method: 'value', url: 'value', resource: 'value' },
  'role assignment list': { ...OUTPUT, all: 'flag' },
  'functionapp list-flexconsumption-locations': OUTPUT,
  'functionapp list-flexconsumption-runtimes': { ...OUTPUT, location: 'value', runtime: 'value' },
  'functionapp show': NAMED,
  'functionapp function list': NAMED,
  'functionapp keys list': NAMED,
  'functionapp deployment source config-zip': { ...NAMED, src: 'value', 'build-remote': 'value', timeout: 'value' },
  'deployment group what-if': { ...DEPLOYMENT, 'validation-level': 'value', 'no-pretty-print': 'flag' },
  'deployment group create': DEPLOYMENT,
  'deployment group list': IN_GROUP,
  'deployment group show': NAMED,
  'deployment operation group list': NAMED,
  'resource list': IN_GROUP,
  'resource delete': { ...OUTPUT, ids: 'values' },
  'eventgrid system-topic list': IN_GROUP,
  'eventgrid system-topic delete': { ...NAMED, yes: 'flag' },
  'eventgrid system-topic event-subscription list': { ...IN_GROUP, 'system-topic-name': 'value' },
  'eventgrid system-topic event-subscription show': {
    ...NAMED,
    'system-topic-name': 'value',
    'include-full-endpoint-url': 'value',
  },
  'eventgrid system-topic event-subscription delete': { ...NAMED, 'system-topic-name': 'value', yes: 'flag' },
  'storage fs file upload': {
    ...OUTPUT,
    'auth-mode': 'value',
    'account-name': 'value',
    'file-system': 'value',
    path: 'value',
    source: 'value',
    overwrite: 'value',
  },
};

/** A command of az with the words of each option. */
export interface AzCall {
  readonly command: string;
  readonly options: Readonly<Record<string, readonly string[]>>;
}

/** @throws Error as az complains, for a command, an option or a number of words that it does not know */
export function parseAz(args: readonly string[]): AzCall {
  const first = args.findIndex((word) => word.startsWith('-'));
  const command = args.slice(0, first === -1 ? args.length : first).join(' ');
  const known = AZ_COMMANDS[command];
  if (known === undefined) throw new Error(`'${command}' is misspelled or not recognized by the system.`);
  const options: Record<string, string[]> = {};
  let words: string[] = [];
  for (const word of args.slice(command.split(' ').length)) {
    if (!word.startsWith('-')) words.push(word);
    else if (Object.hasOwn(known, word.slice(2))) options[word.slice(2)] = words = [];
    else throw new Error(`unrecognized arguments: ${word}`);
  }
  for (const [name, given] of Object.entries(options)) {
    const fits = { value: given.length === 1, values: given.length > 0, flag: given.length === 0 }[known[name]!];
    if (!fits) throw new Error(`argument --${name}: expected another number of arguments, found ${given.length}`);
  }
  return { command, options };
}
