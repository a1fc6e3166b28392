/**
 * The commit of the action that this version of the command line was released with; null in a build from a checkout.
 * The release workflow builds the npm package with the tagged commit in its place (`bin/build.ts`, `RELEASE_COMMIT`).
 */
export const RELEASE_COMMIT: string | null = null;
