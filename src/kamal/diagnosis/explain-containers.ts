import { APP_SECRETS } from './explain-app-secrets.ts';
import { capital, on, the, type Explanation } from './explanation.ts';
import { serves, UNHEALTHY } from './explain-unhealthy.ts';

/** What runs on the servers: the app, the proxy, accessories. */
export const CONTAINERS = {
  unhealthy: UNHEALTHY,
  ...APP_SECRETS,
  'container-name-taken': {
    means: (about) =>
      `${capital(on(about))} already has a container ${about.subject === null ? 'with that name' : `\`${about.subject}\``}, which Kamal did not expect.`,
    next: (about) => ({
      human: [
        `Check it on ${on(about)} (\`docker ps -a --filter name=${about.subject ?? '<name>'}\`); if nothing needs it, \`docker rm -f ${about.subject ?? '<name>'}\`.`,
      ],
      agent: [
        'Two destinations on one host share the names of accessories: give each its own `service` in the accessory.',
      ],
    }),
  },
  'container-not-started': {
    means: (about) => {
      if (about.variant === 'privileged')
        return `Docker on ${on(about)} cannot publish port ${about.subject ?? 'below 1024'}: it runs without root (rootless), and the system keeps ports below 1024 for root.`;
      if (about.variant === 'mount')
        return `Docker could not mount ${about.subject === null ? 'a file or folder of the server' : `\`${about.subject}\``} into the container: one is a file and the other a folder. Docker makes a folder where the file was missing on ${on(about)} at an earlier start.`;
      if (about.variant === 'network')
        return `Docker could not start the container on ${on(about)}: the network that it was made in was removed. A container keeps the id of its network, so a new one of the same name does not help.`;
      if (about.variant === 'proxy-option')
        return `Docker on ${on(about)} did not create the container of \`kamal-proxy\`: it does not accept an option that Kamal starts it with.`;
      return about.variant === 'option'
        ? `Docker did not create the container: Docker on ${on(about)} does not accept an option that config/deploy.yml sets.`
        : 'Docker created the container, but could not start its command: the program is not in the image, is not executable, or is for another architecture.';
    },
    next: (about) => {
      if (about.variant === 'mount')
        return {
          human: [
            `On ${on(about)}, remove the folder that is where the file should be, then run it again (for an accessory \`kamal accessory reboot <name>\`, which uploads its \`files:\`).`,
          ],
          agent: ['Check the paths under `files:`, `directories:` and `volumes:` in config/deploy.yml.'],
        };
      if (about.variant === 'network')
        return {
          human: [
            'Create the container again: `kamal proxy reboot` for kamal-proxy, `kamal accessory reboot <name>` for an accessory (a short gap in service).',
          ],
        };
      if (about.variant === 'privileged')
        return {
          human: [
            `On ${on(about)}: \`sudo sysctl net.ipv4.ip_unprivileged_port_start=80\` (and in /etc/sysctl.d, so that it stays), or \`sudo setcap cap_net_bind_service=ep $(which rootlesskit)\` and restart Docker; or use Docker as root.`,
          ],
          agent: [
            'Or publish ports above 1023: `proxy.run.http_port` and `https_port` in config/deploy.yml (Kamal 2.10 and later).',
          ],
        };
      if (about.variant === 'proxy-option')
        return {
          agent: [
            'Set it under `proxy: run:` in config/deploy.yml (Kamal 2.10 and later; for a log driver that knows no size, `log_max_size: ""`).',
          ],
          human: [
            'With an older Kamal: `kamal proxy boot_config set` with what Docker there accepts, such as `--log-max-size=""` (`kamal proxy boot_config get` shows what is set).',
          ],
        };
      return {
        agent: [
          about.variant === 'option'
            ? 'Correct `options:`, `volumes:`, `logging:` or `network:` of that role or accessory in config/deploy.yml.'
            : 'Check `cmd:` of the role, and ENTRYPOINT and CMD of the Dockerfile: the file must be in the image and executable, and its first line must name a program that exists (with Unix line endings).',
        ],
      };
    },
  },
  'app-command-failed': {
    means: ({ subject, variant }) => {
      if (variant === 'server') return 'The command ran on the server and failed.';
      return variant === 'program'
        ? `The container cannot run ${subject === null ? 'that program' : `\`${subject}\``}: it is not in the image or on its PATH, or is not executable.`
        : "The command ran in the app's container and failed.";
    },
    next: ({ variant }) => ({
      agent: [
        variant === 'program'
          ? 'Write the command as the image has it (`bin/rails`, or with its whole path); for shell syntax (`&&`, `|`), use `sh -c "…"`.'
          : 'Read what the command printed; Kamal and the server worked.',
      ],
    }),
  },
  'proxy-down': {
    means: (about) => {
      if (about.variant === 'bind')
        return `\`kamal-proxy\` on ${on(about)} is not allowed to listen on port ${about.subject ?? '80'}, or something else does, so it does not stay up.`;
      if (about.variant === 'absent')
        return `${capital(on(about))} has no \`kamal-proxy\`: it was never booted there, or was removed.`;
      return `\`kamal-proxy\` does not run on ${on(about)}, or does not stay up.`;
    },
    next: (about) => {
      if (about.variant === 'bind')
        return {
          human: [
            `Check what holds the port on ${on(about)} (\`ss -ltnp\`); if nothing does, Docker there is too old or rootless: allow it with \`sysctl net.ipv4.ip_unprivileged_port_start=0\`, or upgrade Docker.`,
          ],
        };
      if (about.variant === 'absent')
        return {
          human: [
            'Run `kamal proxy boot`, then this command again. (`kamal setup` of 2.4.0 boots accessories before the proxy: use 2.4.1 or later.)',
          ],
        };
      return {
        human: [
          `Read \`docker logs kamal-proxy\` on ${on(about)} (a port in use, no memory, a state file that it cannot read), then \`kamal proxy reboot\`: a short gap in service.`,
        ],
      };
    },
  },
  'proxy-host-taken': {
    means: (about) => `Another service in kamal-proxy on ${on(about)} already has the host name of this app.`,
    next: (about) => ({
      human: [
        `On ${on(about)}: \`docker exec kamal-proxy kamal-proxy ls\` shows which one; \`docker exec kamal-proxy kamal-proxy remove <service>\` removes it, if it is an old name of this app.`,
      ],
      agent: ['Or give this app another `proxy.host` in config/deploy.yml; without one it claims all hosts.'],
    }),
  },
  'proxy-outdated': {
    means: (about) =>
      `\`kamal-proxy\` on ${on(about)}${about.subject === null || about.variant === 'flag' ? '' : ` (${about.subject})`} is older than this Kamal needs.`,
    next: () => ({
      human: [
        'Run `kamal proxy reboot` (a short gap in service) with the version of Kamal that deploys, then deploy again: an older Kamal boots its own, older proxy.',
      ],
    }),
  },
  'proxy-service-missing': {
    means: (about) =>
      `\`kamal-proxy\` on ${on(about)} has ${about.subject === null ? 'no service of that name' : `no service \`${about.subject}\``}: nothing was deployed there under that name, or the proxy lost its state.`,
    next: (about) => ({
      human: [
        `\`docker exec kamal-proxy kamal-proxy ls\` on ${on(about)} lists its services; a deploy adds this one.`,
      ],
      agent: [
        'A service is named after `service`, the role and the destination: run the command with the same `-d`, and for roles that have been deployed.',
      ],
    }),
  },
  'certificate-failed': {
    means: (about) =>
      about.variant === 'custom'
        ? `\`kamal-proxy\` cannot load the certificate that config/deploy.yml names.${serves(about)}`
        : `\`kamal-proxy\` got no certificate${about.subject === null ? '' : ` for ${about.subject}`} from Let's Encrypt. The deploy itself is fine.`,
    next: (about) =>
      about.variant === 'custom'
        ? {
            human: [
              'Check the two secrets under `proxy.ssl`: the certificate with its chain and the private key that belongs to it, both as PEM with all their lines.',
            ],
          }
        : {
            human: [
              'Check that the name points to that server and that ports 80 and 443 are open to everyone; behind Cloudflare, turn off its proxy or set its TLS mode to “Full”.',
            ],
            agent: ['Behind a proxy that ends TLS itself, set `proxy.ssl: false`.'],
          },
  },
  'accessory-missing': {
    means: (about) =>
      about.variant === 'config'
        ? `No accessory ${about.subject === null ? 'of that name' : `\`${about.subject}\``} is in config/deploy.yml.`
        : `${capital(on(about))} has no container of ${the('accessory', about.subject)}.`,
    next: (about) => {
      if (about.variant === 'config')
        return {
          agent: [
            'Use a name that is listed under `accessories:` in config/deploy.yml (not that of its image), or add it there.',
          ],
        };
      return {
        human: [
          `Boot it first: \`kamal accessory boot ${about.subject === null ? '<name>' : `<name>\` (its container is \`${about.subject}\``}${about.subject === null ? '`' : ')'}.`,
        ],
      };
    },
  },
  'prune-failed': {
    means: (about) =>
      `The deploy succeeded and the new version is serving; only the old containers and images on ${on(about)} could not be removed.`,
    next: (about) => ({
      human: [
        `This is not urgent. \`kamal prune all\` tries again; if it fails again, check \`docker ps -a\` and \`docker images\` on ${on(about)}.`,
      ],
    }),
  },
} satisfies Record<string, Explanation>;
