import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import {
  configSchema,
  parseSettings,
  readConfigFile,
  SETTINGS,
  type SettingProblem,
  SettingsError,
} from '../../src/settings/index.ts';

const PATH = '/work/audit-lake.config.json';

function parse(text: string, options = {}, environment = {}) {
  return parseSettings({ environment, options: { lake: './lake', ...options }, file: readConfigFile(PATH, text) });
}

function problems(text: string, options = {}): readonly SettingProblem[] {
  try {
    parse(text, options);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

describe('a configuration file', () => {
  it('gives settings as an option or JSON would, after option and environment', () => {
    const text = `\ufeff{
      "$schema": "./audit-lake.config.schema.json",
      "timeZone": "Europe/Zurich", "maxRecords": 5000, "maxRecordBytes": "8MiB", "header": true,
      "include": ["audit/**/*.csv", "more/*.{csv,gz}"], "columnAliases": "time=When", "codec": "zstd"
    }`;
    const found = parse(text, { codec: 'snappy' }, { AUDIT_LAKE_TIME_ZONE: 'UTC' });
    assert.deepEqual([found.codec, found.origins.codec], ['snappy', 'option']);
    assert.deepEqual([found.timeZone, found.origins.timeZone], ['UTC', 'environment']);
    assert.deepEqual([found.maxRecords, found.maxRecordBytes, found.origins.maxRecords], [5000, 8 * 2 ** 20, 'file']);
    assert.deepEqual(found.include, ['audit/**/*.csv', 'more/*.{csv,gz}']);
    assert.deepEqual(found.columnAliases, { time: ['When'] });
    assert.deepEqual([found.maxDays, found.origins.maxDays], [4000, 'default']);
  });

  it('says all that is wrong at once: where, what was expected, and the name that was probably meant', () => {
    const text = `{
  "timeZone": "Mars/Phobos",
  "timezone": "UTC",
  "delimeter": ";",
  "colour": "red",
  "codec": "zstd",
  "codec": "snappy",
  "maxRecords": null
}`;
    const found = problems(text, { maxDays: 'x' }).map(({ names, expected, found, remedy }) => ({
      name: names.join(),
      text: `expected ${expected}, found ${found}; ${remedy}`,
    }));
    const of = (name: string) => found.filter((each) => each.name.includes(name)).map(({ text }) => text);
    assert.match(of(`timeZone in ${PATH}, line 2`)[0] ?? '', /IANA time zone, found "Mars\/Phobos".*; set timeZone,/);
    assert.match(of(`timezone in ${PATH}, line 3, column 3`)[0] ?? '', /did you mean timeZone\?/);
    assert.match(of('delimeter')[0] ?? '', /did you mean delimiter\?/);
    assert.match(of('colour')[0] ?? '', /the settings are instances, include/);
    assert.match(of('line 7')[0] ?? '', /a second time/);
    assert.match(of('maxRecords')[0] ?? '', /found null/);
    assert.deepEqual(of('--max-days').length, 1, 'named as it was typed');
    assert.equal(found.length, 7);
  });

  it('never sets credentials, addresses, who may read, what may be done, or an agreement', () => {
    for (const name of [
      ...['lake', 'raw', 'identityClientId', 'storageConnectionString', 'localAccess', 'unrestricted', 'yes'],
    ]) {
      const [problem, ...more] = problems(`{"${name}": "AccountKey=SECRET"}`);
      assert.deepEqual(more, []);
      assert.match(problem?.names.join() ?? '', new RegExp(`^${name} in `));
      assert.match(problem?.remedy ?? '', /give it as an option or in the environment/);
      assert.ok(!JSON.stringify(problem).includes('SECRET'));
    }
  });

  it('that is no JSON is told by line and column', () => {
    for (const [text, place] of [
      ['', 'line 1, column 1'],
      ['[]', 'line 1, column 1'],
      ['{"codec": "zstd",}', 'line 1, column 18'],
      ['{\n  "codec": zstd\n}', 'line 2, column 12'],
      ['{\n  // no\n}', 'line 2, column 3'],
      ['{"codec": "zs\ntd"}', 'line 1, column 11'],
      ['{"codec": "zstd"} x', 'line 1, column 19'],
      [`{"a": ${'['.repeat(50)}`, 'line 1, column 22'],
      ['{"codec" "zstd"}', 'line 1, column 10'],
      ["{'codec': 'zstd'}", 'line 1, column 2'],
      ['{"codec": "\\x"}', 'line 1, column 11'],
    ] as const) {
      const found = problems(text);
      assert.equal(found.length, 1, text);
      assert.ok(found[0]?.names[0]?.endsWith(place), `${text}: ${found[0]?.names[0]}`);
    }
  });

  it('is read as JSON reads it, whatever it holds', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })), fc.nat(3), (value, indent) => {
        const { faults, places } = readConfigFile(PATH, JSON.stringify(value, null, indent));
        assert.ok(faults.every(({ expected }) => !expected.includes('the end of the file')));
        assert.deepEqual(new Set(Object.keys(places)), new Set(Object.keys(JSON.parse(JSON.stringify(value)))));
      }),
    );
  });

  it('has a schema, which knows what commands know and the file may set', () => {
    const { properties, additionalProperties } = configSchema() as {
      properties: Record<string, { description: string; type?: unknown; anyOf?: unknown; enum?: unknown }>;
      additionalProperties: boolean;
    };
    assert.equal(additionalProperties, false);
    const { $schema, ...settings } = properties;
    assert.ok($schema);
    const never = [
      ...['lake', 'raw', 'identityClientId', 'storageConnectionString', 'localAccess', 'landingState'],
      ...['nqlUrl', 'nqlTokenUrl', 'classicUrl', 'classicTokenUrl'],
    ];
    const expected = SETTINGS.filter(
      ({ name, appOnly, environmentOnly }) => !appOnly && !environmentOnly && !never.includes(name),
    ).map(({ name }) => name);
    assert.deepEqual(Object.keys(settings), expected);
    for (const [name, { description, type, anyOf, enum: words }] of Object.entries(settings)) {
      assert.ok(description.length > 20, name);
      assert.ok(type ?? anyOf ?? words, name);
    }
    assert.deepEqual(settings['maxRecords']?.type, ['integer', 'string']);
    assert.deepEqual(settings['codec']?.enum, ['snappy', 'zstd']);
  });
});
