export { masked, maskedLocation } from '../storage/index.ts';
export { CONFIG_FILE, CONFIG_SETTINGS, type ConfigFile, configSchema, readConfigFile } from './config-file.ts';
export { nearest } from './nearest.ts';
export { optionWords } from './option-words.ts';
export { isGiven, type Origin } from './origin.ts';
export { type Instance, inclusion, instanceEntry, instanceOf } from './raw-path.ts';
export {
  type Options,
  parseSettings,
  SETTINGS,
  type SettingDescription,
  type SettingProblem,
  type Settings,
  SettingsError,
  shownValue,
} from './settings.ts';
export {
  canonicalJson,
  earlierSettingsHashes,
  identityKey,
  type RecordedSettings,
  readingKey,
  readSourceSettings,
  recordedSettings,
  settingsHash,
  sourceSettings,
  waySourceSettings,
} from './source-part.ts';
export { isCount, isLanded, WAYS, type Way, type WayPrefixes, wayOf } from './ways.ts';
