/**
 * The commit of the action that this version of the command line was released with: `init` pins to it. Null in a checkout
 * and in its dist/, as no commit can hold its own name; .github/workflows/release.yml packs the npm package from
 * `node bin/build.ts --release COMMIT`, which puts the commit that is tagged in this place and changes nothing else.
 */
export const RELEASE_COMMIT: string | null = null;
