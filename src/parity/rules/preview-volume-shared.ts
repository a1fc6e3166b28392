import { NUMBER_TAG, previewProject } from '../examples/preview-example.ts';
import type { DestinationRule } from '../rule.ts';

export const previewVolumeShared: DestinationRule = {
  id: 'preview-volume-shared',
  scope: 'destination',
  severity: 'warning',
  title: 'All previews write to one volume',
  why: `Everything that names a volume shares its files: the previews with each other, and with production too if it
runs on the same server. The volume is not removed with a preview.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent'],
  examples: () => ({
    destination: 'preview',
    failing: previewProject({ more: 'volumes:\n  - shop-storage:/storage' }),
    fixed: previewProject({ more: `volumes:\n  - shop-pr-${NUMBER_TAG}-storage:/storage` }),
  }),
  *check({ deploy, preview }) {
    if (preview === null) return;
    const others = new Set(preview.other.places.volumes.map(({ text }) => nameOf(text)));
    for (const { text, span } of deploy.places.volumes) {
      const name = nameOf(text);
      // A path of the server is what it is meant to be.
      if (!/^[A-Za-z0-9]/.test(name) || !others.has(name)) continue;
      yield {
        secret: null,
        span,
        message: `The volume ${name} is the same for every preview, and is kept when a preview is removed.`,
        fixes: [{ actor: 'agent', title: `Name it after the preview: NAME-pr-${NUMBER_TAG}-…`, edits: [] }],
      };
    }
  },
};

/** `name:/path:ro` */
function nameOf(volume: string): string {
  return volume.split(':')[0] ?? '';
}
