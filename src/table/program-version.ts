import manifest from '../../package.json' with { type: 'json' };

/** The version of this program. It stands in package.json and nowhere else: `npm version` raises it. */
export const PROGRAM_VERSION: string = manifest.version;
