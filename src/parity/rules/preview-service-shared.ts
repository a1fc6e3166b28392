import { NUMBER_TAG, previewProject } from '../examples/preview-example.ts';
import { list } from '../wording.ts';
import type { DestinationRule } from '../rule.ts';

export const previewServiceShared: DestinationRule = {
  id: 'preview-service-shared',
  scope: 'destination',
  severity: 'error',
  title: 'All previews share one service, so each replaces the others',
  why: `Kamal finds an app's containers, stopped versions and images by its \`service\` alone. Previews that share one
replace each other; if they share production's, \`kamal deploy\` of a preview removes production's stopped versions
and images.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent'],
  examples: () => ({
    destination: 'preview',
    failing: previewProject({ service: 'service: shop-preview' }),
    fixed: previewProject(),
  }),
  *check({ deploy, preview }) {
    const { service } = deploy.places;
    if (preview === null || service === null || preview.other.places.service?.text !== service.text) return;
    const same = preview.beside.filter((each) => each.deploy.places.service?.text === service.text);
    const others = same.map(({ destination }) =>
      destination === null ? 'the deploy without a destination' : destination,
    );
    yield {
      secret: null,
      span: service.span,
      message: `The service ${service.text} is the same for every preview${others.length === 0 ? '' : `, and that of ${list(others)}`}: each replaces the containers of the others, and removing one removes them all.`,
      fixes: [{ actor: 'agent', title: `Add the number: service: NAME-pr-${NUMBER_TAG}`, edits: [] }],
    };
  },
};
