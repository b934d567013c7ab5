import { afterAll, beforeAll } from 'vitest';
import { type ExtractedPackage, extractPackage } from './extracted-package.ts';

/** The packaged app as the tests of one `describe`, or of a file, share it: extracted before the first of them, and removed after the last. */
export function sharedPackage(): () => ExtractedPackage {
  let extracted: ExtractedPackage;
  beforeAll(async () => {
    extracted = await extractPackage();
  });
  afterAll(() => extracted[Symbol.asyncDispose]());
  return () => extracted;
}
