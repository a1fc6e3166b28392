import { capital, on } from './explanation.ts';
import type { Explanation } from './explanation.ts';

/** The way to the servers, and what runs there. */
export const SERVERS = {
  'ssh-auth': {
    means: (about) =>
      `${capital(on(about))} refused the login: the agent holds no key, or one that the account there does not know. Kamal says the same for both.`,
    next: (about) => ({
      human: [
        `Put the public half of the deploy key into ~/.ssh/authorized_keys of the account on ${on(about)}, or the right private key into 1Password.`,
      ],
      agent: ['See that `ssh.user` in config/deploy.yml is the account that knows the key.'],
    }),
  },
  'ssh-host-key-changed': {
    means: (about) =>
      `${capital(on(about))} shows another host key than known_hosts has: it was set up anew, or something stands between.`,
    next: (about) => ({
      human: [
        `Compare with \`ssh-keygen -lf\` on ${on(about)} itself; if the new key is right, replace the line in \`KNOWN_HOSTS\` (1Password) or known_hosts.`,
      ],
    }),
  },
  'ssh-unreachable': {
    means: (about) =>
      `No connection to ${on(about)} could be made: it is down, its name or port is wrong, or a firewall drops the runner.`,
    next: (about) => ({
      human: [`See that ${on(about)} is up and that its SSH port is open to the runner's address.`],
      agent: ['Check the host, `ssh.port` and `ssh.proxy` in config/deploy.yml.'],
    }),
  },
  'ssh-dropped': {
    means: (about) =>
      `The connection to ${on(about)} broke off in the middle of the run; what was started there may have gone on.`,
    next: (about) => ({
      human: [`Look at ${on(about)} (memory, sshd's log), then run the job again.`],
      agent: ['For long silent steps set `ssh.keepalive: true` in config/deploy.yml.'],
    }),
  },
  'docker-unavailable': {
    means: ({ host }) =>
      `The Docker engine ${host === null ? 'of the runner' : `on ${host}`} does not answer, or the account may not use it.`,
    next: ({ host }) => ({
      human: [
        host === null
          ? "Start Docker on the runner, or let the runner's account into the group `docker`."
          : `Start Docker on ${host}, and let the SSH account into its group \`docker\`; \`kamal server bootstrap\` installs it.`,
      ],
    }),
  },
  'port-taken': {
    means: (about) => `A port that a container should publish is in use on ${on(about)} already.`,
    next: (about) => ({
      human: [`See what holds it on ${on(about)}: \`docker ps --filter publish=<port>\` or \`ss -ltnp\`.`],
      agent: [
        'A role that publishes a port cannot run beside its old version: use kamal-proxy, or change the port.',
      ],
    }),
  },
  unhealthy: {
    means: ({ secret }) =>
      secret === null
        ? 'The new container did not answer its health check in time, or ended. The version before goes on serving.'
        : `The new container ended or stayed unhealthy; its log asks for \`${secret}\`. The version before goes on serving.`,
    next: ({ secret }) => ({
      agent: [
        secret === null
          ? 'Read the container log above; check `proxy.app_port`, `proxy.healthcheck.path` and `deploy_timeout`.'
          : `Set \`${secret}\` under \`env:\` in config/deploy.yml (as a secret: also in the secrets file).`,
      ],
    }),
  },
  'app-command-failed': {
    means: () => "The command ran in the app's container and ended with an error of its own.",
    next: () => ({ agent: ['Read what the command printed; Kamal and the server did their part.'] }),
  },
} satisfies Record<string, Explanation>;
