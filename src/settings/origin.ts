import type { SettingValues } from './schema.ts';

/**
 * Where a setting has its value from: the first of these that has one counts. `memory` is what the lake remembers of a Nexthink
 * instance, which is asked once the lake is open.
 */
export const ORIGINS = ['option', 'environment', 'file', 'memory', 'default'] as const;

export type Origin = (typeof ORIGINS)[number];

/** Where each setting has its value from. */
export type Origins = Readonly<Record<keyof SettingValues, Origin>>;

/** Whether somebody gave this setting, be it by an option, the environment or a file: what a lake remembers does not count then. */
export function isGiven({ origins }: { readonly origins: Origins }, name: keyof SettingValues): boolean {
  return origins[name] !== 'default' && origins[name] !== 'memory';
}
