import { app, type InvocationContext } from '@azure/functions';
import host from '../../host.json' with { type: 'json' };
import { appSettings } from './app-settings.ts';
import { checkHostTimeout } from './host-timeout.ts';
import type { Invocation, Invocations } from './invocation.ts';
import { checkConnection, RawPlace } from './raw-place.ts';

/** Read once, when the app starts: it does not start with settings that are wrong, and says all that is. */
export const settings = appSettings(process.env, [
  (understood) => checkConnection(understood, process.env['RAW__blobServiceUri']),
  (understood) =>
    checkHostTimeout(understood, host.functionTimeout, process.env['AzureFunctionsJobHost__functionTimeout']),
]);

export const rawPlace = new RawPlace(settings);

let invocations: Promise<Invocations> | null = null;
let isStopping = false;

/** Begins an invocation. What it needs is loaded with the first one, so that the app starts quickly. */
export async function invocationOf(context: InvocationContext): Promise<Invocation> {
  invocations ??= import('./index.ts').then(({ Invocations }) => new Invocations(settings));
  const opened = await invocations;
  // Where the word came before the first invocation, there was nothing to stop.
  if (isStopping) await opened.stop(0);
  return opened.begin((line) => context.log(line));
}

/** The host gives an instance ten seconds from the word to the end. */
const STOP_MS = 6_000;

// The host stops an instance that it no longer needs, running invocations or not.
app.hook.appTerminate(async () => {
  isStopping = true;
  await (await invocations)?.stop(STOP_MS);
});
