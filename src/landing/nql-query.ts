import type { Settings } from '../settings/index.ts';
import { canonicalZone, type WrittenForm, writtenForm } from '../source/index.ts';
import { instantOf } from './instant.ts';
import { localTime, notAfter, notBefore, offsetAt } from './local-time.ts';
import { NotConfigured, notSet } from './not-configured.ts';
import type { PullWindow, WindowRules } from './windows.ts';

/** A saved query, and what its parameters are given. */
export interface NqlQuery {
  /** `#audit_trail`. */
  readonly id: string;
  /** How windows are cut; null where the query has its own. */
  readonly rules: WindowRules | null;
  parameters(window: PullWindow | null): Readonly<Record<string, string>>;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** The query whose results are landed. @throws NotConfigured */
export function pulledQuery(settings: Settings): NqlQuery {
  const { nqlQuery: id, nqlParameters: given, nqlWindowHours, nqlOverlapMinutes } = settings;
  if (id === '') {
    throw notSet('AUDIT_LAKE_NQL_QUERY (--nql-query)', 'the id of a saved query');
  }
  const texts = Object.values(given);
  const [hasFrom, hasTo] = ['{from}', '{to}'].map((part) => texts.some((text) => text.includes(part)));
  if (hasFrom !== hasTo) {
    throw new NotConfigured(
      `AUDIT_LAKE_NQL_PARAMETERS (--nql-parameters): expected both {from} and {to}, or neither, found ${hasFrom ? '{from}' : '{to}'} alone`,
    );
  }
  if (!hasFrom) return { id, rules: null, parameters: () => given };
  const form = formOf(settings);
  const zone = zoneOf(settings);
  const step = form.hasSeconds ? 1000 : MINUTE_MS;
  return {
    id,
    rules: {
      longest: nqlWindowHours * HOUR_MS,
      shortest: MINUTE_MS,
      step,
      overlap: nqlOverlapMinutes * MINUTE_MS,
      start: startOf(settings),
    },
    parameters: (window) => {
      if (window === null) return given;
      const [from, to] = [writtenBound(window.from, 'from', form, zone), writtenBound(window.to, 'to', form, zone)];
      const filled = (text: string): string => text.replaceAll('{from}', () => from).replaceAll('{to}', () => to);
      return Object.fromEntries(Object.entries(given).map(([name, text]) => [name, filled(text)]));
    },
  };
}

/** The query that counts the trail, which has a window of its own. @throws NotConfigured */
export function countingQuery({ nqlCountQuery: id }: Pick<Settings, 'nqlCountQuery'>): NqlQuery {
  if (id === '') {
    throw notSet('AUDIT_LAKE_NQL_COUNT_QUERY (--nql-count-query)', 'the id of a saved query');
  }
  return { id, rules: null, parameters: () => ({}) };
}

/**
 * A bound of a window as a parameter is given it. Where a local time does not say which instant it is (an hour that the
 * clocks show twice), one is written that lies outside of the window however it is read: overlap costs nothing.
 */
function writtenBound(instant: number, bound: 'from' | 'to', form: WrittenForm, zone: string): string {
  if (form.hasOffset) return form.write(localTime(instant, zone), offsetAt(instant, zone));
  return form.write(bound === 'from' ? notAfter(instant, zone) : notBefore(instant, zone), 0);
}

function formOf({ nqlTimeFormat }: Settings): WrittenForm {
  try {
    return writtenForm(nqlTimeFormat);
  } catch {
    throw new NotConfigured(
      `AUDIT_LAKE_NQL_TIME_FORMAT (--nql-time-format): expected a pattern such as yyyy-MM-dd HH:mm:ss, found ${nqlTimeFormat}`,
    );
  }
}

function zoneOf({ nqlTimeZone }: Settings): string {
  try {
    return canonicalZone(nqlTimeZone);
  } catch {
    throw new NotConfigured(
      `AUDIT_LAKE_NQL_TIME_ZONE (--nql-time-zone): expected an IANA time zone such as Europe/Zurich, found ${nqlTimeZone}`,
    );
  }
}

function startOf({ nqlStart }: Settings): number | null {
  if (nqlStart === '') return null;
  const instant = instantOf(nqlStart);
  if (instant !== null) return instant;
  throw new NotConfigured(
    `AUDIT_LAKE_NQL_START (--nql-start): expected an instant such as 2026-03-01T00:00:00Z, found ${nqlStart}`,
  );
}
