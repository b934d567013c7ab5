import { app, type InvocationContext } from '@azure/functions';
import host from '../../host.landing.json' with { type: 'json' };
import { appSettings } from './app-settings.ts';
import { checkHostTimeout, LIMITED } from './host-timeout.ts';
import type { Invocation } from './invocation.ts';
import type { LandingApp } from './landing-work.ts';

/** The raw zone stands for the lake, which settings ask for and which nothing here opens: what lands files knows none. */
const environment = { AUDIT_LAKE_LAKE: process.env['AUDIT_LAKE_RAW'], ...process.env };

/** Read once, when the app starts: it does not start with settings that are wrong, and says all that is. */
export const settings = appSettings(environment, [
  (understood) =>
    checkHostTimeout(
      understood,
      host.functionTimeout,
      process.env['AzureFunctionsJobHost__functionTimeout'],
      LIMITED.landing,
    ),
]);

let opened: Promise<LandingApp> | null = null;
let isStopping = false;

/** What does the work, loaded with the first invocation, so that the app starts quickly. */
export async function landingApp(): Promise<LandingApp> {
  opened ??= import('./landing-work.ts').then(({ LandingApp }) => new LandingApp(settings, process.env));
  const loaded = await opened;
  if (isStopping) await loaded.stop(0);
  return loaded;
}

/** Begins an invocation. */
export async function invocationOf(context: InvocationContext): Promise<Invocation> {
  return (await landingApp()).begin((line) => context.log(line));
}

/** The host gives an instance ten seconds from the word to the end. */
const STOP_MS = 6_000;

app.hook.appTerminate(async () => {
  isStopping = true;
  await (await opened)?.stop(STOP_MS);
});
