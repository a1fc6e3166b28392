/** What a step of a deploy job is for. An allow-list: what is not known for certain is `other`. */
import { programAt } from '../../files/workflow/kamal-command.ts';
import { readShell, type ShellCommand, type ShellUnit } from '../../files/workflow/shell.ts';
import { isBash } from '../../files/workflow/kamal-calls.ts';
import type { WorkflowStep } from '../../parity/model.ts';

/** What an action does in one step, in the many ways in which people write it. */
export type Purpose =
  /** Deploys with one plain command. */
  | 'deploy'
  /** Runs Kamal in a script that does more than an input could say. */
  | 'kamal'
  /** Runs Kamal where a step before it cannot reach: in an action, a container, another file, another machine. */
  | 'kamal-elsewhere'
  | 'kamal-lock'
  | 'kamal-install'
  | 'docker-buildx'
  | 'docker-login'
  | 'load-secrets'
  | 'op-install'
  | 'ruby'
  | 'ssh'
  | 'checkout'
  | 'ours'
  /** Says something in the log, and does nothing. */
  | 'noise'
  | 'other';

/** A part of a script and what it is for. */
export interface Part {
  readonly unit: ShellUnit;
  readonly purpose: Purpose;
  /** Its commands, those within `$(…)` too. */
  readonly commands: readonly ShellCommand[];
}

/** A step as `init` sees it. */
export interface StepView {
  readonly step: WorkflowStep;
  readonly purpose: Purpose;
  /** The parts of its script; none for an action, or for a script that is not understood. */
  readonly parts: readonly Part[];
  readonly env: Readonly<Record<string, string>>;
  readonly inputs: Readonly<Record<string, string>>;
}

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

/** Patterns of whole commands, without quotes. */
const COMMANDS: readonly (readonly [RegExp, Purpose])[] = [
  [
    /^(?:sudo )?gem install(?=.* kamal\b)(?: (?:--?[\w-]+(?:=(?:\$\{\{[^}]*\}\}|(?!\$\{\{)\S+))?|[~>=<]*[\d.]\S*|[~>=<]+|\$\{\{[^}]*\}\}|\$(?!\{\{)\S+|kamal(?::[\w.]+)?|bundler))+ ?$/,
    'kamal-install',
  ],
  [
    /^(?:(?:sudo )?gem install bundler(?: (?:-\S+|[\d.]+))*|bundle(?: --\S+)* config .*|bundle(?: (?:install|-\S+|\d+))*)$/,
    'ruby',
  ],
  [
    /agilebits\.com|1password-cli|downloads\.1password\.com|1password\.(?:gpg|list|asc)|\bop(?:_[\w.]{1,60})?\.zip\b|debsig/,
    'op-install',
  ],
  [/^op (?:--version|whoami|account |user get|vault (?:list|ls)|service-account ratelimit)/, 'noise'],
  [/^(?:sudo )?apt(?:-get)? (?:-\S+ )*(?:update|install (?:-\S+ )*unzip)(?: -\S+)*$/, 'noise'],
  [/^(?:eval .*ssh-agent|ssh-agent |ssh-add |ssh-keyscan )/, 'ssh'],
  [/^(?:mkdir|chmod|touch|install|rm|echo|printf|cat|tee|op read) .*\.ssh(?:\/| |$)/, 'ssh'],
  [/^(?:echo|printf) (?=.*SSH_(?:AUTH_SOCK|AGENT_PID)\b).*GITHUB_ENV/, 'ssh'],
  [/^(?:echo|printf) (?=.*OP_SERVICE_ACCOUNT_TOKEN\b).*GITHUB_ENV/, 'noise'],
  [/\|\s{0,9}(?:ssh-add -|tr -d [^|]*\| ?ssh-add -)/, 'ssh'],
  [/^(?:echo|printf) (?=.*(?:>|\| tee(?: -a)?) ).*known_hosts/, 'ssh'],
  [/(?:^|\| ?)docker login(?: |$)/, 'docker-login'],
  [/^docker buildx (?:create|use|inspect)/, 'docker-buildx'],
  [
    /^(?:set(?: [-+]?\w+)+|true|:|cd [\w./-]+|sleep \d+|echo(?: [^>|`$(]*(?:\$\{?\w+(?!\w)[^>|`$(]*)*)?)$/,
    'noise',
  ],
];

/** Of these a deploy step may be made: the action does them too. */
const BESIDE_A_DEPLOY: ReadonlySet<Purpose> = new Set([
  'deploy',
  'ruby',
  'kamal-install',
  'op-install',
  'ssh',
  'docker-login',
  'docker-buildx',
  'kamal-lock',
  'noise',
]);

/** @param shell the shell of the job or the workflow, where the step names none */
export function viewOf(step: WorkflowStep, shell: string | null): StepView {
  const env = textsOf(step.env);
  const inputs = textsOf(step.with);
  if (step.uses !== null) {
    const { uses } = step;
    const known = ACTIONS.find(([pattern]) => pattern.test(uses))?.[1] ?? 'other';
    const purpose = step.kamal.length > 0 ? 'kamal-elsewhere' : known;
    return { step, purpose, parts: [], env, inputs };
  }
  const script = step.run ?? '';
  if (!isBash(step.shell ?? shell))
    return { step, purpose: step.kamal.length > 0 ? 'kamal-elsewhere' : 'other', parts: [], env, inputs };
  const { units, commands, isUnderstood } = readShell(script);
  const parts = isUnderstood ? partsOf(units, commands) : [];
  return { step, purpose: purposeOf(step, parts, isUnderstood), parts, env, inputs };
}

/** Each unit with the commands in it, in their order. */
function partsOf(units: readonly ShellUnit[], commands: readonly ShellCommand[]): Part[] {
  const byStart = commands
    .map((command, index) => ({ command, index }))
    .toSorted((one, other) => one.command.start - other.command.start);
  let next = 0;
  return units
    .toSorted((one, other) => one.start - other.start)
    .map((unit) => {
      const within: typeof byStart = [];
      for (; (byStart[next]?.command.start ?? Infinity) < unit.end; next += 1) {
        const each = byStart[next];
        if (each !== undefined && each.command.start >= unit.start && each.command.end <= unit.end)
          within.push(each);
      }
      const own = within.toSorted((one, other) => one.index - other.index).map(({ command }) => command);
      return { unit, commands: own, purpose: purposeOfUnit(unit, own) };
    });
}

function purposeOf(step: WorkflowStep, parts: readonly Part[], isUnderstood: boolean): Purpose {
  if (step.kamal.some(isElsewhere)) return 'kamal-elsewhere';
  if (!isUnderstood) return step.kamal.length > 0 ? 'kamal' : 'other';
  const purposes = new Set(parts.map(({ purpose }) => purpose));
  const deploys = parts.filter(({ purpose }) => purpose === 'deploy').length;
  if (deploys === 1 && [...purposes].every((purpose) => BESIDE_A_DEPLOY.has(purpose))) return 'deploy';
  if (purposes.has('kamal') || deploys > 0) return 'kamal';
  if (purposes.has('kamal-lock') && purposes.has('other')) return 'kamal';
  if (purposes.has('other')) return 'other';
  purposes.delete('noise');
  // Only our kinds of noise (`op --version`) may go; a step that just speaks is someone's own.
  if (purposes.size === 0)
    return parts.some(({ unit }) => /^(?:\S*kamal|op|bundle) /.test(unit.text)) ? 'noise' : 'other';
  return [...purposes].find((purpose) => purpose !== 'ruby') ?? 'ruby';
}

function purposeOfUnit(unit: ShellUnit, commands: readonly ShellCommand[]): Purpose {
  const kamals = commands.filter(({ words }) => programAt(words) !== null);
  const [kamal] = kamals;
  if (kamal !== undefined)
    return kamals.length === 1 && commands.length === 1 ? purposeOfKamal(kamal) : 'kamal';
  if (/\bkamal\b/.test(unit.text) && /^(?:alias|function)\b|^kamal\s*\(\)/.test(unit.text)) return 'kamal';
  if (!unit.isPlain && !unit.isForgiven) return 'other';
  const text = unit.text.replaceAll(/["']/g, '').trim();
  return COMMANDS.find(([pattern]) => pattern.test(text))?.[1] ?? 'other';
}

/** `kamal`, `bundle exec kamal`, `bin/kamal`: the same program with the same environment as the action would run. */
export function isPlainKamal({ words }: ShellCommand): boolean {
  const at = programAt(words);
  if (at === null || !/^(?:\.?\/?bin\/)?kamal$/.test(words[at]?.literal ?? '')) return false;
  return at === 0 || (at === 2 && words[0]?.literal === 'bundle' && words[1]?.literal === 'exec');
}

function commandOf({ words }: ShellCommand): string {
  const at = programAt(words) ?? 0;
  const [name = '', below = ''] = words.slice(at + 1).map(({ literal }) => literal ?? '');
  return name === 'lock' ? `${name} ${below}` : name;
}

/** Whether a call of Kamal is where a step before it cannot reach, or a command that only a run knows. */
export function isElsewhere({ through, file, command }: WorkflowStep['kamal'][number]): boolean {
  return (
    file !== null ||
    (command === null && through.length > 0) ||
    through.some((each) => /^(?:docker|podman|ssh|sudo|su|a |an )/.test(each))
  );
}

export function textsOf(map: WorkflowStep['env']): Record<string, string> {
  return Object.fromEntries((map?.entries ?? []).map(({ name, value }) => [name, value]));
}

/** How a person names a step. */
export function titleOf({ uses, name, run }: WorkflowStep): string {
  if (uses !== null) return uses.split('@', 1)[0] ?? uses;
  return name ?? run?.trim().split('\n')[0]?.slice(0, 60) ?? 'a step';
}

/** The purpose of one call of Kamal on its own line. */
function purposeOfKamal(kamal: ShellCommand): Purpose {
  if (kamal.redirects.length > 0 || !(kamal.isPlain || kamal.isForgiven) || !isPlainKamal(kamal))
    return 'kamal';
  const command = commandOf(kamal);
  if (/^(?:re)?deploy$/.test(command)) return kamal.isPlain ? 'deploy' : 'kamal';
  if (/^lock (?:release|status)$/.test(command)) return 'kamal-lock';
  return /^(?:version|--version|-v)$/.test(command) ? 'noise' : 'kamal';
}
