import { createHash } from 'node:crypto';
import { READER_VERSION, type Recognised, type SourceSettings } from '../source/index.ts';
import type { SettingField } from './fields.ts';
import { LIMITS, type SettingValues, sourceShape } from './schema.ts';
import type { SettingText } from './setting-text.ts';
import type { Way } from './ways.ts';

/** Source settings as a commit recorded them: JSON, of which nothing else is known. */
export type RecordedSettings = Readonly<Record<string, unknown>>;

const FIELDS: readonly (readonly [name: string, field: SettingField<unknown>])[] = Object.entries(sourceShape);

/** The values that source settings have where nothing is set. */
const USUAL: RecordedSettings = Object.fromEntries(
  FIELDS.map(([name, field]) => [name, field.parse(textsOf(field).fallback)]),
);

/** What a setting says that leaves a file's form to be recognised. */
const OPEN = 'auto';

/** What held before there was a setting, or before it could be left open. */
const BEFORE: RecordedSettings = Object.fromEntries(
  FIELDS.flatMap(([name, field]) => {
    const { before } = textsOf(field);
    return before === undefined ? [] : [[name, before]];
  }),
);

/** Settings that came later: as usual, they are as if they were not there. */
const LATER: ReadonlySet<string> = new Set(FIELDS.flatMap(([name, field]) => (textsOf(field).later ? [name] : [])));

/** The part of the settings that decides what a file's records are. The instance is none of it: it depends on the path. */
export function sourceSettings(settings: SettingValues): SourceSettings {
  return picked(settings, Object.keys(sourceShape) as (keyof typeof sourceShape)[]);
}

/** What applies to exports alone, and what to classic logs alone. */
const OF_EXPORTS = ['header', 'columns', 'columnAliases', 'delimiter'] as const;
const OF_LOGS = ['classicLine'] as const;

/**
 * The same for a file that came by this way. What does not apply to it is as where nothing is set: it changes nothing, and is not
 * recorded of it.
 * @param timeZone of times without offset, where the way has none of its own
 */
export function waySourceSettings(settings: SettingValues, way: Way, timeZone: string): SourceSettings {
  const source = { ...sourceSettings(settings), timeZone };
  if (way === 'classic') {
    const timeFormat = settings.classicTimeFormat || settings.timeFormat;
    return { ...source, ...usual(OF_EXPORTS), timeFormat, timeZone: settings.classicTimeZone || timeZone };
  }
  const isMapped = way === 'webhook' && Object.keys(settings.webhookAliases).length > 0;
  const columnAliases = isMapped ? settings.webhookAliases : settings.columnAliases;
  return { ...source, ...usual(OF_LOGS), columnAliases };
}

/** Source settings as they are where nothing is set. */
function usual<K extends keyof SourceSettings>(names: readonly K[]): Pick<SourceSettings, K> {
  return picked(USUAL as unknown as SourceSettings, names);
}

function picked<T, K extends keyof T>(from: T, names: readonly K[]): Pick<T, K> {
  return Object.fromEntries(names.map((name) => [name, from[name]])) as Pick<T, K>;
}

/**
 * Source settings as they were recorded. One that did not exist then has the value that held before it did.
 * @returns the name of the first that cannot be read, where there is one
 */
export function readSourceSettings(recorded: RecordedSettings): SourceSettings | string {
  const values: Record<string, unknown> = {};
  for (const [name, field] of FIELDS) {
    const before = BEFORE[name] ?? USUAL[name];
    const value = recorded[name] === undefined ? before : field.out.safeParse(recorded[name]).data;
    if (value === undefined) return name;
    values[name] = value;
  }
  return values as unknown as SourceSettings;
}

/**
 * Names what decides a file's events: the instance and the source settings, with what they leave open as it was recognised, so
 * that what is set by one and recognised by another is alike. What a record does not name is as usual.
 * @param recognised how the file was found to be written; null where nothing was recorded of it
 */
export function readingKey(
  instance: string | null,
  settings: RecordedSettings,
  recognised: readonly Recognised[] | null,
): string {
  return keyOf(instance, settings, recognised ?? [], () => true);
}

/** The same without what only decides which records are good: names which event a record is, and of which day. */
export function identityKey(
  instance: string | null,
  settings: RecordedSettings,
  recognised: readonly Recognised[] | null,
): string {
  return keyOf(instance, settings, recognised ?? [], (name) => !LIMITS.has(name));
}

function keyOf(
  instance: string | null,
  settings: RecordedSettings,
  recognised: readonly Recognised[],
  counts: (name: string) => boolean,
): string {
  const names = Object.keys(USUAL).filter(counts);
  const used = names.map((name) => [name, asUsed(name, settings[name] ?? USUAL[name], recognised)]);
  return JSON.stringify([instance, canonicalJson(Object.fromEntries(used))]);
}

/** The value of a setting by which documents were read; several, where they differ. */
function asUsed(name: string, value: unknown, recognised: readonly Recognised[]): unknown {
  const values = recognised.map((each) => {
    if (name !== 'columnAliases') return (each as unknown as RecordedSettings)[name] ?? null;
    const columns = Object.entries(each.columns ?? {}).map(([role, column]) => [role, [column]]);
    return { ...Object.fromEntries(columns), ...(value as object) };
  });
  if (value !== OPEN && name !== 'columnAliases') return value;
  const found = [...new Set(values.filter((each) => each !== null).map((each) => canonicalJson({ each })))].sort();
  if (found.length === 0) return readAs(name, value);
  return found.length === 1 ? (JSON.parse(found[0]!) as { each: unknown }).each : found;
}

/** A setting that leaves open what was fixed before counts as what it was: a file that fits is read alike. */
function readAs(name: string, value: unknown): unknown {
  return value === OPEN ? (BEFORE[name] ?? value) : value;
}

function textsOf(field: SettingField<unknown>): SettingText {
  return field.meta() as unknown as SettingText;
}

/** The one JSON text of these settings: no blanks, keys in order. */
export function canonicalJson(settings: SourceSettings | Readonly<Record<string, unknown>>): string {
  return JSON.stringify(settings, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

/** Source settings as a commit records them, and a hash names them: those that came later only where they are not as usual. */
export function recordedSettings(settings: SourceSettings): RecordedSettings {
  const isUsual = (name: string, value: unknown) => canonicalJson({ value }) === canonicalJson({ value: USUAL[name] });
  return Object.fromEntries(
    Object.entries(settings).filter(([name, value]) => !LATER.has(name) || !isUsual(name, value)),
  );
}

/** The settings that there were for the first version of the reader. */
const FIRST_SETTINGS = [
  ...(['header', 'columns', 'columnAliases', 'delimiter', 'timeFormat', 'timeZone'] as const),
  ...(['maxRecordBytes', 'maxFileBytes', 'maxCompressionRatio'] as const),
];

/** Names what can change a file's records: 8 hex digits of SHA-256 over the canonical JSON and the decimal READER_VERSION. */
export function settingsHash(settings: SourceSettings): string {
  return hashOf(canonicalJson(recordedSettings(settings)), READER_VERSION);
}

/** The settings that came for the second. */
const SECOND_SETTINGS = ['maxRecords', 'maxDays', 'maxFrames', 'maxWindowBytes'] as const;

/** What {@link settingsHash} was for the versions of the reader before this one, as far as they had these settings. */
export function earlierSettingsHashes(settings: SourceSettings): readonly string[] {
  const as = (names: readonly (keyof SourceSettings)[]) =>
    canonicalJson(Object.fromEntries(names.map((name) => [name, readAs(name, settings[name])])));
  const texts = new Set([
    canonicalJson(recordedSettings(settings)),
    as(FIRST_SETTINGS),
    as([...FIRST_SETTINGS, ...SECOND_SETTINGS]),
  ]);
  const versions = Array.from({ length: READER_VERSION - 1 }, (_, index) => index + 1);
  return versions.flatMap((version) => [...texts].map((text) => hashOf(text, version)));
}

function hashOf(text: string, version: number): string {
  return createHash('sha256').update(`${text}${version}`).digest('hex').slice(0, 8);
}
