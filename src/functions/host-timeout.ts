import { SETTINGS, type Settings, SettingsError } from '../settings/index.ts';

/** Where an app setting overrides host.json. */
const OVERRIDE = 'AzureFunctionsJobHost__functionTimeout';

/** Settings of what has to be over before the host ends it. */
const LIMITED = ['invocationMinutes', 'reconcileMinutes', 'maintainMinutes'] as const;

const MINUTE_MS = 60_000;

/**
 * Makes sure that the app ends an invocation in order before the host kills it.
 * @param hostJson what host.json says, which `override`, an app setting, overrides
 * @throws SettingsError with every setting that reaches the timeout, or where that cannot be read
 */
export function checkHostTimeout(
  settings: Pick<Settings, (typeof LIMITED)[number]>,
  hostJson: string,
  override: string | undefined,
): void {
  const [name, timeout] = override === undefined || override === '' ? ['host.json', hostJson] : [OVERRIDE, override];
  const milliseconds = timeSpan(timeout);
  if (milliseconds === null) {
    const expected = 'hours, minutes and seconds as functionTimeout has them, or -1';
    throw new SettingsError([
      { names: [name], expected, found: JSON.stringify(timeout), remedy: 'for example "00:30:00"' },
    ]);
  }
  const problems = SETTINGS.flatMap(({ name: setting, environment }) => {
    const limited = LIMITED.find((each) => each === setting);
    if (limited === undefined || settings[limited] * MINUTE_MS < milliseconds) return [];
    return {
      names: [environment],
      expected: `less than the functionTimeout of the host, ${timeout} in ${name}`,
      found: `${settings[limited]} minutes`,
      remedy: `lower it, or raise ${name === OVERRIDE ? name : `functionTimeout in ${name}`}`,
    };
  });
  if (problems.length > 0) throw new SettingsError(problems);
}

/** A .NET TimeSpan (`[d.]hh:mm[:ss]`) in milliseconds, infinite for -1; null for anything else. */
function timeSpan(text: string): number | null {
  if (text.trim() === '-1') return Number.POSITIVE_INFINITY;
  const [, days, hours, minutes, seconds] = /^(?:(\d+)\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?$/.exec(text.trim()) ?? [];
  if (hours === undefined) return null;
  return ((Number(days ?? 0) * 24 + Number(hours)) * 60 + Number(minutes)) * MINUTE_MS + Number(seconds ?? 0) * 1000;
}
