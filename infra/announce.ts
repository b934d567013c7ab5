import { spawnSync } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * What is left to do after `azd deploy`: the package of the landing app, where there is one, and the event subscription, which needs
 * the key that the host of the function app makes when it runs the code for the first time. azd hands over the outputs of main.bicep
 * as environment variables. `infra/deploy.sh` does the same by itself.
 */

/** Outputs of main.bicep that eventgrid.bicep has as parameters of the same name. */
const PARAMETERS = [
  'functionAppName',
  'hostAccountName',
  'deadLetterContainer',
  'landingAccountName',
  'landingSubscriptionId',
  'landingResourceGroup',
  'rawContainer',
  'rawFolder',
  'landedFolders',
  'actionGroupId',
];

/** Seconds between two tries: beyond the next reconciliation, which starts the host at the latest. */
const WAITS = [30, 60, 60, 120, 120, 240, 240, 240];

/** What it needs of the machine. */
export interface Machine {
  /** Runs az, and says whether it ended well. */
  az(args: readonly string[]): boolean;
  sleep(seconds: number): Promise<void>;
  say(text: string): void;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** @returns the exit code: 0 when events reach the app, 1 when they do not, 2 when azd has not deployed before */
export async function announce(environment: Environment, machine: Machine): Promise<number> {
  const missing = ['AZURE_RESOURCE_GROUP', 'AZURE_SUBSCRIPTION_ID', ...PARAMETERS].filter(
    (name) => environment[name] === undefined,
  );
  if (missing.length > 0) {
    machine.say(`announce: expected the outputs of main.bicep in the environment, found no ${missing.join(', ')}.`);
    machine.say('azd runs this after a deployment; elsewhere run infra/deploy.sh.');
    return 2;
  }
  const group = ['--resource-group', environment['AZURE_RESOURCE_GROUP']!];
  const place = ['--subscription', environment['AZURE_SUBSCRIPTION_ID']!, ...group];
  const landingApp = environment['landingAppName'] ?? '';
  if (landingApp !== '' && !deployLanding(landingApp, place, machine)) return 1;
  // With the queue, main.bicep has made the subscription.
  if (environment['delivery'] === 'queue') return 0;
  return await subscribe(environment, place, machine);
}

function deployLanding(name: string, place: readonly string[], { az, say }: Machine): boolean {
  say(`deploying the package of ${name}`);
  const zip = ['--src', 'dist/audit-lake-landing.zip', '--build-remote', 'false', '--timeout', '600'];
  const isDone = az([
    ...'functionapp deployment source config-zip'.split(' '),
    ...place,
    '--name',
    name,
    ...zip,
    '--output',
    'none',
  ]);
  if (!isDone) say(`the package of ${name} could not be deployed: see above, and run azd deploy again`);
  return isDone;
}

async function subscribe(environment: Environment, place: readonly string[], machine: Machine): Promise<number> {
  machine.say('event subscription: it waits until the host of the app has started');
  const parameters = PARAMETERS.map((name) => `${name}=${environment[name]}`);
  const command = [
    ...['deployment', 'group', 'create', ...place, '--name', 'nexthink-audit-lake-events', '--no-prompt', 'true'],
    ...['--template-file', 'infra/eventgrid.json', '--output', 'none', '--parameters', ...parameters],
  ];
  for (const seconds of [...WAITS, 0]) {
    if (machine.az(command)) return 0;
    if (seconds === 0) break;
    machine.say(`not yet: next try in ${seconds} s`);
    await machine.sleep(seconds);
  }
  machine.say('events do not reach the app: see above. Until they do, files are taken in by the reconciliation only.');
  machine.say(
    `Where Azure says that an endpoint cannot be changed, delete the subscription nexthink-audit-lake of ${environment['landingAccountName']} first. Then run azd deploy again.`,
  );
  return 1;
}

/** az is a script of the command prompt on Windows, which takes its arguments apart itself. */
function az(args: readonly string[]): boolean {
  const isWindows = process.platform === 'win32';
  const words = isWindows ? args.map((word) => (/^[\w./=:-]+$/.test(word) ? word : `"${word}"`)) : args;
  return spawnSync('az', words, { stdio: 'inherit', shell: isWindows }).status === 0;
}

if (import.meta.main) {
  process.exitCode = await announce(process.env, {
    az,
    sleep: (seconds) => wait(seconds * 1000),
    say: (text) => process.stdout.write(`${text}\n`),
  });
}
