import { NUMBER_TAG, previewProject } from '../examples/preview-example.ts';
import type { DestinationRule } from '../rule.ts';

export const previewAccessoryShared: DestinationRule = {
  id: 'preview-accessory-shared',
  scope: 'destination',
  severity: 'warning',
  title: 'The previews use an accessory that is not their own',
  why: `Kamal merges the accessories of \`config/deploy.yml\` into every destination. An accessory with its own
\`service\` is the same container everywhere: \`kamal remove -d preview\` stops it and deletes its data.
(\`command: preview\` of this action never touches it.)`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent'],
  examples: () => ({
    destination: 'preview',
    failing: previewProject({
      base: 'accessories:\n  db:\n    image: postgres:17\n    service: shop-db\n    host: 192.0.2.10\n',
    }),
    fixed: previewProject({
      base: 'accessories:\n  db:\n    image: postgres:17\n    service: shop-db\n    host: 192.0.2.10\n',
      more: `accessories:\n  db:\n    service: shop-pr-${NUMBER_TAG}-db\n    host: 192.0.2.20`,
    }),
  }),
  *check({ deploy, preview }) {
    if (preview === null) return;
    const nameOf = (from: typeof deploy, key: string): string | null => {
      const { service = null, accessories = [] } = from.deployment ?? {};
      const found = accessories.find(({ name }) => name === key);
      return found === undefined ? null : (found.service ?? (service === null ? null : `${service}-${key}`));
    };
    for (const { text, span } of deploy.places.accessories) {
      const name = nameOf(deploy, text);
      if (name === null || nameOf(preview.other, text) !== name) continue;
      yield {
        secret: null,
        span,
        message: `The accessory ${text} is the container ${name} for every preview: kamal remove -d ${deploy.destination ?? 'preview'} would delete it and its data.`,
        fixes: [
          {
            actor: 'agent',
            title: `Give it a \`service\` with the preview's number in ${deploy.destination === null ? 'the deploy file of the previews' : `config/deploy.${deploy.destination}.yml`}, or move it from config/deploy.yml to the deploy file of the destination that it belongs to`,
            edits: [],
          },
        ],
      };
    }
  },
};
