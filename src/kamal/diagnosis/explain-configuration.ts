import { TWICE } from './explain-registry-auth.ts';
import { the, type Explanation, type Particulars } from './explanation.ts';

/** The deploy file. */
export const CONFIGURATION = {
  'config-invalid': {
    means: (about) => {
      const { subject, variant } = about;
      const shape = ofShape(about);
      if (shape !== null) return shape;
      if (variant === 'kamal-1')
        return `\`config/deploy.yml\` is written for Kamal 1${subject === null ? '' : ` (\`${subject}\`)`}; this is Kamal 2, which has kamal-proxy instead of Traefik.`;
      if (variant === 'newer') {
        const [key, since] = newerKey(subject);
        return `Kamal knows ${key} in that form from ${since} on; the Kamal that ran is older. Nothing was changed.`;
      }
      if (variant === 'erb')
        return `The ERB of config/deploy.yml needs ${subject === null ? 'something that does not exist' : `\`${subject}\`, which does not exist`}; nothing was changed.`;
      if (variant === 'erb-file')
        return `Kamal did not find ${the('file', subject)} while it read its configuration: the ERB of config/deploy.yml reads it (ERB runs in comments, too), or a setting names it. Nothing was changed.`;
      if (variant === 'merged')
        return `Kamal merges the destination's file into config/deploy.yml, and ${subject === null ? 'the result' : `\`${subject}\``} then has both \`host\` and \`hosts\`, perhaps one from each file. Nothing was changed.`;
      if (variant === 'proxy-off')
        return 'Kamal does not accept `proxy: false` (or another single value) at the top of config/deploy.yml: the proxy is turned off per role. Nothing was changed.';
      if (variant === 'asset-path')
        return `\`asset_path\` in config/deploy.yml names ${subject === null ? 'a folder' : `\`${subject.replace(/\/\.$/, '')}\``}, which is not in the image.`;
      if (variant === 'proxy')
        return '`kamal-proxy` on the server rejects how `proxy:` in config/deploy.yml wants it to serve the app. The new container was started, and gets no traffic.';
      if (variant === 'image-name') return badName(subject);
      return 'Kamal rejects the configuration; nothing was changed.';
    },
    next: steps,
  },
} satisfies Record<string, Explanation>;

function steps(about: Particulars): { agent: string[] } {
  const { subject, variant } = about;
  const shape = SHAPES[variant ?? ''];
  if (shape !== undefined) return { agent: [shape.next] };
  if (variant === 'kamal-1')
    return {
      agent: [
        'Upgrade the file: https://kamal-deploy.org/docs/upgrading/ (`traefik` and `healthcheck` become `proxy`, `builder.arch` is required), then `kamal upgrade`; or stay with `gem "kamal", "~> 1.9"`.',
      ],
    };
  if (variant === 'newer')
    return {
      agent: [
        `Run Kamal ${newerKey(subject)[1]} or later (\`bundle update kamal\`, \`kamal-version\` of the action), or remove the key from config/deploy.yml.`,
      ],
    };
  return inTheFile(about);
}

function inTheFile({ subject, variant }: Particulars): { agent: string[] } {
  if (variant === 'erb')
    return {
      agent: [
        `Pass ${subject === null ? 'it' : `\`${subject}\``} to the step under \`env:\`, or give it a default in config/deploy.yml (\`ENV.fetch("NAME", "…")\`).`,
      ],
    };
  if (variant === 'erb-file')
    return {
      agent: [
        `Commit ${the('file', subject)}, or remove the \`<%= … %>\` that reads it from config/deploy.yml, even if it is in a comment (\`<%# … %>\` does not run).`,
      ],
    };
  if (variant === 'merged')
    return {
      agent: [
        'Use the same word in both files: `hosts` in config/deploy.yml and in config/deploy.<destination>.yml.',
      ],
    };
  if (variant === 'proxy-off')
    return { agent: ['Move it to the role: `servers: <role>: { hosts: […], proxy: false }`.'] };
  if (variant === 'asset-path')
    return {
      agent: [
        'Correct `asset_path` in config/deploy.yml (`/rails/public/assets` in a Rails image), or remove it.',
      ],
    };
  if (variant === 'proxy')
    return {
      agent: [
        'Correct `proxy:` of the app, the role or the accessory as the message says (`host` where `ssl` is set; Kamal 2.1.0 needs it without `ssl`, too: use a later one).',
      ],
    };
  if (variant === 'image-name' && twiceIn(subject) !== null) return TWICE.next;
  if (variant === 'image-name')
    return {
      agent: ['Correct `image:` and `registry.server` in config/deploy.yml: lower case, no scheme.'],
    };
  return {
    agent: [
      "Correct config/deploy.yml (or the destination's file) as the message says; `kamal config` shows whether it loads.",
    ],
  };
}

const code = (subject: string | null): string => (subject === null ? '' : ` (\`${subject}\`)`);

function ofShape({ host, subject, variant }: Particulars): string | null {
  return SHAPES[variant ?? '']?.means(code(subject), host ?? 'the server') ?? null;
}

/** Values that Kamal does not check before it works with them. */
const SHAPES: Readonly<
  Record<string, { readonly means: (subject: string, host: string) => string; readonly next: string }>
> = {
  document: {
    means: () =>
      "The file config/deploy.yml (or the destination's) is empty, or is text or a list as a whole: Kamal needs settings, `key: value`. Nothing was changed.",
    next: 'Write each setting as `key: value`, with a blank after the colon; `kamal config` shows whether the file loads.',
  },
  'minimum-version': {
    means: (subject) =>
      `\`minimum_version\` in config/deploy.yml is not a version of Kamal${subject}. Nothing was changed.`,
    next: 'Set `minimum_version` to a version such as `2.12.0`, without `v` or `>=`, or remove it.',
  },
  'proxy-tag': {
    means: (subject, host) =>
      `The tag of the image that \`kamal-proxy\` runs from on ${host} is not a version${subject}; Kamal compares it with the oldest that it works with.`,
    next: 'Set a tag that is a version, as of kamal-proxy itself (`proxy: run: version:`, or `kamal proxy boot_config set --image-version`), then `kamal proxy reboot`.',
  },
  'boot-limit': {
    means: () =>
      '`boot: limit:` in config/deploy.yml is 0 or less for that many servers, so that none would be started. The running containers stay.',
    next: 'Set `boot: limit:` to 1 or more (a percentage must give at least one server), or remove it.',
  },
  tags: {
    means: () =>
      'A host under `servers:` has a tag that `env.tags` in config/deploy.yml does not have; Kamal before 2.9 fails on it.',
    next: 'Add each tag of `servers:` under `env: tags:` (an empty mapping is enough), or use Kamal 2.9 or later.',
  },
  value: {
    means: (subject) =>
      `A setting in config/deploy.yml is most likely a number, true or false${subject} where Kamal expects text, such as \`proxy.host\` or \`registry.server\`. Nothing was changed.`,
    next: 'Put quotes around that value in config/deploy.yml; `kamal config` shows whether the file loads.',
  },
  'erb-syntax': {
    means: () =>
      'The ERB of config/deploy.yml, between `<%` and `%>`, is not valid Ruby (it runs in comments, too). Nothing was changed.',
    next: 'Correct the `<% … %>` at the line that the message names; `<%# … %>` does not run.',
  },
};

/** The registry that an image name has twice. */
const twiceIn = (name: string | null): string | null =>
  /^([\w-]+(?:\.[\w-]+)*(?::\d+)?)\/\1\//.exec(name ?? '')?.[1] ?? null;

function badName(name: string | null): string {
  const twice = twiceIn(name);
  if (twice !== null) return TWICE.means(twice);
  return 'The image name is not one that Docker accepts: it has capital letters, is empty, or has an address in it.';
}

/** The key and the release of `ssl 2.7.0`. */
function newerKey(subject: string | null): readonly [key: string, since: string] {
  const [key, since] = (subject ?? '').split(' ');
  return [key ? `\`${key}\`` : 'the key', since ?? 'a later release'];
}
