import { previewProject } from '../examples/preview-example.ts';
import type { DestinationRule } from '../rule.ts';

export const previewNumberOptional: DestinationRule = {
  id: 'preview-number-optional',
  scope: 'destination',
  severity: 'warning',
  title: 'Without its number, a preview is deployed under an incomplete name',
  why: `\`ENV["KAMAL_PREVIEW_NUMBER"]\` is nil if the variable is not set: \`kamal deploy -d preview\` on a laptop
then deploys the service \`shop-pr-\`, which no sweep knows. \`ENV.fetch("KAMAL_PREVIEW_NUMBER")\` stops Kamal
instead.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent'],
  examples: () => ({
    destination: 'preview',
    failing: previewProject({ service: 'service: shop-pr-<%= ENV["KAMAL_PREVIEW_NUMBER"] %>' }),
    fixed: previewProject(),
  }),
  *check({ deploy, preview }) {
    if (preview === null) return;
    for (const { path, text } of deploy.files) {
      for (const { 0: found, index } of text.matchAll(/ENV\[\s*["']KAMAL_PREVIEW_NUMBER["']\s*\]/g)) {
        const span = { file: path, start: index, end: index + found.length };
        yield {
          secret: null,
          span,
          message:
            'If KAMAL_PREVIEW_NUMBER is not set, this is empty, and Kamal deploys under an incomplete name.',
          fixes: [
            {
              actor: 'agent',
              title: 'Use ENV.fetch, which stops Kamal if there is no number',
              edits: [{ ...span, text: 'ENV.fetch("KAMAL_PREVIEW_NUMBER")' }],
            },
          ],
        };
      }
    }
  },
};
