/** Which secrets a step of a workflow looks up: most commands of Kamal read the secrets file, few need all of it. */
import type { Consumer, KamalCall } from './model.ts';
import type { ProjectReadings } from './rule.ts';
import type { DeployStep } from './workflow.ts';

/**
 * Whether a step looks up what a place of the deploy file asks for. A blank value of any other secret stays on the runner
 * (Kamal 2.12.0, lib/kamal/cli: each command by what it logs in to, uploads, or hands to the builder).
 *
 */
export function isLookedUp(
  { via, where }: Pick<Consumer, 'via' | 'where'>,
  { calls }: Pick<DeployStep, 'calls'>,
  { hooks }: Pick<ProjectReadings, 'hooks'>,
): boolean {
  if (calls.length === 0) return true;
  return calls.some((call) => {
    if (hooks.some(({ path }) => getsSecrets(path, call))) return true;
    const areas = areasOf(call);
    return areas === null || areas.some((area) => area.test(`${where} ${via}`));
  });
}

/** These hooks get all secrets (lib/kamal/cli/base.rb and main.rb). */
function getsSecrets(hook: string, { command }: KamalCall): boolean {
  return (
    hook.endsWith('/pre-connect') ||
    (/\/(?:pre|post)-deploy$/.test(hook) && /^(?:deploy|redeploy|rollback)$/.test(command ?? ''))
  );
}

/** `WHERE VIA` of a consumer: what every command needs to reach the servers and the registry. */
const REGISTRY = /^(?:registry|ssh) /;
const BUILDER = /^builder /;
const NO_ACCESSORY = /^(?!accessory:)/;

/** Null for a command that looks up everything. */
function areasOf({ command, words }: KamalCall): readonly RegExp[] | null {
  if (command === null) return null;
  // A container of `app exec` gets the file that the last deploy uploaded (lib/kamal/cli/app.rb).
  if (/^(?:app exec|proxy (?:boot|reboot)|registry (?:setup|login)|build pull)$/.test(command))
    return [REGISTRY];
  if (/^build (?:push|deliver|dev)$/.test(command)) return [REGISTRY, BUILDER];
  // Accessories are booted by `setup` and their own commands only (lib/kamal/cli/main.rb).
  if (/^(?:deploy|redeploy|rollback|app boot)$/.test(command)) return [NO_ACCESSORY];
  if (!command.startsWith('accessory ')) return null;
  return [REGISTRY, accessoryArea(words)];
}

/** That of the accessory that is named; of all of them if the name is `all`, or known only in a run. */
function accessoryArea(words: KamalCall['words']): RegExp {
  const name = words[words.findIndex((word) => word === 'accessory') + 2] ?? null;
  return name === null || name === 'all' || !/^\w[\w-]*$/.test(name)
    ? /^accessory:/
    : new RegExp(`^accessory:${name}(?:/\\S*)? `);
}
