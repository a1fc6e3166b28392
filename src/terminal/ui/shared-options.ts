/** Options that several commands have, and their results. */
import { resolve } from 'node:path';
import { interruptedChange } from '../../change/change-journal.ts';
import type { CheckProjectOptions } from '../../change/project-edits.ts';
import type { Severity } from '../../parity/model.ts';
import { previewNumberIn } from '../../previews/identity.ts';
import { parseEnvironmentIds, type EnvironmentIds } from '../../base/environment-ids.ts';
import { didYouMean } from '../../base/text/did-you-mean.ts';
import { concealedIn } from '../../parity/secrecy/concealed.ts';
import { isRuleId, RULE_IDS, type RuleId } from '../../parity/rule-ids.ts';
import { visible } from '../../report/parts/visible.ts';
import { UsageError } from './arguments.ts';
import type { Arguments, Option, Terminal } from './command.ts';

export const PROJECT_OPTIONS: readonly Option[] = [
  {
    name: 'directory',
    short: 'C',
    value: 'DIR',
    help: 'The project folder, where you run Kamal. Default: this one.',
  },
  {
    name: 'config-file',
    short: 'c',
    value: 'FILE',
    help: 'The deploy file. Default: config/deploy.yml, else the one that the workflows name.',
  },
  {
    name: 'destination',
    short: 'd',
    value: 'DEST',
    repeatable: true,
    help: 'A destination; can be repeated.',
  },
  { name: 'all-destinations', help: 'Every destination that has a deploy file.' },
  {
    name: 'kamal-version',
    value: 'VERSION',
    help: 'The Kamal version to check for, e.g. 2.12.0. Default: the one in the workflows or Gemfile.lock, else the newest it knows.',
  },
];

/** For commands that ask 1Password. */
export const ENVIRONMENT_OPTION: Option = {
  name: 'op-environment',
  value: 'ID',
  help: 'The 1Password Environment that provides `$NAME`. Default: the one named in the workflows.',
};

/** The value of `--op-environment`. @throws UsageError if that is not an id */
export function environmentOption(given: Arguments): { readonly environments?: EnvironmentIds } {
  const text = given.value(ENVIRONMENT_OPTION.name);
  if (text === undefined) return {};
  const environments = parseEnvironmentIds(text);
  if (environments === null)
    throw new UsageError(
      `--op-environment takes the id of a 1Password Environment (Manage environment → Copy environment ID), not “${text}”.`,
    );
  return { environments };
}

export const RULE_OPTION: Option = {
  name: 'rule',
  value: 'ID=SEVERITY',
  repeatable: true,
  help: "Set a rule's severity to error, warning or info, or turn it off.",
};

export const COMMON_OPTIONS: readonly Option[] = [
  {
    name: 'color',
    value: 'WHEN',
    choices: ['auto', 'always', 'never'],
    help: 'Use colours: auto (on a terminal, without NO_COLOR), always, never.',
  },
  { name: 'help', short: 'h', help: 'Show this help.' },
];

/** The project that the options name. @throws UsageError where they contradict each other */
export function projectOptions(given: Arguments, terminal: Terminal): CheckProjectOptions {
  const named = given.values('destination');
  const all = given.has('all-destinations');
  if (all && named.length > 0)
    throw new UsageError('--all-destinations and --destination cannot be combined.');
  const config = given.value('config-file');
  const kamalVersion = given.value('kamal-version');
  if (kamalVersion !== undefined && !/^\d+\.\d+\.\d+(?:\.\w+)*$/.test(kamalVersion)) {
    throw new UsageError(`--kamal-version takes a version such as 2.12.0, not “${kamalVersion}”.`);
  }
  const root = resolve(terminal.cwd, given.value('directory') ?? '.');
  const left = interruptedChange(root);
  if (left !== null) terminal.err(`kamal-1password: ${visible(left)}: review \`git diff\`.\n`);
  const previewNumber = previewNumberIn(terminal.environment);
  return {
    root: given.value('directory') ?? terminal.cwd,
    ...(previewNumber === null ? {} : { previewNumber }),
    ...(config === undefined ? {} : { config }),
    ...(kamalVersion === undefined ? {} : { kamalVersion }),
    ...(named.length > 0 ? { destinations: named } : {}),
    ...(all ? { destinations: 'all' } : {}),
    rules: ruleSeverities(given.values('rule')),
    onRead: (project) => terminal.conceal?.(concealedIn(project).words),
  };
}

const SEVERITIES: readonly string[] = ['error', 'warning', 'info', 'off'];

function ruleSeverities(given: readonly string[]): Partial<Record<RuleId, Severity | 'off'>> {
  const severities: Partial<Record<RuleId, Severity | 'off'>> = {};
  for (const each of given) {
    const [id = '', severity = ''] = each.split('=');
    if (!isRuleId(id)) {
      const help = didYouMean(id, RULE_IDS);
      throw new UsageError(
        `No rule is called “${id}”.${help === '' ? ' `kamal-1password rules` lists the rules.' : help}`,
      );
    }
    if (!SEVERITIES.includes(severity))
      throw new UsageError(
        `--rule ${id}= takes ${SEVERITIES.join(', ')}, not “${severity}”.${didYouMean(severity, SEVERITIES)}`,
      );
    severities[id] = severity as Severity | 'off';
  }
  return severities;
}

/** Whether to colour what goes to standard output (no-color.org; FORCE_COLOR as Node has it). */
export function wantsColour(given: Arguments, { environment, isTerminal }: Terminal): boolean {
  const when = given.value('color') ?? 'auto';
  if (when !== 'auto') return when === 'always';
  if ((environment['NO_COLOR'] ?? '') !== '') return false;
  if (!['', '0', 'false', undefined].includes(environment['FORCE_COLOR'])) return true;
  return isTerminal && environment['TERM'] !== 'dumb';
}

/** Cells that a line may take: the terminal's, within reason. */
export function lineWidth({ columns }: Pick<Terminal, 'columns'>): number {
  return Math.min(Math.max(columns ?? 100, 60), 160);
}
