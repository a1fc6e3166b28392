/** Which secrets a step of a workflow looks up: most commands of Kamal read the secrets file, few need all of it. */
import type { Consumer, KamalCall } from './model.ts';
import type { ProjectReadings } from './rule.ts';
import type { DeployStep } from './workflow.ts';

/**
 * Whether a step looks up what a place of the deploy file asks for. A blank value of any other secret stays on the runner
 * (Kamal 2.12.0, lib/kamal/cli: each command by what it logs in to, uploads, or hands to the builder).
 *
 * @param hooks a `pre-connect` hook gets all secrets (lib/kamal/cli/base.rb)
 */
export function isLookedUp(
  { via, where }: Pick<Consumer, 'via' | 'where'>,
  { calls }: Pick<DeployStep, 'calls'>,
  { hooks }: Pick<ProjectReadings, 'hooks'>,
): boolean {
  if (calls.length === 0 || hooks.some(({ path }) => path.endsWith('/pre-connect'))) return true;
  return calls.some((call) => {
    const areas = areasOf(call);
    return areas === null || areas.some((area) => area.test(`${where} ${via}`));
  });
}

/** `WHERE VIA` of a consumer: what every command needs to reach the servers and the registry. */
const REGISTRY = /^(?:registry|ssh) /;
const BUILDER = /^builder /;

/** Null for a command that looks up everything. */
function areasOf({ command, words }: KamalCall): readonly RegExp[] | null {
  if (command === null) return null;
  // A container of `app exec` gets the file that the last deploy uploaded (lib/kamal/cli/app.rb).
  if (/^(?:app exec|proxy (?:boot|reboot)|registry (?:setup|login)|build pull)$/.test(command))
    return [REGISTRY];
  if (/^build (?:push|deliver|dev)$/.test(command)) return [REGISTRY, BUILDER];
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
