import { previewProject } from '../examples/preview-example.ts';
import type { DestinationRule } from '../rule.ts';

export const previewServerShared: DestinationRule = {
  id: 'preview-server-shared',
  scope: 'destination',
  severity: 'warning',
  title: 'The previews run on the server of another destination',
  why: `All Kamal containers on a server share one network: what a branch deploys reaches production's containers and
accessories there by name, and uses its memory and disk. The previews' SSH key gives root access there, too.`,
  seenIn: 'Kamal 2.12.0',
  who: ['human', 'agent'],
  examples: () => ({
    destination: 'preview',
    failing: previewProject({ servers: 'servers:\n  - 192.0.2.10' }),
    fixed: previewProject(),
  }),
  *check({ deploy, preview }) {
    if (preview === null) return;
    const whose = new Map(
      preview.beside.flatMap(({ destination, deploy: { places } }) =>
        places.hosts.map(({ text }) => [text, destination] as const),
      ),
    );
    const told = new Set<string>();
    for (const { text, span } of deploy.places.hosts) {
      if (!whose.has(text) || told.has(text)) continue;
      told.add(text);
      const other = whose.get(text) ?? null;
      yield {
        secret: null,
        span,
        message: `The previews run on ${text}, where ${other === null ? 'the deploy without a destination' : `the destination ${other}`} runs too: what a branch deploys reaches its containers.`,
        fixes: [
          {
            actor: 'human',
            title: 'Give the previews their own server, with its own SSH key',
            edits: [],
          },
          { actor: 'agent', title: 'Set it under servers: in the deploy file of the previews', edits: [] },
        ],
      };
    }
  },
};
