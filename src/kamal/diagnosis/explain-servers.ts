import { ENGINE, INSTALLATIONS, isEngine, isInstallation } from './explain-docker.ts';
import { isJump, isJumpKnown, JUMPS } from './explain-jump.ts';
import { capital, machine, on, type Explanation } from './explanation.ts';

/** Kamal 1 has its files of variables in another place (1.9.3, lib/kamal/configuration.rb, host_env_directory). */
const isOfKamal1 = (file: string | null): boolean => /(?:^|\/)\.kamal\/env\//.test(file ?? '');

/** The way to the servers, and what has to be there. */
export const SERVERS = {
  'ssh-auth': {
    means: (about) => {
      if (isJump(about)) return JUMPS.auth.means(about);
      if (about.variant === 'other-user')
        return `${capital(on(about))} accepted the key of root but does not let root do anything: its image expects the account${about.subject === null ? ' that it was made with' : ` \`${about.subject}\``}.`;
      if (about.variant === 'expired')
        return `${capital(on(about))} accepted the login, and the password of that account has to be changed before anything else: so a new server begins.`;
      return about.variant === 'prompt'
        ? `${capital(on(about))} accepted no key, so SSH asked for a password, which an unattended run cannot enter.`
        : `${capital(on(about))} rejected the login: the agent holds no key, or one that the account there does not accept. Kamal prints the same for both.`;
    },
    next: (about) => {
      if (isJump(about)) return JUMPS.auth.next(about);
      if (about.variant === 'other-user')
        return {
          agent: [
            `Set \`ssh.user: ${about.subject ?? '<account>'}\` in config/deploy.yml; Kamal uses root if none is set.`,
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
        agent: ['Check that `ssh.user` in config/deploy.yml is the account that accepts the key.'],
      };
    },
  },
  'ssh-key-unusable': {
    means: ({ subject, variant }) => {
      if (variant === 'gems')
        return 'The key is of type ed25519, and the gems that Kamal reads it with are not installed. No server rejected it.';
      if (variant === 'agent')
        return 'The SSH agent has the key but did not sign with it: it asks for confirmation, or is locked. No server rejected it.';
      if (variant === 'passphrase')
        return 'The key has a passphrase, and none or a wrong one was given. No server rejected it.';
      if (variant === 'net-ssh')
        return 'The net-ssh that Kamal loads is too old for the OpenSSL 3 of this Ruby. The key is fine, and no server rejected it.';
      if (variant === 'type')
        return 'The SSH agent holds a key of a type that Kamal (net-ssh) cannot read, such as one of a security key (`ed25519-sk`). No server rejected it.';
      if (variant === 'absent')
        return `There is no file \`${subject ?? 'of the key'}\` on this machine, the key that \`ssh\` should use, and no other key was accepted.`;
      return 'The SSH key could not be used on this machine: it is not a private key, is cut off, or has an unknown type. No server rejected it.';
    },
    next: ({ variant }) => {
      if (variant === 'gems')
        return { agent: ['Add `gem "ed25519"` and `gem "bcrypt_pbkdf"` to the Gemfile, beside kamal.'] };
      if (variant === 'net-ssh')
        return { agent: ['Use net-ssh 7.0 or later (`bundle update net-ssh kamal`).'] };
      if (variant === 'type')
        return {
          human: [
            'Use an ordinary ed25519 key for the deploy: `ssh-add -L` lists the keys of the agent, `ssh-add -d` removes one.',
          ],
        };
      if (variant === 'absent')
        return {
          human: ['Put the private key where that path says, or load it into an SSH agent.'],
          agent: ['Or correct the path: `ssh.keys` in config/deploy.yml, `IdentityFile` in ~/.ssh/config.'],
        };
      if (variant === 'agent')
        return {
          human: ['Unlock the agent and allow the key there; in a job use a key that needs no confirmation.'],
        };
      return {
        human: [
          'Put the whole private key into 1Password, from `-----BEGIN` to `-----END`, without a passphrase (`ssh-keygen -p` removes it).',
        ],
      };
    },
  },
  'ssh-host-key-changed': {
    means: (about) => {
      if (isJump(about)) return JUMPS.hostKey.means(about);
      return about.variant === 'mismatch'
        ? `${capital(on(about))} has a different host key from the one that Kamal found in known_hosts: the server was reinstalled, something is in between, or the lines are hashed (\`|1|…\`), of which Kamal (SSHKit) reads only the first per host.`
        : `${capital(on(about))} has a different host key from the one in known_hosts: the server was reinstalled, or something is in between.`;
    },
    next: (about) => {
      if (isJump(about)) return JUMPS.hostKey.next(about);
      return {
        ...(about.variant === 'mismatch'
          ? {
              agent: [
                'Write known_hosts without hashes: `ssh-keyscan` without `-H`. If `ssh` itself logs in without a complaint, that is the cause.',
              ],
            }
          : {}),
        human: [
          `Compare with \`ssh-keygen -lf\` on ${on(about)} itself; if the new key is right, replace the line in \`KNOWN_HOSTS\` (1Password) or known_hosts.`,
        ],
      };
    },
  },
  'ssh-incompatible': {
    means: (about) => {
      if (about.variant === 'openssl')
        return `Kamal (net-ssh) and the OpenSSL of this Ruby could not exchange keys with ${on(about)}; the login had not begun, and the SSH key is not the cause.`;
      if (about.variant === 'known-hosts')
        return 'The file known_hosts has a key of a type that Kamal (net-ssh) cannot read.';
      return `Kamal (net-ssh) and ${on(about)} have no algorithm in common${about.subject === null ? '' : ` for ${about.subject} (key exchange, host key, cipher …)`}: one of them is too old for the other, or sshd there allows too few.`;
    },
    next: (about) => {
      if (about.variant === 'openssl')
        return {
          agent: [
            'Use a newer net-ssh and openssl gem (`bundle update net-ssh openssl`), or a Ruby that is built with another release of OpenSSL.',
          ],
        };
      if (about.variant === 'known-hosts')
        return { human: ['Keep only the ssh-ed25519, ecdsa and ssh-rsa lines of that host in known_hosts.'] };
      return {
        agent: ['Use a newer Kamal and net-ssh (`bundle update net-ssh`).'],
        human: [
          `Let sshd on ${on(about)} allow an algorithm that both have (\`KexAlgorithms\`, \`HostKeyAlgorithms\` in sshd_config).`,
        ],
      };
    },
  },
  'ssh-unreachable': {
    means: (about) => {
      if (about.variant === 'closed')
        return `${capital(on(about))} was reached but closed the connection before the login: sshd limits how many log in at once (MaxStartups), something such as fail2ban blocks the runner, the account is not allowed there (AllowUsers), or no sshd listens on that port.`;
      if (isJumpKnown(about)) return JUMPS.unreachable.means(about);
      if (about.variant === 'jump')
        return `The connection to ${on(about)} goes through another host (\`ssh.proxy\` or ProxyJump), which did not let it through.`;
      return `Could not connect to ${on(about)}: it is down, its name or port is wrong, or a firewall blocks the runner.`;
    },
    next: (about) => {
      if (isJumpKnown(about)) return JUMPS.unreachable.next(about);
      return {
        human: [
          about.variant === 'closed'
            ? `Check sshd's log on ${on(about)}, fail2ban and the firewall there, then run the job again.`
            : `Check that ${on(about)} is up and that its SSH port is open to the runner's address.`,
        ],
        agent: [
          about.variant === 'closed'
            ? 'Check that `ssh.user` in config/deploy.yml is an account that can log in there (Kamal uses root if none is set, and reads `ssh.config`); lower `sshkit.max_concurrent_starts` if many containers start on one host.'
            : 'Check the host, `ssh.port` and `ssh.proxy` in config/deploy.yml.',
        ],
      };
    },
  },
  'ssh-dropped': {
    means: (about) =>
      `The connection to ${on(about)} broke during the run; what was started there may have continued.`,
    next: (about) => ({
      human: [`Check ${on(about)} (memory, sshd's log), then run the job again.`],
      agent: ['For long silent steps set `ssh.keepalive: true` in config/deploy.yml.'],
    }),
  },
  'remote-shell': {
    means: (about) =>
      `The login shell of the account on ${on(about)} does not understand what Kamal sends (it has to be a POSIX shell, such as sh or bash).`,
    next: (about) => ({
      human: [`Give the account on ${on(about)} another shell: \`chsh -s /bin/bash\`.`],
    }),
  },
  'env-file-unusable': {
    means: (about) => {
      const file = about.subject === null ? 'A file below .kamal' : `\`${about.subject}\``;
      if (about.variant === 'missing')
        return `${file}, which holds the secrets, is not on ${on(about)}: this app has not been deployed there, or under another name.`;
      if (about.variant === 'format')
        return `The file with the variables has a line that Docker does not accept${about.secret === null ? '' : ` (\`${about.secret}\`)`}.`;
      if (about.variant === 'snap')
        return `Docker on ${on(about)} cannot read ${file}: a docker that was installed as a snap reads no hidden folders, even as root; or another user created the file.`;
      return `The account that Kamal logs in with has no permission for ${file === 'A file below .kamal' ? 'a file below .kamal' : file} on ${on(about)}: another user created it, or the directory belongs to another user.`;
    },
    next: (about) => {
      if (about.variant === 'missing' && isOfKamal1(about.subject))
        return {
          agent: ['Run `kamal env push` (Kamal 1), which puts the file there; `kamal setup` does so, too.'],
        };
      if (about.variant === 'missing')
        return {
          agent: ['Deploy once first (`kamal deploy` with the same destination): that puts the file there.'],
        };
      if (about.variant === 'format')
        return {
          agent: [
            'Correct the name of that variable under `env:` in config/deploy.yml: no spaces, not empty.',
          ],
        };
      if (about.variant === 'snap')
        return {
          human: [
            `On ${on(about)}, run \`which docker\`. If it shows /snap/bin, Docker is a snap: run \`sudo snap remove docker\` there, then \`kamal server bootstrap\` where you run Kamal. Otherwise run \`sudo chown -R <ssh user>: ~/.kamal\` there.`,
          ],
        };
      return {
        human: [
          `On ${on(about)}: \`sudo chown -R <ssh user>: ~/.kamal\`; do not mix deploys by root and by another user.`,
        ],
        agent: ['Check that `ssh.user` in config/deploy.yml is the account that deployed before.'],
      };
    },
  },
  'docker-missing': {
    means: (about) =>
      isInstallation(about.variant)
        ? `Kamal could not install Docker on ${machine(about)}: ${INSTALLATIONS[about.variant].why(about.subject)}.`
        : `Docker is not installed on ${machine(about)}, or not on the PATH of that account.`,
    next: (about) => {
      const { host, isLocal, variant } = about;
      if (isInstallation(variant)) return { human: [INSTALLATIONS[variant].next(machine(about))] };
      const here =
        'Install Docker on the machine that runs Kamal (a laptop: Docker Desktop, and start it; a job: a runner that has it, such as `ubuntu-latest`).';
      const there = `Install Docker on ${host ?? 'the server'}: \`kamal server bootstrap\` does so if the account is root or can use sudo.`;
      if (host === null && !isLocal)
        return { human: [`If it was on a server: ${there}`, `Otherwise: ${here}`] };
      return { human: [host === null ? here : there] };
    },
  },
  'docker-unavailable': {
    means: (about) => {
      const { variant } = about;
      const where = `on ${machine(about)}`;
      if (isEngine(variant)) return ENGINE[variant].means(machine(about));
      if (variant === 'group')
        return `The account is not allowed to use the Docker engine ${where}: it is not in the group \`docker\`.`;
      if (variant === 'version')
        return `The versions of the docker client and the Docker engine ${where} are too far apart.`;
      return `The Docker engine ${where} does not answer, or the account is not allowed to use it.`;
    },
    next: (about) => {
      const { host, isLocal, variant } = about;
      if (isEngine(variant)) return { human: [ENGINE[variant].next(machine(about))] };
      if (variant === 'version')
        return { human: [`Upgrade Docker on ${machine(about)}, the engine and the client.`] };
      if (variant === 'group')
        return {
          human: [
            host === null && isLocal
              ? "Add the runner's account to the group `docker`, and restart the runner."
              : `On ${machine(about)}: \`sudo usermod -aG docker ${host === null ? '<account>' : '<ssh user>'}\`; it takes effect at the next login.`,
          ],
        };
      return {
        human: [
          host === null && isLocal
            ? "Start Docker on the runner, or add the runner's account to the group `docker`."
            : `Start Docker on ${machine(about)} (\`sudo systemctl enable --now docker\`), and add the ${host === null ? '' : 'SSH '}account to its group \`docker\`.`,
        ],
      };
    },
  },
  'disk-full': {
    means: (about) =>
      `The disk of ${about.isLocal ? 'the runner (or of the remote builder, if there is one)' : machine(about)} is full.`,
    next: ({ host }) => ({
      human: [
        host === null
          ? 'Free space there: `docker system prune`, and `docker buildx prune` or `docker volume ls` for what builders keep.'
          : `Free space on ${host}: \`docker system df\` shows what Docker holds, \`docker system prune\` removes what is unused; check the logs as well.`,
      ],
      agent: ['Lower `retain_containers` in config/deploy.yml: each kept version keeps its image.'],
    }),
  },
  'port-taken': {
    means: (about) =>
      `A port that a container should publish${about.subject === null ? '' : ` (${about.subject})`} is already in use on ${on(about)}.`,
    next: (about) => ({
      human: [
        `Check what holds it on ${on(about)}: \`docker ps --filter publish=${about.subject ?? '<port>'}\` or \`ss -ltnp\`; for 80 and 443 usually nginx, Caddy or an old proxy.`,
      ],
      agent: [
        'A role that publishes a port cannot run beside its old version: use kamal-proxy, or change the port.',
      ],
    }),
  },
} satisfies Record<string, Explanation>;
