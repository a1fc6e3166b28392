import type { Link } from './finding-markdown.ts';

/**
 * Links to lines of files as they are at a commit; none where the commit is not known.
 * @param repository its page, e.g. `https://github.com/acme/app`
 */
export function blobLink(repository: string, sha: string | null): Link {
  if (sha === null) return () => null;
  return ({ file, line }) => `${repository}/blob/${sha}/${file.split('/').map(encoded).join('/')}#L${line}`;
}

/** As part of an address in parentheses in Markdown. */
function encoded(name: string): string {
  return encodeURIComponent(name.toWellFormed()).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
