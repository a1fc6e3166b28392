/** Why a job stays as it is: what is not understood for certain is not touched. */
import type { WorkflowJob, WorkflowReading } from '../../parity/model.ts';
import { destinationNamed } from '../../parity/workflow.ts';
import { keySources, sshSteps } from './carried-secrets.ts';
import type { MigrationContext } from './kept-steps.ts';
import { reachesInto } from './job-project.ts';
import { refusedWord } from './kamal-inputs.ts';
import { isElsewhere, type StepView, titleOf } from './step-purpose.ts';

/** A sentence's end that says why, and what a person would do; with the step that it is about. */
export interface Refusal {
  readonly why: string;
  readonly todo: string;
  readonly view: StepView | null;
}

const OWN_STEP =
  'replace it by hand with a step that uses the action, or keep it: nothing else in this job was changed';

/** Null if the job can be migrated. */
export function refusalOf(
  workflow: WorkflowReading,
  job: WorkflowJob,
  views: readonly StepView[],
  surroundings: MigrationContext,
): Refusal | null {
  if (!job.hasBlockSteps)
    return refuse(
      'its steps are not on lines of their own',
      'write each step on lines of its own, then run init again',
    );
  if (job.runsOn.some((word) => /windows/i.test(word)))
    return refuse('it runs on Windows, where the action does not', 'deploy from an Ubuntu runner');
  const above = views.find(({ step, purpose }) => purpose !== 'ours' && reachesInto(step, workflow.project));
  if (above !== undefined)
    return refuse(
      `it deploys ${workflow.project} from another folder (\`-c\`), where Kamal reads the secrets files of that folder`,
      'run `kamal-1password init -c` with that deploy file in the folder that the step works in',
      above,
    );
  const writes = views.find(({ step }) => step.writes.length > 0);
  if (writes !== undefined)
    return refuse(
      `it writes ${writes.step.writes.join(', ')} in the job, so the file that Kamal reads is not the one in the repository`,
      'decide where these secrets live: to take them from 1Password, commit a secrets file that fetches them (`kamal-1password init --new-workflow` writes one), and remove this step',
      writes,
    );
  const elsewhere = firstElsewhere(views);
  if (elsewhere !== undefined) return refuse(whereKamalRuns(elsewhere), OWN_STEP, elsewhere);
  return aboutWords(views) ?? aboutOtherTools(views) ?? aboutTheKey(workflow, job, views, surroundings);
}

/** The step that is known to run Kamal comes before one that may only install it. */
function firstElsewhere(views: readonly StepView[]): StepView | undefined {
  const all = views.filter(({ purpose }) => purpose === 'kamal-elsewhere');
  return (
    all.find(({ step }) => step.kamal.some(({ command }) => command !== null)) ??
    all.find(({ step }) => step.run !== null) ??
    all[0]
  );
}

/** A file of the repository or an action that the step calls; null if its own script runs Kamal. */
function inOtherFile(
  { uses }: StepView['step'],
  call: StepView['step']['kamal'][number] | undefined,
): string | null {
  const file = call?.file ?? null;
  if (file === null) return uses === null ? null : `the action ${uses.split('@', 1)[0] ?? uses} runs Kamal`;
  return call?.command === null && uses !== null
    ? `${file} installs Kamal or runs it`
    : `Kamal runs in ${file}`;
}

function whereKamalRuns({ step }: StepView): string {
  const call = step.kamal.find(isElsewhere) ?? step.kamal[0];
  const through = call?.through ?? [];
  if (call?.command === null && through.join(', ').includes('${{'))
    return `what it runs is known only when it runs (${through.join(', ')})`;
  const other = inOtherFile(step, call);
  if (other !== null) return other;
  if (REDEFINES.test(step.run ?? '')) return 'it gives `kamal` a meaning of its own (a function or an alias)';
  if (call?.command === null && through.every((each) => PLAIN_WAY.test(each)))
    return 'which command of Kamal it runs is known only when it runs';
  return `Kamal runs through ${through.length === 0 ? 'something else' : `\`${through.join(', ')}\``}`;
}

const REDEFINES = /(?:^|[\s;])(?:function\s+kamal\b|kamal\s*\(\)|alias\s+kamal=)/;
const PLAIN_WAY = /^(?:bundle exec|(?:\.\/)?bin\/kamal|kamal)$/;

/** What loads an SSH key by a script, or needs a file of one. */
const KEY_WORDS =
  /\bssh-(?:add|agent|keyscan)\b|\.ssh\b|\bid_(?:rsa|ed25519|ecdsa)\b|GIT_SSH_COMMAND|\bssh -i\b/;

/** A script without its lines about host keys: those can stay as they are. */
function withoutHostKeys(script: string): string {
  return script.replaceAll(
    /\bssh-keyscan\b|(?<!\S)\S+\.pub\b|\bssh-keygen -[yl]\b[^\n|;&]*|(?<!\S)\S*\.ssh\/known_hosts\S*|\b(?:mkdir|chmod)(?: -\w+| \d+)* \S*\.ssh\/?(?=["'\s;&|]|$)/g,
    '',
  );
}

/** How a host is reached that cannot be reached straight away. */
const TRANSPORT =
  /ProxyCommand|ProxyJump|cloudflared|\bHostName\b|^[ \t]*(?:User|Port|IdentityFile|CertificateFile)\s/im;

const KEY_INPUTS: Readonly<Record<string, readonly string[]>> = {
  'webfactory/ssh-agent': ['ssh-private-key', 'log-public-key'],
  'shimataro/ssh-key-action': ['key', 'known_hosts', 'if_key_exists', 'name'],
};

function aboutTheKey(
  workflow: WorkflowReading,
  job: WorkflowJob,
  views: readonly StepView[],
  { keyFiles }: MigrationContext,
): Refusal | null {
  const ssh = sshSteps(views);
  const transport = ssh.find(
    ({ step, inputs }) => TRANSPORT.test(step.run ?? '') || TRANSPORT.test(inputs['config'] ?? ''),
  );
  if (transport !== undefined)
    return {
      why: 'it configures how the host is reached',
      todo: 'write the way to the host into the deploy file (`ssh.proxy`, `ssh.proxy_command`), then run init again',
      view: transport,
    };
  const unusual = aboutKeySteps(views, ssh);
  if (unusual !== null) return unusual;
  const conditional = ssh.find(({ step }) => step.condition !== null);
  if (conditional !== undefined)
    return { why: 'which SSH key it loads depends on a condition', todo: CHOSEN, view: conditional };
  return (
    aboutKeySources(workflow, job, views, keyFiles) ?? (ssh.length === 0 ? withoutKey(job, views) : null)
  );
}

const NEEDS_KEY =
  'to deploy with the action, save a login key for the servers in 1Password, and name it with the input `ssh-key`';

/** Networks of one's own and tunnels: who is let in by them may need no SSH key. */
const TRANSPORTS =
  /tailscale|wireguard|wg-quick|cloudflared|cloudflare-warp|\bwarp-cli\b|netbird|zerotier|openvpn|twingate|teleport|\btsh \w|ssm start-session|\bheadscale\b|nebula/i;

function isTransport({ step }: StepView): boolean {
  return TRANSPORTS.test(step.uses ?? step.run ?? '');
}

function withoutKey(job: WorkflowJob, views: readonly StepView[]): Refusal | null {
  const tailscale = views.find(
    ({ step, inputs }) =>
      step.uses?.startsWith('tailscale/github-action@') === true && /--ssh\b/.test(inputs['args'] ?? ''),
  );
  if (tailscale !== undefined)
    return {
      why: 'Tailscale SSH logs in without an SSH key, and the action needs one',
      todo: NEEDS_KEY,
      view: tailscale,
    };
  const isHosted =
    job.runsOn.length > 0 && job.runsOn.every((word) => /^(?:ubuntu|macos)-[\w.-]+$/.test(word));
  return isHosted && !job.hasContainer
    ? null
    : {
        why: 'it loads no SSH key, so the runner has one of its own, and the action needs one',
        todo: NEEDS_KEY,
        view: null,
      };
}

function refuse(why: string, todo: string, view: StepView | null = null): Refusal {
  return { why, todo, view };
}

function aboutOtherTools(views: readonly StepView[]): Refusal | null {
  const connect = views.find(({ env, inputs }) =>
    [...Object.keys(env), ...Object.keys(inputs)].some((name) => /connect[-_]host/i.test(name)),
  );
  if (connect !== undefined)
    return refuse(
      'it asks a Connect server, and the action signs in with a service account',
      'give it a service account first',
      connect,
    );
  const source = views.find(
    ({ step }) =>
      /specific_install|(?:basecamp|mrsked)\/(?:kamal|mrsk)(?:\.git)?\b(?!:)/.test(step.run ?? '') &&
      step.kamal.length === 0,
  );
  if (source !== undefined)
    return refuse(
      'it installs Kamal from source, and the action installs a release',
      'keep it, or deploy with a release of Kamal',
      source,
    );
  return null;
}

/** Whether the job's calls of Kamal may read a deploy file: that of another destination they do not. */
function isReadBy(file: string, views: readonly StepView[]): boolean {
  const destination = /\.([^./]+)\.ya?ml$/.exec(file)?.[1];
  const calls = views.flatMap(({ step }) => step.kamal);
  const named = calls.map((call) => destinationNamed(call) ?? (call.words.includes(null) ? '$' : null));
  return (
    destination === undefined ||
    named.some((each) => each === destination || (each !== null && !/^[\w.-]+$/.test(each)))
  );
}

function aboutWords(views: readonly StepView[]): Refusal | null {
  for (const view of views)
    for (const { purpose, commands } of view.parts) {
      const word = purpose === 'deploy' && commands[0] !== undefined ? refusedWord(commands[0]) : null;
      if (word === null) continue;
      const file = word === '-f' ? ' (`-c` names a deploy file)' : '';
      return refuse(
        `Kamal refuses this command: it knows no \`${word}\`${file}`,
        'correct the command, then run init again',
        view,
      );
    }
  return null;
}

const CHOSEN =
  'move each key to 1Password, and name the one that logs in with the input `ssh-key` (an expression can choose)';

function aboutKeySources(
  workflow: WorkflowReading,
  job: WorkflowJob,
  views: readonly StepView[],
  keyFiles: MigrationContext['keyFiles'],
): Refusal | null {
  const ssh = sshSteps(views);
  const sources = keySources(workflow, job, views);
  if (sources.some(({ kind }) => kind === 'unknown'))
    return {
      why: 'where its SSH key comes from depends on what happens in the job',
      todo: CHOSEN,
      view: ssh[0] ?? null,
    };
  if (sources.length > 1)
    return {
      why: 'it loads more than one SSH key, and the action loads one',
      todo: 'say which key logs in to the servers; anything else that needs a key keeps its agent',
      view: ssh[0] ?? null,
    };
  const named = keyFiles.find((file) => isReadBy(file, views));
  if (named !== undefined && ssh.length > 0)
    return {
      why: `${named} names files of SSH keys (\`ssh.keys\`), but the action gives Kamal a key through its agent`,
      todo: "remove `ssh.keys` from the deploy file, so that the agent's key is used",
      view: ssh[0] ?? null,
    };
  const tunnel = sources.length === 0 ? views.find(isTransport) : undefined;
  if (tunnel !== undefined)
    return {
      why: 'it reaches the servers through this step and loads no SSH key, and the action needs one',
      todo: NEEDS_KEY,
      view: tunnel,
    };
  return null;
}

const BY_HAND =
  'move its key to 1Password and give it to the action as `ssh-key`, once nothing needs the file any more';

/** What of a script is more than loading a key for an agent. */
function whyKeyStays({ step, parts }: StepView): string {
  const more = parts
    .find(({ purpose }) => purpose === 'other')
    ?.unit.text.split('\n')[0]
    ?.trim();
  if (more !== undefined && parts.some(({ purpose }) => purpose === 'ssh'))
    return `its script does more than load the SSH key (\`${more.length > 60 ? `${more.slice(0, 60)}…` : more}\`)`;
  const word = KEY_WORDS.exec(withoutHostKeys(step.run ?? ''))?.[0] ?? 'the script';
  return `it needs the SSH key in a file, or loads it on its own (\`${word}\`)`;
}

function aboutKeySteps(views: readonly StepView[], ssh: readonly StepView[]): Refusal | null {
  const other = views.find(
    ({ purpose, step, parts }) =>
      purpose !== 'ssh' &&
      (purpose !== 'deploy' || parts.some((part) => part.purpose === 'other')) &&
      KEY_WORDS.test(withoutHostKeys(step.run ?? '')),
  );
  if (other !== undefined)
    return {
      why: whyKeyStays(other),
      todo: BY_HAND,
      view: other,
    };
  const odd = ssh.find(({ step, inputs }) => {
    const known = KEY_INPUTS[titleOf(step)];
    return (
      step.uses !== null && known !== undefined && Object.keys(inputs).some((name) => !known.includes(name))
    );
  });
  if (odd !== undefined)
    return {
      why: 'it loads the SSH key with options that the action does not have',
      todo: 'move its key to 1Password and name it with the input `ssh-key`, if it can do without these options',
      view: odd,
    };
  return null;
}
