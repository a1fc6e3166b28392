import { NUMBER_TAG, previewProject } from '../examples/preview-example.ts';
import { list } from '../wording.ts';
import type { DestinationRule } from '../rule.ts';

export const previewServiceShared: DestinationRule = {
  id: 'preview-service-shared',
  scope: 'destination',
  severity: 'error',
  title: 'All previews are one service, so that each replaces the other',
  why: `Kamal finds the containers, the stopped versions and the images of an app by its \`service\` alone. Previews that share one
replace each other; with the service of production, \`kamal deploy\` of a preview removes production's stopped versions and images.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent'],
  examples: {
    destination: 'preview',
    failing: previewProject({ service: 'service: shop-preview' }),
    fixed: previewProject(),
  },
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
      message: `The service ${service.text} is the same for every preview${others.length === 0 ? '' : `, and that of ${list(others)}`}: each replaces the containers of the other, and its removal takes them away.`,
      fixes: [{ actor: 'agent', title: `Put the number into it: service: NAME-pr-${NUMBER_TAG}`, edits: [] }],
    };
  },
};
