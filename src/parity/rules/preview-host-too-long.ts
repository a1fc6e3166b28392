import { NUMBER_TAG, previewProject } from '../examples/preview-example.ts';
import type { DestinationRule } from '../rule.ts';

export const previewHostTooLong: DestinationRule = {
  id: 'preview-host-too-long',
  scope: 'destination',
  severity: 'error',
  title: "A preview's host name is not valid: a part of it has more than 63 characters",
  why: `A part of a DNS name (between two dots) has at most 63 characters (RFC 1035, 2.3.4). No certificate is issued
for a longer one, and no browser finds it.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent'],
  examples: () => ({
    destination: 'preview',
    failing: previewProject({
      proxy: `proxy:\n  host: a-name-that-goes-on-and-on-until-no-one-reads-it-any-more-pr-${NUMBER_TAG}.example.com`,
    }),
    fixed: previewProject(),
  }),
  *check({ deploy, preview }) {
    if (preview === null) return;
    for (const { text, span } of deploy.places.proxyHosts) {
      const long = text.split('.').find((part) => part.length > 63);
      if (long === undefined) continue;
      yield {
        secret: null,
        span,
        message: `${long} has ${long.length} characters with a number of seven digits; a part of a host name has at most 63.`,
        fixes: [{ actor: 'agent', title: 'Shorten the host', edits: [] }],
      };
    }
  },
};
