export { inclusion } from './inclusion.ts';
export { type Instance, instanceOf } from './instance.ts';
export { masked, maskedLocation } from './masked.ts';
export type { Settings } from './schema.ts';
export { type Options, parseSettings, SETTINGS, type SettingDescription } from './settings.ts';
export { type SettingProblem, SettingsError } from './settings-error.ts';
export {
  canonicalJson,
  earlierSettingsHashes,
  identityKey,
  type RecordedSettings,
  readingKey,
  readSourceSettings,
  settingsHash,
  sourceSettings,
} from './source-part.ts';
