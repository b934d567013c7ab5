import type * as z from 'zod';

/** What help texts, docs and error messages say of a setting. */
export interface SettingText {
  readonly description: string;
  readonly expected: string;
  readonly example: string;
  /** Taken where the setting is not given; without one it must be. Written as in the environment. */
  readonly fallback?: string;
  /** What error messages leave out: the whole value, or what a URL has after its question mark. */
  readonly secret?: 'all' | 'query';
  /** What held before there was this setting, where that is something else than the fallback. */
  readonly before?: number | string;
  /**
   * It came when there were lakes already: where it is as its fallback, a commit does not record it and the hash of settings is
   * what it was before, so that what stood rejected stays so.
   */
  readonly later?: true;
  /** Only the Function App knows it: no command takes it as an option. */
  readonly appOnly?: true;
  /** Only what lands files, or compares them with their source, takes it: no command that does neither. */
  readonly landing?: true;
  /** A secret: from the environment alone, and so never on a command line, in a file or in a list of processes. */
  readonly environmentOnly?: true;
}

/** A field with what is said of it. */
export function describe<S extends z.ZodType>(field: S, texts: SettingText): S {
  return field.meta({ ...texts });
}
