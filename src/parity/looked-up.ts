/** Which secrets a step of a workflow looks up: most commands of Kamal read the secrets file, few need all of it. */
import type { Consumer, KamalCall } from './model.ts';
import type { ProjectReadings } from './rule.ts';
import { ownAction, valueOf, type DeployStep } from './workflow.ts';

/** What a step runs of Kamal, by a script or by our action. */
type Call = Pick<KamalCall, 'command' | 'words'>;

/** A place of the deploy file that asks for a secret: `where` of its consumer, in two parts. */
interface Place {
  /** `role`, `tag`, `accessory`, `registry`, `builder`, `proxy`, `ssh`. */
  readonly kind: string;
  /** `web`, `db`, `db/registry`; empty if there is one of the kind. */
  readonly name: string;
}

type Asks = (place: Place) => boolean;

/**
 * Whether a step looks up what a place of the deploy file asks for. A blank value of any other secret stays on the runner
 * (Kamal 2.12.0, lib/kamal/cli: each command by what it logs in to, uploads, or hands to the builder).
 */
export function isLookedUp(
  { where }: Pick<Consumer, 'where'>,
  deploy: Pick<DeployStep, 'by' | 'calls' | 'step'>,
  { hooks }: Pick<ProjectReadings, 'hooks'>,
): boolean {
  const calls = deploy.by === 'action' ? [callOfAction(deploy.step)] : deploy.calls;
  if (calls.length === 0) return true;
  const place = placeOf(where);
  return calls.some((call) => hooks.some(({ path }) => getsSecrets(path, call)) || asksOf(call)(place));
}

/** What our action calls Kamal for. A command that only a run knows can be any: `preview` boots accessories. */
function callOfAction(step: DeployStep['step']): Call {
  const command = ownAction(step)?.command ?? null;
  return {
    command,
    words: valueOf(step.with, 'skip-push')?.trim().toLowerCase() === 'true' ? ['--skip-push'] : [],
  };
}

function placeOf(where: string): Place {
  const [kind = ''] = where.split(':', 1);
  return { kind, name: where.slice(kind.length + 1) };
}

/** These hooks get all secrets (lib/kamal/cli/base.rb and main.rb). */
function getsSecrets(hook: string, { command }: Call): boolean {
  return (
    hook.endsWith('/pre-connect') ||
    (/\/(?:pre|post)-deploy$/.test(hook) && /^(?:setup|deploy|redeploy|rollback)$/.test(command ?? ''))
  );
}

const everything: Asks = () => true;
/** Every command that reaches the servers can need a key of the deploy file. */
const servers: Asks = ({ kind }) => kind === 'ssh';
const registry: Asks = (place) => servers(place) || place.kind === 'registry';
const build: Asks = (place) => registry(place) || place.kind === 'builder';
/** What `app boot` uploads: the roles' environment and certificates (lib/kamal/cli/app.rb and app/). */
const app: Asks = (place) => !['registry', 'builder', 'accessory'].includes(place.kind);

function asksOf({ command, words }: Call): Asks {
  if (command === null) return everything;
  // A container of `app exec` gets the file that the last deploy uploaded (lib/kamal/cli/app.rb).
  if (/^(?:app exec|proxy (?:boot|reboot)|registry (?:setup|login)|build pull)$/.test(command))
    return registry;
  if (/^build (?:push|deliver|dev)$/.test(command)) return build;
  // They log in nowhere: the image is on the servers, or Docker there is logged in (lib/kamal/cli/main.rb).
  if (/^(?:rollback|app boot)$/.test(command)) return app;
  const image = words.includes('--skip-push') || words.includes('-P') ? registry : build;
  // Accessories are booted by `setup` and their own commands only (lib/kamal/cli/main.rb).
  if (/^(?:deploy|redeploy)$/.test(command)) return (place) => app(place) || image(place);
  if (command === 'setup') return (place) => place.kind !== 'builder' || image(place);
  if (!command.startsWith('accessory ')) return everything;
  const asks = accessory(words);
  return (place) => registry(place) || asks(place);
}

/** The accessory that is named; all of them if the name is `all`, or known only in a run. */
function accessory(words: Call['words']): Asks {
  const asked = words[words.findIndex((word) => word === 'accessory') + 2] ?? null;
  const isOne = asked !== null && asked !== 'all' && /^\w[\w-]*$/.test(asked);
  return ({ kind, name }) =>
    kind === 'accessory' && (!isOne || name === asked || name.startsWith(`${asked}/`));
}
