/** Names every secret and variable of GitHub that the workflows read before and do not read any more. */
import { namesIn } from '../../files/workflow/expression.ts';
import { lineNumber } from '../../files/workflow/lines.ts';
import type { WorkflowReading } from '../../parity/model.ts';

/** Where the values of secrets go that are read no more. */
export interface NewPlaces {
  /** GitHub secrets whose values 1Password has from now on. */
  readonly moved: ReadonlySet<string>;
  /** Where private keys go, by the secret that held each. */
  readonly keys: ReadonlyMap<string, string>;
}

export function goneNotes(
  readings: readonly WorkflowReading[],
  texts: ReadonlyMap<string, string>,
  places: NewPlaces,
): string[] {
  const now = readings.map(({ source }) => texts.get(source.path) ?? source.text);
  return readings.flatMap(({ source }) => {
    const after = texts.get(source.path);
    if (after === undefined) return [];
    return (['secrets', 'vars'] as const).flatMap((context) =>
      [...namesIn(source.text, context)]
        .filter((name) => !namesIn(after, context).has(name))
        .map((name) => {
          const at = source.text.search(new RegExp(`${context}(?:\\.|\\[')${name}\\b`));
          const elsewhere = readings
            .filter((_, index) => namesIn(now[index] ?? '', context).has(name))
            .map((each) => each.source.path);
          const where = context === 'secrets' ? valueGoes(name, places) : '';
          return `${source.path}:${lineNumber(source.text, at)}: \`${context}.${name}\` is no longer read here. ${afterwards(context, name, elsewhere, where)}`;
        }),
    );
  });
}

function afterwards(
  context: 'secrets' | 'vars',
  name: string,
  elsewhere: readonly string[],
  value: string,
): string {
  if (name === 'GITHUB_TOKEN') return "It is the job's own token: there is nothing to delete.";
  if (elsewhere.length > 0)
    return `${elsewhere.join(', ')} still ${elsewhere.length === 1 ? 'reads' : 'read'} it: keep it on GitHub.`;
  const kind = context === 'secrets' ? 'secret' : 'variable';
  return `${value}After a deploy has succeeded, and if nothing else needs it: \`gh ${kind} delete ${name}\`.`;
}

/** What becomes of a secret's value. */
function valueGoes(name: string, { moved, keys }: NewPlaces): string {
  if (moved.has(name)) return 'Its value goes to 1Password, as the list below says. ';
  const key = keys.get(name);
  return key === undefined
    ? 'Keep its value until a deploy has succeeded: it may belong in 1Password. '
    : `Its value, the private key, goes to ${key}. `;
}
