export { masked, maskedLocation } from './masked.ts';
export { type Instance, inclusion, instanceOf } from './raw-path.ts';
export type { Settings } from './schema.ts';
export {
  type Options,
  parseSettings,
  SETTINGS,
  type SettingDescription,
  type SettingProblem,
  SettingsError,
} from './settings.ts';
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
