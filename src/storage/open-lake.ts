import { addingOnly } from './adding-only.ts';
import { adlsStorage } from './adls.ts';
import { parseLocation } from './lake-location.ts';
import { localStorage } from './local.ts';
import type { LocalAccess } from './local-folders.ts';
import { routeRaw } from './route.ts';
import type { Storage } from './storage.ts';
import { RAW, zoneName } from './zones.ts';

/** The settings that say where a lake is and who opens it. */
export interface LakeSettings {
  readonly lake: string;
  /** The raw zone, where it is not the lake's own; else empty. */
  readonly raw: string;
  readonly identityClientId: string;
  /** Who may read what is written into a folder. */
  readonly localAccess: LocalAccess;
  /** For an emulator. */
  readonly storageConnectionString: string;
  /** The version of the storage service that requests ask for; empty for the SDK's own. */
  readonly storageVersion: string;
  /** Bytes of a commit or of its evidence. */
  readonly maxLogBytes: number;
}

/**
 * The storage of a lake, in a folder or in an account, with its raw zone where that is.
 * @throws SyntaxError where a location cannot be read, or may not be opened in this way
 */
export function openLake(settings: LakeSettings): Storage {
  const lake = openZones(settings, settings.lake, null);
  return settings.raw === '' ? lake : routeRaw(openZones(settings, settings.raw, zoneName(RAW)), lake);
}

/**
 * A zone by itself, in a folder or in an account. @param zone its lake path, with its slash
 * @throws SyntaxError as `openLake`
 */
export function openZone(settings: LakeSettings, location: string, zone: string): Storage {
  return openZones(settings, location, zoneName(zone));
}

/**
 * The raw zone alone, for what lands files: it adds files, and does nothing else there or anywhere.
 * @throws SyntaxError as `openLake`
 */
export function openRawToAdd(settings: LakeSettings): Storage {
  const { raw, lake } = settings;
  return addingOnly(openZones(settings, raw === '' ? lake : raw, raw === '' ? null : zoneName(RAW), true), RAW);
}

function openZones(settings: LakeSettings, text: string, onlyZone: string | null, addsOnly = false): Storage {
  const location = parseLocation(text);
  const limits = { logBytes: settings.maxLogBytes };
  const zone = onlyZone === null ? { limits } : { limits, onlyZone };
  if (location.kind === 'folder') return localStorage(location.folder, { ...zone, access: settings.localAccess });
  const { identityClientId, storageConnectionString: connectionString, storageVersion: serviceVersion } = settings;
  return adlsStorage(location, { identityClientId, connectionString, serviceVersion, addsOnly, ...zone });
}
