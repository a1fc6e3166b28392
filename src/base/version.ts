import manifest from '../../package.json' with { type: 'json' };

/** The version of kamal-1password. */
export const VERSION: string = manifest.version;
