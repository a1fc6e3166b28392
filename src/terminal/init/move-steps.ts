/** Moving secrets from GitHub to 1Password: what a person runs, with names and never a value. */
import { shellQuoted } from '../../base/text/quoting.ts';
import type { ProjectReadings } from '../../parity/rule.ts';
import { placeOfFetched } from '../../parity/vault/place.ts';
import { list } from '../../parity/wording.ts';

/**
 * @param moved the GitHub secret of each environment variable whose value the secrets file fetches from now on
 * @returns one step each: an item, then what may be deleted on GitHub
 */
export function moveSteps(project: ProjectReadings, moved: ReadonlyMap<string, string>): string[] {
  if (moved.size === 0) return [];
  const items = new Map<string, { vault: string; item: string; fields: Set<string> }>();
  for (const { secrets } of project.destinations)
    for (const { commands } of secrets.assignments)
      for (const command of commands)
        if (command.kind === 'fetch')
          for (const { value } of command.names) {
            const place = placeOfFetched(command, value);
            if (place === null || !moved.has(place.field ?? '')) continue;
            const key = `${place.vault}/${place.item}`;
            const known = items.get(key) ?? {
              vault: place.vault,
              item: place.item,
              fields: new Set<string>(),
            };
            known.fields.add(place.field ?? '');
            items.set(key, known);
          }
  const secrets = [...new Set(moved.values())];
  return [
    ...[...items.values()].map(
      ({ vault, item, fields }) =>
        `Fill ${list([...fields])} of the item “${item}” (GitHub does not show the values of secrets: get them where they were issued). To create it with empty fields: \`op item create --category login --vault ${word(vault)} --title ${word(item)} ${[...fields].map((field) => `'${field}[password]='`).join(' ')}\`; if it exists, use \`op item edit\` instead. Then fill the fields in the app.`,
    ),
    `After the first successful deploy, on GitHub: ${list(secrets.map((name) => `\`gh secret delete ${name}\``))}.`,
  ];
}

function word(text: string): string {
  return /^[\w./:@%+,=-]+$/.test(text) ? text : shellQuoted(text);
}
