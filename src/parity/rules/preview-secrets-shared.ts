import { previewProject } from '../examples/preview-example.ts';
import type { SecretsReading, Span } from '../model.ts';
import type { DestinationRule } from '../rule.ts';

export const previewSecretsShared: DestinationRule = {
  id: 'preview-secrets-shared',
  scope: 'destination',
  severity: 'warning',
  title: 'The previews read the vault of another destination',
  why: `Anyone who pushes a branch decides what its preview does with the secrets it gets. A vault of their own, with
a service account that sees nothing else, keeps production's secrets out of reach; 1Password grants access per vault,
not per item.`,
  seenIn: 'Kamal 2.12.0',
  who: ['human', 'agent'],
  examples: () => ({
    destination: 'preview',
    failing: previewProject({ vault: 'Shop' }),
    fixed: previewProject(),
  }),
  *check({ secrets, preview }) {
    if (preview === null) return;
    const own = fetches(secrets);
    const taken = new Map(
      preview.beside.flatMap(({ destination, secrets: others }) =>
        fetches(others)
          // `secrets-common` is read for all of them: one finding for its line is enough.
          .map((each) => [each.vault, destination] as const),
      ),
    );
    for (const { vault, span } of own) {
      if (!taken.has(vault)) continue;
      const whose = taken.get(vault) ?? null;
      yield {
        secret: null,
        span,
        message: `The previews fetch from the vault ${vault}, as ${whose === null ? 'the deploy without a destination' : `the destination ${whose}`} does: a branch can read what is in it.`,
        fixes: [
          {
            actor: 'human',
            title: 'Create a vault for previews, and a service account that can read only that vault',
            edits: [],
          },
          { actor: 'agent', title: `Fetch from it in ${span.file}`, edits: [] },
        ],
      };
    }
  },
};

/** The vaults that are fetched from, and where they are named. */
function fetches({ assignments }: SecretsReading): { readonly vault: string; readonly span: Span }[] {
  return assignments
    .flatMap(({ commands }) => commands)
    .flatMap((command) => {
      if (command.kind !== 'fetch' || command.asksUnknown) return [];
      const adapter = command.adapter?.name.toLowerCase();
      if (adapter !== '1password' && adapter !== 'one_password') return [];
      const from = command.from;
      return from === null
        ? []
        : [{ vault: from.value.replace(/^op:\/\//, '').split('/')[0] ?? '', span: from.span }];
    });
}
