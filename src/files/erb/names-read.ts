import type { DeployReading, SourceFile } from '../../parity/model.ts';

const NAME = /(\bENV(?:\.fetch\(|\[)\s*)?["']([A-Za-z_]\w*)["']/gu;

/**
 * The names that the templates of a deploy file ask for: of the environment, or of Kamal's own secrets
 * (`Kamal::Secrets.new["NAME"]`), which is a use of the secret that no key of the file shows.
 */
export function namesRead(files: readonly SourceFile[]): DeployReading['readByErb'] {
  return files.flatMap(({ path, text }) => {
    if (!text.includes('<%')) return [];
    const ofSecrets = text.includes('Kamal::Secrets');
    return tagsIn(text).flatMap((tag) =>
      [...tag.text.matchAll(NAME)].flatMap(({ index, 0: whole, 1: environment, 2: name }) => {
        if (name === undefined || (environment === undefined && !ofSecrets)) return [];
        const end = tag.start + index + whole.length - 1;
        const span = { file: path, start: end - name.length, end };
        return [
          { name, of: environment === undefined ? ('secrets' as const) : ('environment' as const), span },
        ];
      }),
    );
  });
}

/** Each `<%…%>` that is code. By hand: a pattern looks for the end of each tag anew where the file has none. */
function tagsIn(text: string): { readonly start: number; readonly text: string }[] {
  const found: { start: number; text: string }[] = [];
  for (let start = text.indexOf('<%'); start >= 0;) {
    const end = text.indexOf('%>', start + 2);
    if (end < 0) break;
    if (!/[%#]/.test(text[start + 2] ?? '')) found.push({ start, text: text.slice(start, end + 2) });
    start = text.indexOf('<%', end + 2);
  }
  return found;
}
