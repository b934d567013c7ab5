import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { masked, maskedLocation, parseSettings, SettingsError } from '../../src/settings/index.ts';

const SECRET = 'h0rse/B+ttery==';

describe('a location in a message', () => {
  for (const location of [
    `https://user:${SECRET}@acct.dfs.core.windows.net/lake`,
    `https://${SECRET}@acct.dfs.core.windows.net/lake`,
    `https://user:a#${SECRET}@acct.dfs.core.windows.net/lake`,
    `https://user:a "${SECRET}@acct.dfs.core.windows.net/lake`,
    `abfss://lake:${SECRET}@acct.dfs.core.windows.net/audit`,
    `https://acct.dfs.core.windows.net/lake?sv=2025&sig=${SECRET}`,
    `https://acct.dfs.core.windows.net/lake#${SECRET}`,
    `https://acct.dfs.core.windows.net/lake/sig=${SECRET}`,
    `https://acct.dfs.core.windows.net/lake%3Fsv=1%26sig%3D${SECRET}`,
    `acct.dfs.core.windows.net/lake?sig=${SECRET}`,
    `user:${SECRET}@acct.dfs.core.windows.net/lake`,
    `AccountName=acct;AccountKey=${SECRET};EndpointSuffix=core.windows.net`,
    `wasbs://lake@acct.blob.core.windows.net?sig=${SECRET}`,
  ]) {
    it(`shows no secret of ${location}`, () => {
      for (const name of ['lake', 'raw']) {
        const options = { lake: './lake', [name]: location };
        const message = (() => {
          try {
            parseSettings({ environment: {}, options });
            return maskedLocation(location);
          } catch (error) {
            assert.ok(error instanceof SettingsError);
            return error.message;
          }
        })();
        for (const part of SECRET.split('/')) assert.ok(!message.includes(part), message);
      }
    });
  }

  for (const location of [
    'https://acct.dfs.core.windows.net/lake/folder@home/x',
    'abfss://lake@acct.dfs.core.windows.net/audit',
    'http://127.0.0.1:10000/devstoreaccount1/lake',
    'https://acct.dfs.core.windows.net/lake/100%25%3F',
    './lake',
    'C:\\lakes\\signature',
  ]) {
    it(`shows ${location} as it is`, () => {
      assert.equal(masked(location), location);
      assert.equal(maskedLocation(location), location);
    });
  }
});
