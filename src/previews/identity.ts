/** What a preview is called: its number, its service, its version. Names are always matched whole: `pr-1` is not `pr-12`. */

/** The one variable that makes one preview differ from another; Kamal, its hooks and the secrets file get it too. */
export const NUMBER_VARIABLE = 'KAMAL_PREVIEW_NUMBER';

/** A pull request's number: digits only, since it goes into YAML, ERB and shell words. */
export const NUMBER = /^[1-9][0-9]{0,9}$/;

/** The number in an environment: that of a job or a shell in which someone runs Kamal for one preview; null if there is none. */
export function previewNumberIn(environment: Readonly<Record<string, string | undefined>>): number | null {
  const text = environment[NUMBER_VARIABLE] ?? '';
  return NUMBER.test(text) ? Number(text) : null;
}

/** A service, destination, role or accessory that is safe in names of containers, files and routes. */
const NAME = /^[A-Za-z0-9][\w.-]{0,127}$/;

/** A host name or address as OpenSSH takes it; never an option. */
const HOST = /^[A-Za-z0-9_[:][\w.:[\]%-]{0,254}$/;

/** Whether a name can be put into file names, labels and shell words as it is. */
export function isPlainName(name: string): boolean {
  return NAME.test(name);
}

export function isPlainHost(host: string): boolean {
  return HOST.test(host);
}

/** Whether a name holds the number as a whole: `shop-pr-1` holds 1, `shop-pr-12` does not. */
export function holdsNumber(name: string, number: number): boolean {
  return new RegExp(`(?<![0-9])${number}(?![0-9])`).test(name);
}

/**
 * Kamal's version of a preview, and so the tag of its image: its own, or the tag of a commit would be production's and
 * the preview's by turns (Kamal 2.12.0: an image carries one `service` label, which is checked at the pull).
 */
export function previewVersion(number: number, commit: string): string {
  return `pr-${number}-${commit}`;
}

/** The commit of a preview's version; null if it is not one. */
export function commitOfVersion(version: string, number: number): string | null {
  const prefix = `pr-${number}-`;
  return version.startsWith(prefix) ? version.slice(prefix.length) : null;
}
