/** A script, or YAML, without the lines that are comments; the others stay where they are. */
export function withoutComments(text: string): string {
  return text.replaceAll(/^[ \t]*#.*$/gm, '');
}
