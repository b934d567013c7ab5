import { SETTINGS, type Settings, SettingsError } from '../settings/index.ts';

/** Where an app setting overrides host.json. */
const OVERRIDE = 'AzureFunctionsJobHost__functionTimeout';

/** Settings of what has to be over before the host ends it, of each app. */
export const LIMITED = {
  pipeline: ['invocationMinutes', 'reconcileMinutes', 'maintainMinutes'],
  landing: ['invocationMinutes', 'nqlWaitMinutes'],
} as const;

type Limited = (typeof LIMITED)[keyof typeof LIMITED][number];

const MINUTE_MS = 60_000;

/**
 * Makes sure that the app ends an invocation in order before the host kills it.
 * @param hostJson what host.json says, which `override`, an app setting, overrides
 * @param limited names of settings
 * @throws SettingsError with every setting that reaches the timeout, or where that cannot be read
 */
export function checkHostTimeout(
  settings: Partial<Pick<Settings, Limited>>,
  hostJson: string,
  override: string | undefined,
  limited: readonly Limited[] = LIMITED.pipeline,
): void {
  const [place, timeout] = override === undefined || override === '' ? ['host.json', hostJson] : [OVERRIDE, override];
  const milliseconds = timeSpan(timeout);
  if (milliseconds === null) {
    const expected = 'hours, minutes and seconds as functionTimeout has them, or -1';
    throw new SettingsError([
      { names: [place], expected, found: JSON.stringify(timeout), remedy: 'for example "00:30:00"' },
    ]);
  }
  const problems = SETTINGS.flatMap(({ name: setting, environment }) => {
    const name = limited.find((each) => each === setting);
    const minutes = name === undefined ? undefined : settings[name];
    if (minutes === undefined || minutes * MINUTE_MS < milliseconds) return [];
    return {
      names: [environment],
      expected: `less than the functionTimeout of the host, ${timeout} in ${place}`,
      found: `${minutes} minutes`,
      remedy: `lower it, or raise ${place === OVERRIDE ? place : `functionTimeout in ${place}`}`,
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
