import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import {
  canonicalJson,
  instanceOf,
  isGiven,
  type Options,
  parseSettings,
  readConfigFile,
  SETTINGS,
  SettingsError,
  settingsHash,
  sourceSettings,
} from '../../src/settings/index.ts';

function parse(options: Options = {}, environment: Record<string, string> = {}) {
  return parseSettings({ environment, options: { lake: './lake', ...options } });
}

function problems(options: Options, environment: Record<string, string> = {}) {
  try {
    parse(options, environment);
  } catch (error) {
    assert.ok(error instanceof SettingsError);
    return error.problems;
  }
  return assert.fail('expected problems');
}

test('only the lake must be given', () => {
  const { origins: _, ...all } = parse();
  const ofLanding = new Set(SETTINGS.filter(({ landing }) => landing).map(({ name }) => name));
  const values = Object.fromEntries(Object.entries(all).filter(([name]) => !ofLanding.has(name)));
  assert.deepEqual(values, {
    nqlPrefix: 'landed/nql/',
    webhookPrefix: 'landed/webhook/',
    classicPrefix: 'landed/classic/',
    countsPrefix: 'landed/counts/',
    webhookAliases: {},
    classicTimeZone: '',
    classicTimeFormat: '',
    coverageLateHours: 6,
    coverageSchedule: '',
    landedSchedule: '15 * * * * *',
    lake: './lake',
    raw: '',
    identityClientId: '',
    storageConnectionString: '',
    storageVersion: '',
    localAccess: 'private',
    instances: [],
    include: [],
    exclude: [],
    header: true,
    columns: [],
    columnAliases: {},
    encoding: 'auto',
    delimiter: 'auto',
    timeFormat: 'auto',
    timeZone: 'UTC',
    classicLine: 'auto',
    maxRecordBytes: 4 * 2 ** 20,
    maxFileBytes: 64 * 2 ** 30,
    maxCompressionRatio: 1000,
    maxRecords: 1_100_000,
    maxDays: 4000,
    maxFrames: 20_000,
    maxEntries: 1000,
    maxWindowBytes: 2 ** 27,
    maxLogBytes: 2 ** 27,
    codec: 'snappy',
    rawRetentionDays: 0,
    settleMinutes: 15,
    reconcileSchedule: '0 */4 * * * *',
    reconcileMinutes: 10,
    reconcileTries: 5,
    maintainSchedule: '0 30 2 * * *',
    maintainMinutes: 20,
    invocationMinutes: 28,
  });
});

test('an option wins over the environment, and an empty variable is none', () => {
  const environment = {
    AUDIT_LAKE_TIME_ZONE: 'Europe/Zurich',
    AUDIT_LAKE_CODEC: 'zstd',
    AUDIT_LAKE_DELIMITER: '',
    PATH: 'x',
  };
  const { timeZone, codec, delimiter } = parse({ timeZone: 'asia/tokyo', codec: undefined }, environment);
  assert.deepEqual([timeZone, codec, delimiter], ['Asia/Tokyo', 'zstd', 'auto']);
});

test('each setting says where it has its value from: option, environment, file, default', () => {
  const { origins, ...found } = parseSettings({
    environment: { AUDIT_LAKE_TIME_ZONE: 'Europe/Zurich', AUDIT_LAKE_CODEC: 'zstd', AUDIT_LAKE_DELIMITER: '' },
    options: { lake: './lake', timeZone: 'UTC', codec: undefined },
    file: readConfigFile('/c.json', '{"codec": "snappy", "delimiter": ";", "timeZone": "Asia/Tokyo"}'),
  });
  assert.deepEqual([found.timeZone, found.codec, found.delimiter, found.timeFormat], ['UTC', 'zstd', ';', 'auto']);
  const { timeZone, codec, delimiter, timeFormat } = origins;
  assert.deepEqual([timeZone, codec, delimiter, timeFormat], ['option', 'environment', 'file', 'default']);
  assert.deepEqual(Object.keys(origins).sort(), Object.keys(found).sort());
  // Set to what is the default is set, too.
  assert.deepEqual([isGiven({ origins }, 'timeZone'), isGiven({ origins }, 'timeFormat')], [true, false]);
});

test('all problems are told at once, each with its spellings, what was expected and found, and what to do', () => {
  const environment = {
    AUDIT_LAKE_TIME_ZONE: 'Mars/Phobos',
    AUDIT_LAKE_TIMEZONE: 'UTC',
    AUDIT_LAKE_MAX_RECORD_BYTES: '1GiB',
  };
  const options = { lake: undefined, delimiter: '"', codec: 'lzo', columns: 'time,code,message', colour: true };
  const found = problems(options, environment);
  assert.deepEqual(found.map(({ names }) => names.join(' ')).toSorted(), [
    '--codec',
    '--columns',
    '--delimiter',
    'AUDIT_LAKE_LAKE --lake',
    'AUDIT_LAKE_MAX_RECORD_BYTES',
    'AUDIT_LAKE_TIMEZONE',
    'AUDIT_LAKE_TIME_ZONE',
    'colour',
  ]);
  const { message } = new SettingsError(found);
  assert.match(message, /^8 settings are wrong:\n/);
  assert.match(
    message,
    / {2}AUDIT_LAKE_TIME_ZONE: expected an IANA time zone, found "Mars\/Phobos": .*; set AUDIT_LAKE_TIME_ZONE, for example to "Europe\/Zurich"/,
  );
  assert.match(message, /AUDIT_LAKE_LAKE \(--lake\): expected a path, or a URL of .*, found nothing;/);
});

test('each wrong value is refused, and its near relatives are not', () => {
  const given: [setting: string, wrong: (string | string[])[], right: (string | string[])[]][] = [
    ['header', ['yes', 'TRUE', '1'], ['true', 'false']],
    ['encoding', ['utf-7', 'ansi', '', 'utf-32'], ['auto', 'UTF8', 'latin1', 'Shift_JIS', 'utf-32be', 'utf-16']],
    ['delimiter', ['"', '\n', '\r', ',,', 'é', 'a', '7', '\0', 'Tab'], ['auto', ';', 'tab', '\t', '|', ' ', '\x1f']],
    ['timeFormat', ['iso', 'yyyy-MM-dd'], ['auto', 'dd.MM.yyyy HH:mm']],
    ['timeZone', ['+01:00', 'CET+1', 'Zurich'], ['Europe/Zurich', 'UTC', 'america/st_johns']],
    ['maxRecordBytes', ['1023', '16777217', '1e6', '-1', '1.5MiB', '4MB'], ['1024', '16MiB', '64 KiB']],
    [
      'storageVersion',
      ['2023', '2023-13-01', '2023-02-30', '2019-12-12', 'newest', '2023-11-03T00:00'],
      ['', '2023-11-03', ' 2020-02-10 '],
    ],
    ['maxLogBytes', ['1023', '501MiB', '0'], ['1024', '500MiB']],
    ['maxFileBytes', ['0', '99999999GiB', 'none'], ['1', '128GiB']],
    [
      'instances',
      ['acme', 'a=', '/raw=x', 'a=x,a=y', ['a=x', 'a=y']],
      ['=x', 'a/=x,b/=y', ['a/=x', 'b/=y'], 'tenant=acme/=x'],
    ],
    [
      'columnAliases',
      ['when=Time', 'time=', 'time', 'time=A,code=a'],
      ['time=A,time=B', ['time=A', 'code=B'], 'time=a=b'],
    ],
    ['codec', ['gzip', 'Snappy'], ['zstd']],
  ];
  for (const [setting, wrong, right] of given) {
    for (const value of wrong) {
      assert.equal(problems({ [setting]: value }).length, 1, `${setting} ${JSON.stringify(value)}`);
    }
    const columns = 'time,code,message';
    for (const value of right) assert.ok(parse(value === 'false' ? { header: value, columns } : { [setting]: value }));
  }
});

test('the columns of files without header must hold what a record needs, and nothing that would have no effect', () => {
  assert.deepEqual(parse({ header: false, columns: 'code, site,time,message' }).columns, [
    'code',
    'site',
    'time',
    'message',
  ]);
  const complaints = (options: Options) => problems(options).map(({ found }) => found.replace(/^.*?: /, ''));
  assert.deepEqual(complaints({ header: false }), ['lacks time, code, message, which a file without header needs']);
  assert.deepEqual(complaints({ header: false, columns: 'time,site' }), [
    'lacks code, message, which a file without header needs',
  ]);
  assert.deepEqual(complaints({ header: false, columns: 'time,code,message,,x' }), ['has an empty name']);
  assert.deepEqual(complaints({ header: false, columns: 'time,code,message,x,x' }), ['names x twice']);
  assert.match(complaints({ columns: 'time,code,message' })[0] ?? '', /no effect where header is true/);
  assert.match(
    complaints({ header: false, columns: 'time,code,message', columnAliases: 'time=x' })[0] ?? '',
    /no effect where header is false/,
  );
});

test('lists are separated by commas or given several times', () => {
  const expected = { time: ['A, b', 'C'], code: ['D'] };
  assert.deepEqual(parse({ columnAliases: 'time=A\\, b, time=C ,code=D' }).columnAliases, expected);
  assert.deepEqual(parse({ columnAliases: ['time=A\\, b', 'time=C,code=D'] }).columnAliases, expected);
  assert.deepEqual(parse({}, { AUDIT_LAKE_COLUMN_ALIASES: 'time=A\\, b,time=C,code=D' }).columnAliases, expected);
});

test('the instance is that of the longest prefix', () => {
  const { instances } = parse({ instances: '=all,acme/=acme,acme/eu/=acme-eu,tenant=x/=x' });
  assert.equal(instanceOf('acme/eu/a.csv', instances), 'acme-eu');
  assert.equal(instanceOf('acme/us/a.csv', instances), 'acme');
  assert.equal(instanceOf('tenant=x/a.csv', instances), 'x');
  assert.equal(instanceOf('a.csv', instances), 'all');
  assert.equal(instanceOf('a.csv', parse({ instances: 'acme/=acme' }).instances), undefined);
});

test('the settings hash changes with what changes the records of a file, and with nothing else', () => {
  const hash = (options: Options) => settingsHash(sourceSettings(parse(options)));
  const changes: Options[] = [
    { header: false, columns: 'time,code,message' },
    { header: false, columns: 'time,message,code' },
    { columnAliases: 'time=A,time=B' },
    { columnAliases: 'time=B,time=A' },
    { delimiter: ';' },
    { timeFormat: 'yyyy-MM-dd HH:mm' },
    { timeZone: 'Europe/Zurich' },
    { maxRecordBytes: '8MiB' },
    { maxFileBytes: '1GiB' },
    { maxCompressionRatio: '500' },
  ];
  const hashes = [{}, ...changes].map(hash);
  assert.equal(new Set(hashes).size, hashes.length);
  for (const text of hashes) assert.match(text, /^[0-9a-f]{8}$/);
  for (const options of [
    { lake: 'x' },
    { codec: 'zstd' },
    { instances: 'a=b' },
    { maxRecordBytes: '4096KiB' },
    { timeZone: 'utc' },
  ]) {
    assert.equal(hash(options), hash({}), JSON.stringify(options));
  }
  assert.equal(hash({ columnAliases: 'time=A,code=B' }), hash({ columnAliases: 'code=B,time=A' }));
});

test('the canonical JSON is the same for equal settings, and is JSON of them', () => {
  const settings = sourceSettings(parse({ columnAliases: 'time=Zeit ü,code=B' }));
  assert.deepEqual(JSON.parse(canonicalJson(settings)), settings);
  fc.assert(
    fc.property(
      fc.shuffledSubarray(Object.entries(settings), { minLength: Object.keys(settings).length }),
      (entries) => {
        assert.equal(canonicalJson(Object.fromEntries(entries) as typeof settings), canonicalJson(settings));
      },
    ),
  );
});

test('every setting is described, and its example is accepted', () => {
  for (const { name, environment, option, description, example, expected, fallback } of SETTINGS) {
    assert.match(environment, /^AUDIT_LAKE_[A-Z_]+$/);
    assert.equal(option.replaceAll('-', ''), environment.replace('AUDIT_LAKE', '').replaceAll('_', '').toLowerCase());
    assert.ok(description.length > 20 && expected.length > 3, name);
    assert.equal(fallback === undefined, name === 'lake');
    const companions =
      name === 'header' ? { columns: 'time,code,message' } : name === 'columns' ? { header: false } : {};
    assert.ok(parse({ ...companions, [name]: example }), name);
    assert.ok(parse({}, Object.fromEntries([[environment, fallback ?? './lake']])), name);
  }
});
