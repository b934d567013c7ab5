export { type MaskingKey, MaskingKeyError, maskingKey, maskingKeyPaths, PEOPLE_KEY, storedMaskingKey } from './key.ts';
export { SHORTEST_NAME } from './known-names.ts';
export { PeopleMask } from './people-mask.ts';
