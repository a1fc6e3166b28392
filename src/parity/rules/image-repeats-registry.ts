import { deployFile, REGISTRY_LINE } from '../examples/example.ts';
import type { Edit, Span } from '../model.ts';
import type { DestinationRule, ExampleFiles } from '../rule.ts';

export const imageRepeatsRegistry: DestinationRule = {
  id: 'image-repeats-registry',
  scope: 'destination',
  severity: 'warning',
  title: 'The image name begins with the registry, which Kamal adds itself',
  why: `Kamal joins \`registry.server\` and \`image\` (lib/kamal/configuration.rb, \`repository\`). If both name the
server, it pushes to \`ghcr.io/ghcr.io/acme/shop\`. GitHub, GitLab and Docker Hub reject that name after the
build: the login has no permission to write to it.`,
  seenIn: 'Kamal 2.12.0',
  who: ['agent'],
  examples: () => ({ failing: project('ghcr.io/acme/shop'), fixed: project('acme/shop') }),
  *check({ deploy: { deployment }, lookup }) {
    if (deployment === null || deployment.image === null || deployment.registry === null) return;
    const { name, span } = deployment.image;
    const server = deployment.registry.replace(/(?<!\/)\/+$/, '');
    const [host = ''] = server.split('/');
    if (host === '' || !name.startsWith(`${host}/`)) return;
    const shorter = name.startsWith(`${server}/`)
      ? name.slice(server.length + 1)
      : name.slice(host.length + 1);
    if (shorter === '') return;
    yield {
      secret: null,
      span,
      message: `Kamal puts the registry's server in front of the name: it pushes to ${server}/${name}.`,
      fixes: [
        {
          actor: 'agent',
          title: `Remove the registry from the name: \`image: ${shorter}\``,
          edits: shortened(lookup.text(span), name, shorter, span),
        },
      ],
    };
  },
};

/** The edit, if the file has the name literally, with or without quotes. */
function shortened(text: string, name: string, shorter: string, span: Span): Edit[] {
  const at = text.indexOf(name);
  if (at < 0) return [];
  const start = span.start + at;
  return [{ file: span.file, start, end: start + name.length, text: shorter }];
}

function project(image: string): ExampleFiles {
  return {
    '.kamal/secrets': REGISTRY_LINE,
    'config/deploy.yml': deployFile()
      .replace('acme/shop', image)
      .replace('registry:\n', 'registry:\n  server: ghcr.io\n'),
  };
}
