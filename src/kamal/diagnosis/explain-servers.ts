import { ENGINE, INSTALLATIONS, isEngine, isInstallation } from './explain-docker.ts';
import { capital, on, type Explanation } from './explanation.ts';

/** The machine, as a person would name it. */
const machine = (host: string | null): string => host ?? 'the machine that runs Kamal';

/** The way to the servers, and what has to be there. */
export const SERVERS = {
  'ssh-auth': {
    means: (about) => {
      if (about.variant === 'other-user')
        return `${capital(on(about))} accepted the key of root and lets root do nothing: its image wants the account${about.subject === null ? ' that it was made with' : ` \`${about.subject}\``}.`;
      if (about.variant === 'expired')
        return `${capital(on(about))} accepted the login, and the password of that account has to be changed before anything else: so a new server begins.`;
      return about.variant === 'prompt'
        ? `${capital(on(about))} accepted no key, so SSH asked for a password, and nobody is there to type one.`
        : `${capital(on(about))} refused the login: the agent holds no key, or one that the account there does not know. Kamal says the same for both.`;
    },
    next: (about) => {
      if (about.variant === 'other-user')
        return {
          agent: [
            `Set \`ssh.user: ${about.subject ?? '<account>'}\` in config/deploy.yml; Kamal takes root where none is named.`,
          ],
          human: [
            `Let that account use Docker on ${on(about)}: \`sudo usermod -aG docker ${about.subject ?? '<account>'}\`.`,
          ],
        };
      if (about.variant === 'expired')
        return {
          human: [`Log in to ${on(about)} once with a terminal (\`ssh -t\`) and change the password.`],
        };
      return {
        human: [
          `Put the public half of the deploy key into ~/.ssh/authorized_keys of the account on ${on(about)}, or the right private key into 1Password.`,
        ],
        agent: ['See that `ssh.user` in config/deploy.yml is the account that knows the key.'],
      };
    },
  },
  'ssh-key-unusable': {
    means: ({ variant }) => {
      if (variant === 'gems')
        return 'The key is of type ed25519, and the gems that Kamal reads it with are not installed. No server has refused it.';
      if (variant === 'agent')
        return 'The SSH agent has the key and did not sign with it: it asks for a confirmation, or is locked. No server has refused it.';
      if (variant === 'passphrase')
        return 'The key has a passphrase, and none or a wrong one was given. No server has refused it.';
      return 'The SSH key could not be used on this machine: it is no private key, is cut, or is of a type that is not known here. No server has refused it.';
    },
    next: ({ variant }) => {
      if (variant === 'gems')
        return { agent: ['Add `gem "ed25519"` and `gem "bcrypt_pbkdf"` to the Gemfile, beside kamal.'] };
      if (variant === 'agent')
        return {
          human: ['Unlock the agent and allow the key there; in a job use a key without a confirmation.'],
        };
      return {
        human: [
          'Put the whole private key into 1Password, from `-----BEGIN` to `-----END`, without a passphrase (`ssh-keygen -p` takes it off).',
        ],
      };
    },
  },
  'ssh-host-key-changed': {
    means: (about) =>
      about.variant === 'mismatch'
        ? `${capital(on(about))} shows another host key than the one that Kamal found in known_hosts: it was set up anew, something stands between, or the lines are hashed (\`|1|…\`), of which Kamal (SSHKit) reads only the first of a host.`
        : `${capital(on(about))} shows another host key than known_hosts has: it was set up anew, or something stands between.`,
    next: (about) => ({
      ...(about.variant === 'mismatch'
        ? {
            agent: [
              'Write known_hosts without hashes: `ssh-keyscan` without `-H`. Where `ssh` itself logs in without a complaint, that is the cause.',
            ],
          }
        : {}),
      human: [
        `Compare with \`ssh-keygen -lf\` on ${on(about)} itself; if the new key is right, replace the line in \`KNOWN_HOSTS\` (1Password) or known_hosts.`,
      ],
    }),
  },
  'ssh-incompatible': {
    means: (about) =>
      about.variant === 'known-hosts'
        ? 'The file known_hosts has a key of a type that Kamal (net-ssh) cannot read.'
        : `Kamal (net-ssh) and ${on(about)} have no algorithm in common${about.subject === null ? '' : ` for ${about.subject} (key exchange, host key, cipher …)`}: one of them is too old for the other, or sshd there allows too few.`,
    next: (about) =>
      about.variant === 'known-hosts'
        ? { human: ['Keep only the ssh-ed25519, ecdsa and ssh-rsa lines of that host in known_hosts.'] }
        : {
            agent: ['Use a newer Kamal and net-ssh (`bundle update net-ssh`).'],
            human: [
              `Or let sshd on ${on(about)} allow an algorithm that both have (\`KexAlgorithms\`, \`HostKeyAlgorithms\` in sshd_config).`,
            ],
          },
  },
  'ssh-unreachable': {
    means: (about) => {
      if (about.variant === 'closed')
        return `${capital(on(about))} was reached and closed the connection before the login: sshd limits how many log in at once (MaxStartups), something such as fail2ban bars the runner, the account is not allowed there (AllowUsers), or no sshd is behind that port.`;
      if (about.variant === 'jump')
        return `The way to ${on(about)} leads through another host (\`ssh.proxy\` or ProxyJump), and that did not let it through.`;
      return `No connection to ${on(about)} could be made: it is down, its name or port is wrong, or a firewall drops the runner.`;
    },
    next: (about) => ({
      human: [
        about.variant === 'closed'
          ? `Look at sshd's log on ${on(about)}, at fail2ban and at the firewall there, then run the job again.`
          : `See that ${on(about)} is up and that its SSH port is open to the runner's address.`,
      ],
      agent: [
        about.variant === 'closed'
          ? 'See that `ssh.user` in config/deploy.yml is an account that may log in there (Kamal takes root where none is named, and reads `ssh.config`); lower `sshkit.max_concurrent_starts` where many containers start on one host.'
          : 'Check the host, `ssh.port` and `ssh.proxy` in config/deploy.yml.',
      ],
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
  'remote-shell': {
    means: (about) =>
      `The login shell of the account on ${on(about)} is none that understands what Kamal sends (POSIX, as sh and bash do).`,
    next: (about) => ({
      human: [`Give the account on ${on(about)} another shell: \`chsh -s /bin/bash\`.`],
    }),
  },
  'env-file-unusable': {
    means: (about) => {
      const file = about.subject === null ? 'A file below .kamal' : `\`${about.subject}\``;
      if (about.variant === 'missing')
        return `${file}, in which the secrets are, is not on ${on(about)}: this app has not been deployed there, or under another name.`;
      if (about.variant === 'format')
        return `The file with the variables has a line that docker does not take${about.secret === null ? '' : ` (\`${about.secret}\`)`}.`;
      return `The account that Kamal logs in with has no permission for ${file === 'A file below .kamal' ? 'a file below .kamal' : file} on ${on(about)}: another user made it, or the directory is not its own.`;
    },
    next: (about) => {
      if (about.variant === 'missing')
        return {
          agent: ['Deploy once first (`kamal deploy` with the same destination): that puts the file there.'],
        };
      if (about.variant === 'format')
        return {
          agent: [
            'Correct the name of that variable under `env:` in config/deploy.yml: no blanks, not empty.',
          ],
        };
      return {
        human: [
          `On ${on(about)}: \`sudo chown -R <ssh user>: ~/.kamal\`; do not mix deploys of root and of another user.`,
        ],
        agent: ['See that `ssh.user` in config/deploy.yml is the account that deployed before.'],
      };
    },
  },
  'docker-missing': {
    means: ({ host, subject, variant }) =>
      isInstallation(variant)
        ? `Kamal could not install Docker on ${machine(host)}: ${INSTALLATIONS[variant].why(subject)}.`
        : `Docker is not installed on ${machine(host)}, or not where that account looks for programs (PATH).`,
    next: ({ host, variant }) => {
      if (isInstallation(variant)) return { human: [INSTALLATIONS[variant].next(machine(host))] };
      return {
        human: [
          host === null
            ? 'Install Docker on the machine that runs Kamal (a laptop: Docker Desktop, and start it; a job: a runner that has it, such as `ubuntu-latest`).'
            : `Install Docker on ${host}: \`kamal server bootstrap\` does so where the account is root or may use sudo.`,
        ],
      };
    },
  },
  'docker-unavailable': {
    means: ({ host, variant }) => {
      const where = host === null ? 'of the runner' : `on ${host}`;
      if (isEngine(variant)) return ENGINE[variant].means(machine(host));
      if (variant === 'group')
        return `The account may not use the Docker engine ${where}: it is not in the group \`docker\`.`;
      if (variant === 'version')
        return `The docker program and the Docker engine ${where} are too far apart in version to talk with each other.`;
      return `The Docker engine ${where} does not answer, or the account may not use it.`;
    },
    next: ({ host, variant }) => {
      if (isEngine(variant)) return { human: [ENGINE[variant].next(machine(host))] };
      if (variant === 'version')
        return { human: [`Upgrade Docker on ${machine(host)}, the engine and the client.`] };
      if (variant === 'group')
        return {
          human: [
            host === null
              ? "Let the runner's account into the group `docker`, and start the runner anew."
              : `On ${host}: \`sudo usermod -aG docker <ssh user>\`; it counts from the next login on.`,
          ],
        };
      return {
        human: [
          host === null
            ? "Start Docker on the runner, or let the runner's account into the group `docker`."
            : `Start Docker on ${host} (\`sudo systemctl enable --now docker\`), and let the SSH account into its group \`docker\`.`,
        ],
      };
    },
  },
  'disk-full': {
    means: ({ host }) =>
      `The disk of ${host ?? 'the runner (or of the remote builder, where one builds)'} is full.`,
    next: ({ host }) => ({
      human: [
        host === null
          ? 'Free space there: `docker system prune`, and `docker buildx prune` or `docker volume ls` for what builders keep.'
          : `Free space on ${host}: \`docker system df\` shows what Docker holds, \`docker system prune\` removes what is unused; look at logs as well.`,
      ],
      agent: ['Lower `retain_containers` in config/deploy.yml: each version that is kept keeps its image.'],
    }),
  },
  'port-taken': {
    means: (about) =>
      `A port that a container should publish${about.subject === null ? '' : ` (${about.subject})`} is in use on ${on(about)} already.`,
    next: (about) => ({
      human: [
        `See what holds it on ${on(about)}: \`docker ps --filter publish=${about.subject ?? '<port>'}\` or \`ss -ltnp\`; for 80 and 443 mostly nginx, Caddy or an old proxy.`,
      ],
      agent: [
        'A role that publishes a port cannot run beside its old version: use kamal-proxy, or change the port.',
      ],
    }),
  },
} satisfies Record<string, Explanation>;
