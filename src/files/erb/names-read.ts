import type { DeployReading, SourceFile } from '../../parity/model.ts';
import { tagsIn } from './tags.ts';

const NAME = /(\bENV(?:\.fetch\(|\[)\s*)?["']([A-Za-z_]\w*)["']/gu;

/**
 * The names that the templates of a deploy file ask for: of the environment, or of Kamal's own secrets
 * (`Kamal::Secrets.new["NAME"]`), which is a use of the secret that no key of the file shows.
 */
export function namesRead(files: readonly SourceFile[]): DeployReading['readByErb'] {
  return files.flatMap(({ path, text }) => {
    if (!text.includes('<%')) return [];
    const ofSecrets = text.includes('Kamal::Secrets');
    const code = tagsIn(text).filter((tag) => !/^<%[%#]/.test(tag.text));
    return code.flatMap((tag) =>
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
