/** `ssh.proxy_command` of a deploy file is a program for this machine: a check of the servers runs it only with consent. */
import type { ProjectReadings } from '../../parity/rule.ts';
import { visible } from '../../report/parts/visible.ts';
import type { Option, Terminal } from '../ui/command.ts';
import { yesOrNo } from '../ui/yes-or-no.ts';

export const PROXY_COMMAND_OPTION: Option = {
  name: 'run-proxy-command',
  help: "Run the deploy file's `ssh.proxy_command`, which connects to the servers, without asking.",
};

/** The commands that lead to the servers of a project; a proxy host goes before (as in `serversOf`). */
function commandsOf({ destinations }: ProjectReadings): string[] {
  const ways = destinations.map(({ deploy }) => deploy.deployment?.ssh);
  return [
    ...new Set(ways.flatMap((ssh) => (ssh == null || ssh.proxy !== null ? [] : (ssh.proxyCommand ?? [])))),
  ];
}

/**
 * Which of a project's proxy commands may run: those that someone agrees to, once for each.
 * @param agreed whether the option says so for all of them
 */
export async function agreedCommands(
  project: ProjectReadings,
  agreed: boolean,
  { ask }: Pick<Terminal, 'ask'>,
): Promise<ReadonlySet<string>> {
  const commands = commandsOf(project);
  if (agreed) return new Set(commands);
  const wanted = new Set<string>();
  for (const command of commands) {
    const question = `The deploy file connects to the servers through a program on this machine (ssh.proxy_command):\n  ${visible(command)}\nRun it?`;
    if (ask !== undefined && (await yesOrNo(ask, question, 'no'))) wanted.add(command);
  }
  return wanted;
}

/** The sentence about one that must not run. */
export function notAgreed(command: string): string {
  return `The servers were not checked: the deploy file connects to them through a program on this machine, \`${command}\` (ssh.proxy_command). Review it, then run this again with --run-proxy-command.`;
}
