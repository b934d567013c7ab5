import { casesOn, type StorageUnderTest } from './case.ts';
import { filesContract } from './contract-files.ts';
import { listingContract } from './contract-listing.ts';
import { publishingContract } from './contract-publishing.ts';
import { readingContract } from './contract-reading.ts';

/** What every driver must do, whatever it stores in. `makeStorage` gives each case an empty store. */
export function storageContract(name: string, makeStorage: () => Promise<StorageUnderTest>): void {
  const check = casesOn(makeStorage);
  filesContract(name, check);
  readingContract(name, check);
  publishingContract(name, check);
  listingContract(name, check);
}
