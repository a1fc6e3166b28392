import { NUMBER_TAG, previewProject } from '../examples/preview-example.ts';
import type { DestinationRule } from '../rule.ts';

export const previewHostShared: DestinationRule = {
  id: 'preview-host-shared',
  scope: 'destination',
  severity: 'error',
  title: 'All previews share one address',
  why: `kamal-proxy tells the apps on a server apart by host. It refuses a second app with the same host, and an app
without a host gets all traffic that no other app claims.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent'],
  examples: () => ({
    destination: 'preview',
    failing: previewProject({ proxy: 'proxy:\n  host: preview.example.com' }),
    fixed: previewProject(),
  }),
  *check({ deploy, preview }) {
    if (preview === null || deploy.deployment?.roles.some(({ proxy }) => proxy) !== true) return;
    const { proxyHosts, service } = deploy.places;
    const fixes = [
      {
        actor: 'agent' as const,
        title: `Add the number: proxy: { host: pr-${NUMBER_TAG}.preview.example.com }`,
        edits: [],
      },
    ];
    if (proxyHosts.length === 0 && deploy.deployment.proxyHosts.length === 0 && service !== null) {
      yield {
        secret: null,
        span: service.span,
        message:
          'The previews have no proxy.host: kamal-proxy sends one of them all traffic that no other app claims.',
        fixes,
      };
    }
    const others = new Set(preview.other.places.proxyHosts.map(({ text }) => text));
    for (const { text, span } of proxyHosts) {
      if (!others.has(text)) continue;
      yield {
        secret: null,
        span,
        message: `The host ${text} is the same for every preview: kamal-proxy refuses the second one.`,
        fixes,
      };
    }
  },
};
