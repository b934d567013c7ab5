import { masked } from './masked.ts';

/** One thing that is wrong with the settings. */
export interface SettingProblem {
  /** The setting's spelling in the environment and on the command line. */
  readonly names: readonly string[];
  readonly expected: string;
  readonly found: string;
  /** What to do. */
  readonly remedy: string;
}

/** All that is wrong with the settings, one line each. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly problems: readonly SettingProblem[];

  constructor(problems: readonly SettingProblem[]) {
    const lines = problems.map(
      ({ names, expected, found, remedy }) =>
        `  ${names.join(' (')}${')'.repeat(names.length - 1)}: expected ${expected}, found ${found}; ${remedy}`,
    );
    // The app's host logs this where settings keep the app from starting.
    super(
      `${problems.length} ${problems.length === 1 ? 'setting is' : 'settings are'} wrong:\n${lines.map(masked).join('\n')}`,
    );
    this.problems = problems;
  }
}
