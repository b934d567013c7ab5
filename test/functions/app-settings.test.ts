import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { appSettings } from '../../src/functions/app-settings.ts';
import { checkHostTimeout, LIMITED } from '../../src/functions/host-timeout.ts';
import { checkConnection } from '../../src/functions/raw-place.ts';
import { SettingsError } from '../../src/settings/index.ts';

type Environment = Readonly<Record<string, string>>;

/** As the function app reads its own. */
function read(environment: Environment, connection: string, timeout: string): string[] {
  try {
    appSettings(environment, [
      (understood) => checkConnection(understood, connection),
      (understood) => checkHostTimeout(understood, '00:30:00', timeout),
    ]);
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    assert.match(error.message, new RegExp(`^${error.problems.length} settings? (is|are) wrong:\n`));
    return error.problems.map(({ names }) => names[0] ?? '').sort();
  }
}

const LANDING = 'https://landing.blob.core.windows.net';
const RIGHT = {
  AUDIT_LAKE_LAKE: 'https://lake.dfs.core.windows.net',
  AUDIT_LAKE_RAW: 'https://landing.dfs.core.windows.net/raw',
};

describe('the settings of an app', () => {
  it('are said to be wrong all at once, whatever each is compared with', () => {
    assert.deepEqual(read(RIGHT, LANDING, ''), []);
    const wrong: readonly [Environment, string, string, readonly string[]][] = [
      [
        { ...RIGHT, AUDIT_LAKE_TIME_ZONE: 'Mars/Phobos' },
        'https://other.blob.core.windows.net',
        '00:05:00',
        [
          'AUDIT_LAKE_INVOCATION_MINUTES',
          'AUDIT_LAKE_MAINTAIN_MINUTES',
          'AUDIT_LAKE_RECONCILE_MINUTES',
          'AUDIT_LAKE_TIME_ZONE',
          'RAW__blobServiceUri',
        ],
      ],
      // One of the minutes is wrong itself: the others are compared all the same.
      [
        { ...RIGHT, AUDIT_LAKE_RECONCILE_MINUTES: 'ten', AUDIT_LAKE_TIMEZONE: 'UTC' },
        'no url: at all',
        '00:25:00',
        ['AUDIT_LAKE_INVOCATION_MINUTES', 'AUDIT_LAKE_RECONCILE_MINUTES', 'AUDIT_LAKE_TIMEZONE', 'RAW__blobServiceUri'],
      ],
      // Where the raw zone is cannot be read: nothing is to be compared with it.
      [
        { ...RIGHT, AUDIT_LAKE_RAW: 'https://landing.example.org:0/x?sig=secret' },
        'https://other.blob.core.windows.net',
        'soon',
        ['AUDIT_LAKE_RAW', 'AzureFunctionsJobHost__functionTimeout'],
      ],
      [{}, LANDING, '', ['AUDIT_LAKE_LAKE']],
    ];
    for (const [environment, connection, timeout, names] of wrong) {
      assert.deepEqual(read(environment, connection, timeout), names);
    }
  });

  it('are what was set, where nothing is wrong, and other errors are none of theirs', () => {
    const given = appSettings({ ...RIGHT, AUDIT_LAKE_TIME_ZONE: 'Europe/Zurich' }, [
      (understood) => checkHostTimeout(understood, '00:30:00', '', LIMITED.landing),
    ]);
    assert.deepEqual([given.timeZone, given.origins.timeZone], ['Europe/Zurich', 'environment']);
    const fault = new Error('of a check itself');
    const failing = () => {
      throw fault;
    };
    assert.throws(() => appSettings(RIGHT, [failing]), fault);
  });
});
