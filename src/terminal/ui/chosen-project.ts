/** The project that a command is about, with the deploy file that its workflows name if Kamal's usual one is not there. */
import { adoptedConfig } from '../../files/adopted-config.ts';
import type { CheckProjectOptions } from '../../change/project-edits.ts';
import { visible } from '../../report/parts/visible.ts';
import type { Arguments, Terminal } from './command.ts';
import { projectOptions } from './shared-options.ts';

/**
 * @throws UsageError where options contradict each other
 * @throws Failure `config-not-found` if the workflows name several deploy files, and no option names one
 */
export function chosenProject(given: Arguments, terminal: Terminal): CheckProjectOptions {
  const options = projectOptions(given, terminal);
  if (options.config !== undefined) return options;
  const config = adoptedConfig(options.root);
  if (config === null) return options;
  terminal.err(
    `There is no config/deploy.yml: ${visible(config)} is the deploy file here, because the workflows name it.\n`,
  );
  return { ...options, config };
}
