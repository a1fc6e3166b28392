import { groupBy } from '../../base/group-by.ts';
import { namesInWords } from '../../base/names.ts';
import { Failure, type NextSteps } from '../../base/failure.ts';
import type { Login } from './login.ts';
import { nameOf } from '../known-hosts/lines.ts';

export interface LoginContext {
  /** The key that the agent holds, to be compared with `authorized_keys`; null if it is not known. */
  readonly key: { readonly fingerprint: string; readonly publicLine: string } | null;
  /** Where lines to pin go, e.g. `op://Production/Server/KNOWN_HOSTS`. */
  readonly knownHosts: string;
  /** True: a host that no one knows is a failure. Default: a warning, since Kamal lets it pass and remembers it. */
  readonly strict?: boolean;
}

export interface LoginWarning {
  readonly code: string;
  readonly sentence: string;
  readonly next: NextSteps;
}

/**
 * What the logins stop: one failure for each cause, the gravest first, with all hosts it concerns. Codes:
 * `ssh-host-key-changed`, `ssh-host-key-unknown`, `ssh-unreachable`, `ssh-auth`, `ssh-no-command`, `ssh-other`. Empty if
 * every host let us in (or was not tried).
 */
export function loginFailures(logins: readonly Login[], context: LoginContext): Failure[] {
  const failures: Failure[] = [];
  for (const login of logins.filter(({ outcome }) => outcome.kind === 'host-key-changed')) {
    failures.push(changedFailure(login, context));
  }
  const unknown = logins.filter((login) => login.unknownHostKey !== null && mustBeKnown(login, context));
  if (unknown.length > 0) failures.push(unknownFailure(unknown, context));
  for (const reason of ['name', 'closed', 'silent', 'route', 'dropped'] as const) {
    const some = logins.filter(({ outcome }) => outcome.kind === 'unreachable' && outcome.reason === reason);
    if (some.length > 0) failures.push(unreachableFailure(reason, some));
  }
  for (const reason of ['key', 'too-many-keys', 'no-key'] as const) {
    const some = logins.filter(({ outcome }) => outcome.kind === 'refused' && outcome.reason === reason);
    if (some.length > 0) failures.push(refusedFailure(reason, some, context));
  }
  const deaf = logins.filter(({ outcome }) => outcome.kind === 'no-command');
  if (deaf.length > 0) failures.push(noCommandFailure(deaf));
  const others = groupBy(logins, ({ outcome }) => (outcome.kind === 'other' ? outcome.words : null));
  for (const [words, [first, ...more]] of others) {
    if (words === null || first === undefined) continue;
    failures.push(
      new Failure(
        'ssh-other',
        `Logging in to ${list([first, ...more])} failed: ${words.replace(/\.$/, '')}.`,
        { human: [`See what \`ssh ${command(first)}\` says from the runner.`] },
      ),
    );
  }
  return failures;
}

/**
 * What else the logins report: hosts that no one knows, with the line to pin; hosts not tried; a key other than ours let
 * in.
 */
export function loginWarnings(logins: readonly Login[], context: LoginContext): LoginWarning[] {
  const warnings: LoginWarning[] = [];
  const unknown = logins.filter((login) => login.unknownHostKey !== null && !mustBeKnown(login, context));
  if (unknown.length > 0) {
    warnings.push({
      code: 'ssh-host-key-unknown',
      sentence: `${unknownSentence(unknown)} Kamal trusts whatever key is shown.`,
      next: pinSteps(unknown, context),
    });
  }
  const other = logins.filter(
    ({ outcome }) =>
      outcome.kind === 'accepted' &&
      outcome.fingerprint !== null &&
      context.key !== null &&
      outcome.fingerprint !== context.key.fingerprint,
  );
  if (other.length > 0 && context.key !== null) {
    warnings.push({
      code: 'ssh-auth-other-key',
      sentence: `Another key of this machine was accepted by ${list(other)}, not the SSH key ${context.key.fingerprint} from 1Password.`,
      next: { human: [authorize(other, context.key.publicLine)], agent: [] },
    });
  }
  const late = logins.filter(({ outcome }) => outcome.kind === 'not-checked' && outcome.reason === 'time');
  if (late.length > 0) {
    warnings.push({
      code: 'ssh-not-checked',
      sentence: `There was no time left to log in to ${list(late)}.`,
      next: { human: [], agent: [] },
    });
  }
  if (logins.some(({ outcome }) => outcome.kind === 'not-checked' && outcome.reason === 'no-ssh')) {
    warnings.push({
      code: 'ssh-not-checked',
      sentence: 'The servers were not tried before the build: ssh is not installed on this machine.',
      next: {
        human: [],
        agent: ['Install the OpenSSH client (`openssh-client`) in a step before this one.'],
      },
    });
  }
  return warnings;
}

/** The `ssh` that runs for `ssh.proxy` has no terminal to ask at, and gives up on a jump host that no one knows. */
function mustBeKnown(login: Login, context: LoginContext): boolean {
  return login.role === 'jump' || context.strict === true;
}

function changedFailure(login: Login, context: LoginContext): Failure {
  if (login.outcome.kind !== 'host-key-changed') throw new TypeError('not a changed host key');
  const { fingerprint, known, revoked } = login.outcome;
  const shown = fingerprint === null ? 'another key' : `the key ${fingerprint}`;
  const place = known === null ? 'known_hosts' : `${known.file}, line ${known.line},`;
  const expected = login.knownFingerprint === null ? 'has another' : `has ${login.knownFingerprint}`;
  const sentence = revoked
    ? `${list([login])} shows ${shown}, which known_hosts marks as revoked.`
    : `${list([login])} shows ${shown}, but ${place} ${expected} for it: the server was reinstalled, or another machine answers in its place.`;
  return new Failure('ssh-host-key-changed', sentence, {
    human: [
      `On ${login.host} itself (its console, not SSH), compare with \`ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub\`. Only if it is the same, replace the line for ${nameOf(login)} in ${context.knownHosts} (and in ${known?.file ?? 'known_hosts'} of a self-hosted runner).`,
    ],
  });
}

function unknownFailure(logins: readonly Login[], context: LoginContext): Failure {
  const why = logins.some(({ role }) => role === 'jump')
    ? ' The ssh that Kamal starts for `ssh.proxy` does not accept unknown hosts.'
    : '';
  return new Failure('ssh-host-key-unknown', `${unknownSentence(logins)}${why}`, pinSteps(logins, context));
}

function unknownSentence(logins: readonly Login[]): string {
  const keys = logins.map((login) => `${nameOf(login)} (${login.unknownHostKey?.fingerprint ?? ''})`);
  return logins.length === 1
    ? `The host key of ${joined(keys)} is not pinned.`
    : `The host keys of ${joined(keys)} are not pinned.`;
}

function pinSteps(logins: readonly Login[], context: LoginContext): NextSteps {
  const lines = logins.map((login) => login.unknownHostKey?.line ?? '');
  return {
    human: [
      `Compare the fingerprint with \`ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub\` on the server, then put into ${context.knownHosts}:\n${lines.join('\n')}`,
    ],
    agent: [],
  };
}

const UNREACHABLE = {
  name: {
    says: (hosts: string) => `The name of ${hosts} does not resolve on this runner.`,
    human: 'Set up the DNS record, or connect the runner to the network whose names these are.',
    agent: 'If the name is misspelt, correct it under `servers` (or `ssh.proxy`) in config/deploy.yml.',
  },
  closed: {
    says: (hosts: string) => `Nothing answers at ${hosts}: the connection is refused.`,
    human: 'Make sure that the SSH server runs there, on that port.',
    agent: 'If SSH listens on another port, set `ssh.port` in config/deploy.yml.',
  },
  silent: {
    says: (hosts: string) => `No answer came from ${hosts} in time.`,
    human:
      'Let the runner through the firewall (addresses of GitHub-hosted runners change: a self-hosted runner or a VPN has a fixed one), and check whether the server is up.',
    agent: 'If the server has another address or port, correct `servers` or `ssh.port` in config/deploy.yml.',
  },
  route: {
    says: (hosts: string) => `There is no route from this runner to ${hosts}.`,
    human:
      'Connect the runner to the network of the server (VPN, private network), or give the server a public address.',
    agent: 'If the server is behind a jump host, set `ssh.proxy` in config/deploy.yml.',
  },
  dropped: {
    says: (hosts: string) => `The connection to ${hosts} is closed before the login.`,
    human:
      'Check whether the server bans the runner (fail2ban, hosts.deny, MaxStartups), and whether an SSH server is what listens there.',
    agent: 'If SSH listens on another port, set `ssh.port` in config/deploy.yml.',
  },
} as const;

function unreachableFailure(reason: keyof typeof UNREACHABLE, logins: readonly Login[]): Failure {
  const { says, human, agent } = UNREACHABLE[reason];
  return new Failure('ssh-unreachable', says(list(logins)), { human: [human], agent: [agent] });
}

function refusedFailure(
  reason: 'key' | 'too-many-keys' | 'no-key',
  logins: readonly Login[],
  context: LoginContext,
): Failure {
  const which = context.key === null ? 'the SSH key' : `the SSH key ${context.key.fingerprint}`;
  const sentence = {
    key: `${capital(which)} is refused by ${list(logins)}: it is not in this user's authorized_keys, or there is no such user.`,
    'too-many-keys': `${capital(which)} was not tried by ${list(logins)}: too many other keys were offered before it.`,
    'no-key': `No SSH key was offered to ${list(logins)}, which requires one.`,
  }[reason];
  const human = [
    ...(context.key === null ? [] : [authorize(logins, context.key.publicLine)]),
    ...(logins.some(({ user }) => user === 'root')
      ? ['Check whether sshd lets root log in with a key: `PermitRootLogin prohibit-password`.']
      : []),
  ];
  return new Failure('ssh-auth', sentence, {
    human,
    agent: ['If another user deploys, set `ssh.user` in config/deploy.yml (default: root).'],
  });
}

function authorize(logins: readonly Login[], publicLine: string): string {
  const homes = [...new Set(logins.map(({ user }) => `~${user}/.ssh/authorized_keys`))];
  return `Add this line to ${joined(homes)} on ${joined(logins.map(({ host }) => host))}:\n${publicLine}`;
}

function noCommandFailure(logins: readonly Login[]): Failure {
  return new Failure(
    'ssh-no-command',
    `The SSH key is accepted by ${list(logins)}, but no command runs there, so Kamal cannot run Docker.`,
    {
      human: [
        "Give the user a login shell, and remove `command=` from its line in authorized_keys and ForceCommand from sshd's configuration.",
      ],
      agent: ['If another user deploys, set `ssh.user` in config/deploy.yml.'],
    },
  );
}

/** Servers that are not well are named, but not hundreds of them. */
const MOST_NAMED = 20;

function list(logins: readonly Login[]): string {
  const names = logins.map(
    ({ user, host, port, role }) =>
      `${role === 'jump' ? 'the jump host ' : ''}${user === '' ? '' : `${user}@`}${host}:${port}`,
  );
  return names.length > MOST_NAMED + 1 ? namesInWords(names, MOST_NAMED) : joined(names);
}

function command({ user, host, port }: Login): string {
  return `-v -p ${port} ${user === '' ? '' : `${user}@`}${host} true`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function joined(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}
