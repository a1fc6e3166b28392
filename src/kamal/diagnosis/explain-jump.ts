import { capital, on, type Explanation, type Particulars } from './explanation.ts';

/** The jump host, by name where its ssh says one. */
const jump = ({ subject }: Particulars): string =>
  subject === null ? 'the jump host' : `the jump host \`${subject}\``;
const name = ({ subject }: Particulars): string => subject ?? '<jump host>';

/** True if it is the jump host that failed, not the server behind it. */
export const isJump = ({ variant }: Particulars): boolean => variant?.startsWith('jump') === true;

/** True if the log also says which jump host it is, or that it was reached. */
export const isJumpKnown = (about: Particulars): boolean =>
  isJump(about) && (about.subject !== null || about.variant === 'jump-onward');

/** What a jump host is to blame for; Kamal itself only says that the connection to the server behind it closed. */
export const JUMPS = {
  hostKey: {
    means: (about) =>
      about.variant === 'jump-changed'
        ? `${capital(jump(about))} on the way to ${on(about)} has a different host key from the one in known_hosts: it was reinstalled, or something is in between.`
        : `\`known_hosts\` has no host key of ${jump(about)} on the way to ${on(about)} (\`ssh.proxy\` or ProxyJump), so ssh did not connect.`,
    next: (about) => ({
      human: [
        `Add the line of ${jump(about)} to \`KNOWN_HOSTS\` (1Password) or known_hosts: \`ssh-keyscan ${name(about)}\`; compare it with \`ssh-keygen -lf\` on that host.`,
      ],
    }),
  },
  auth: {
    means: (about) =>
      `${capital(jump(about))} on the way to ${on(about)} (\`ssh.proxy\` or ProxyJump) rejected the login.`,
    next: (about) => ({
      human: [
        `Put the public half of the deploy key into ~/.ssh/authorized_keys of the account on ${jump(about)}.`,
      ],
      agent: [
        'Check the account in `ssh.proxy` (`user@host`); ssh takes the key for the jump host from the agent or ~/.ssh, not from `ssh.keys`.',
      ],
    }),
  },
  unreachable: {
    means: (about) =>
      about.variant === 'jump-onward'
        ? `The jump host (\`ssh.proxy\` or ProxyJump) was reached, but could not connect to ${on(about)}, or does not forward connections.`
        : `${capital(jump(about))} on the way to ${on(about)} (\`ssh.proxy\` or ProxyJump) could not be reached.`,
    next: (about) => ({
      human: [
        about.variant === 'jump-onward'
          ? `Check that ${on(about)} is up, that the jump host can reach its SSH port, and that sshd on the jump host has \`AllowTcpForwarding yes\`.`
          : `Check that ${jump(about)} is up and that its SSH port is open to the runner's address.`,
      ],
      agent: ['Check `ssh.proxy` and the hosts in config/deploy.yml.'],
    }),
  },
} satisfies Record<string, Explanation>;
