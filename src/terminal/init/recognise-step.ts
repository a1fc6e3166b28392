/** What a step of a deploy job is for. */
import { commandsOf, type ShellCommand } from './shell-script.ts';
import type { Step } from './workflow-file.ts';

/** What an action does in one step, in the many ways in which people write it. `other` is not ours. */
export type Purpose =
  | 'checkout'
  | 'deploy'
  | 'docker-buildx'
  | 'docker-login'
  | 'kamal-install'
  | 'kamal-lock'
  | 'kamal-other'
  | 'load-secrets'
  | 'mixed'
  | 'noise'
  | 'op-install'
  | 'other'
  | 'ours'
  | 'ruby'
  | 'ssh';

const ACTIONS: readonly (readonly [RegExp, Purpose])[] = [
  [/^[\w.-]+\/kamal-1password@/i, 'ours'],
  [/^actions\/checkout@/i, 'checkout'],
  [/^1password\/load-secrets-action(?:\/configure)?@/i, 'load-secrets'],
  [/^1password\/(?:install-cli-action|setup-cli)@/i, 'op-install'],
  [
    /^(?:webfactory\/ssh-agent|shimataro\/ssh-key-action|kielabokkie\/ssh-key-and-known-hosts-action|maddox\/actions\/ssh|tanmancan\/action-setup-ssh-agent)@/i,
    'ssh',
  ],
  [/^ruby\/setup-ruby(?:-pkgs)?@/i, 'ruby'],
  [/^docker\/setup-buildx-action@/i, 'docker-buildx'],
  [/^docker\/login-action@/i, 'docker-login'],
];

const COMMANDS: readonly (readonly [RegExp, Purpose])[] = [
  [/^kamal (?:deploy|redeploy)(?: |$)/, 'deploy'],
  [/^kamal lock (?:release|status)(?: |$)/, 'kamal-lock'],
  [/^kamal (?:version|registry login)(?: |$)/, 'noise'],
  [/^kamal /, 'kamal-other'],
  [/^gem install (?:.* )?kamal(?: |:|$)/, 'kamal-install'],
  [/^(?:gem install bundler|bundle(?: install| config .*)?)(?: |$)/, 'ruby'],
  [
    /agilebits\.com|1password-cli|downloads\.1password\.com|1password\.(?:gpg|list|asc)|\bop(?:_[\w.]+)?\.zip\b|debsig/,
    'op-install',
  ],
  [/^op (?:--version|whoami|account |user get|vault (?:list|ls)|service-account ratelimit)/, 'noise'],
  [/^apt(?:-get)? (?:-\S+ )*(?:update|install (?:-\S+ )*unzip)$/, 'noise'],
  [/^(?:eval .*ssh-agent|ssh-agent |ssh-add |ssh-keyscan )/, 'ssh'],
  [/^(?:mkdir|chmod|touch|install|rm|echo|printf|cat|tee|op read) .*\.ssh(?:\/|"|'| |$)/, 'ssh'],
  [/^(?:echo|printf) .*SSH_(?:AUTH_SOCK|AGENT_PID)\b.*GITHUB_ENV/, 'ssh'],
  [/^(?:echo|printf) .*OP_SERVICE_ACCOUNT_TOKEN\b.*GITHUB_ENV/, 'noise'],
  [/\|\s*(?:ssh-add -|tr -d .*\| ?ssh-add -)/, 'ssh'],
  [/^(?:echo|printf) .*(?:>>?|\| tee(?: -a)?) .*known_hosts/, 'ssh'],
  [/(?:^|\| ?)docker login(?: |$)/, 'docker-login'],
  [/^docker buildx (?:create|use|inspect)/, 'docker-buildx'],
  [/^(?:set(?: [-+]?\w+)+|true|cd \S+|sleep \d+|echo (?:[^>|`$(]|\$\{?\w)*)$/, 'noise'],
];

/** How people call Kamal: through Bundler, a binstub, mise, docker's alias. */
const KAMAL =
  /^(?:bundle exec |\.?\/?bin\/|mise (?:exec|x) (?:\S+ )?-- |rbenv exec |dotenv (?:-f \S+ )?)+(?=kamal(?: |$))/;

/** A command of a script and what it is for. */
export interface Recognised {
  readonly command: ShellCommand;
  readonly purpose: Purpose;
}

export function purposeOf(step: Step): Purpose {
  if (step.uses !== null) {
    const uses = step.uses;
    return ACTIONS.find(([pattern]) => pattern.test(uses))?.[1] ?? 'other';
  }
  const commands = recognisedIn(step);
  if (commands === null) return /\bkamal (?:deploy|redeploy)\b/.test(step.run ?? '') ? 'mixed' : 'other';
  const purposes = new Set(commands.map(({ purpose }) => purpose).filter((purpose) => purpose !== 'noise'));
  if (purposes.size === 0)
    return commands.some(({ command }) => /^(?:kamal|op) /.test(plainCommand(command))) ? 'noise' : 'other';
  if (purposes.has('deploy')) {
    const rest = [...purposes].filter(
      (purpose) =>
        ![
          'deploy',
          'ruby',
          'kamal-install',
          'op-install',
          'ssh',
          'docker-login',
          'docker-buildx',
          'kamal-lock',
        ].includes(purpose),
    );
    return rest.length === 0 && commands.filter(({ purpose }) => purpose === 'deploy').length === 1
      ? 'deploy'
      : 'mixed';
  }
  if (purposes.has('other')) return purposes.has('kamal-other') ? 'kamal-other' : 'other';
  return [...purposes].find((purpose) => purpose !== 'ruby') ?? 'ruby';
}

/** The commands of a step's script; null where it is more than a row of commands. */
export function recognisedIn(step: Step): Recognised[] | null {
  const commands = commandsOf(step.run ?? '');
  if (commands === null) return null;
  return commands.map((command) => {
    const text = plainCommand(command);
    return { command, purpose: COMMANDS.find(([pattern]) => pattern.test(text))?.[1] ?? 'other' };
  });
}

/** The command as if Kamal stood on PATH. */
export function plainCommand({ words }: ShellCommand): string {
  return words.join(' ').replace(KAMAL, '');
}
