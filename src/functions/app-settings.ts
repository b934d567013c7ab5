import { parseSettings, type SettingProblem, type Settings, SettingsError } from '../settings/index.ts';

/** What else has to be right: what is wrong with it is a SettingsError. It is told the settings that are. */
type Check = (settings: Partial<Settings>) => void;

/**
 * The settings of an app, which does not start with wrong ones: all that is wrong with them and with what stands beside them is said
 * at once, so that nobody starts an app once for each fault.
 * @throws SettingsError
 */
export function appSettings(
  environment: Readonly<Record<string, string | undefined>>,
  checks: readonly Check[],
): Settings {
  const problems: SettingProblem[] = [];
  const noting = <T>(step: () => T): T | SettingsError => {
    try {
      return step();
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      problems.push(...error.problems);
      return error;
    }
  };
  const parsed = noting(() => parseSettings({ environment, options: {} }));
  const understood = parsed instanceof SettingsError ? parsed.understood : parsed;
  for (const check of checks) noting(() => check(understood));
  if (parsed instanceof SettingsError || problems.length > 0) throw new SettingsError(problems, understood);
  return parsed;
}
