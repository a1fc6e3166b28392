import { deployFile, extractLines, fetchLine } from '../examples/example.ts';
import type { FetchCommand } from '../model.ts';
import type { ConventionPart, DestinationReadings, Draft, ExampleFiles, ProjectRule } from '../rule.ts';
import { conventionFor } from '../settings.ts';
import { itemOf } from '../wording.ts';

export const vaultConvention: ProjectRule = {
  id: 'vault-convention',
  scope: 'project',
  severity: 'warning',
  title: 'A fetch reads a vault or item that the project does not specify',
  why: `\`vault\` and \`item\` in \`.kamal/1password.yml\` say where the secrets of each destination are. A fetch from
somewhere else, perhaps copied from another destination, deploys values that are meant for something else: staging
with production's database.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent'],
  examples: () => ({ failing: project('Office'), fixed: project('Shop') }),
  *check({ destinations, settings }) {
    if (settings.convention.length === 0) return;
    const told = new Set<string>();
    for (const reading of destinations) {
      for (const { commands } of reading.secrets.assignments) {
        for (const command of commands) {
          if (command.kind !== 'fetch') continue;
          for (const draft of strays(command, reading, settings)) {
            const key = `${draft.span.file} ${draft.span.start} ${draft.message}`;
            if (told.has(key)) continue;
            told.add(key);
            yield draft;
          }
        }
      }
    }
  },
};

function* strays(
  command: FetchCommand,
  { destination, secrets }: DestinationReadings,
  settings: Parameters<typeof conventionFor>[0],
): Iterable<Draft> {
  if (command.adapter?.name.toLowerCase() !== '1password' || command.asksUnknown) return;
  // What all destinations load may read what any of them may.
  const isCommon = command.span.file.endsWith('-common') && secrets.files.length > 1;
  // One `--from` for all names is reported once.
  const asked = command.from === null ? command.names : command.names.slice(0, 1);
  for (const name of asked.length === 0 ? [null] : asked) {
    const place = itemOf(command, name?.value ?? '');
    if (place === null) continue;
    for (const part of ['vault', 'item'] as const) {
      const own = conventionFor(settings, part, destination);
      const allowed = settings.convention.filter((each) => (isCommon ? each.part === part : each === own));
      if (isAllowed(place[part], allowed)) continue;
      yield stray(part, place[part], allowed, { destination, span: (command.from ?? name ?? command).span });
    }
  }
}

function isAllowed(name: string, allowed: readonly ConventionPart[]): boolean {
  return allowed.length === 0 || allowed.some(({ names }) => names.includes(name));
}

function stray(
  part: ConventionPart['part'],
  read: string,
  allowed: readonly ConventionPart[],
  { destination, span }: { readonly destination: string | null; readonly span: Draft['span'] },
): Draft {
  const names = [...new Set(allowed.flatMap((each) => each.names))].map((each) => `“${each}”`).join(' or ');
  const whose = destination === null ? '' : ` of ${destination}`;
  return {
    secret: null,
    span,
    message: `This fetch reads the ${part} “${read}”, but the project specifies ${names} for the secrets${whose}.`,
    related: allowed.map((each) => ({ span: each.span, message: `the ${part}` })),
    fixes: [
      {
        actor: 'agent',
        title: `Fetch from ${names}, or allow “${read}” in ${allowed[0]?.span.file ?? ''}.`,
        edits: [],
      },
    ],
  };
}

function project(vault: string): ExampleFiles {
  return {
    '.kamal/1password.yml': 'vault: Shop\nitem:\n  default: Production\n  staging: Staging\n',
    '.kamal/secrets':
      fetchLine('KAMAL_REGISTRY_PASSWORD').replace('Shop/', `${vault}/`) +
      extractLines('KAMAL_REGISTRY_PASSWORD'),
    'config/deploy.yml': deployFile(),
  };
}
