/** The commands of a secrets file that ask 1Password for something, as a service account or a person can. */
import type { Command, SecretsReading } from '../model.ts';

/** Fetches of the 1password adapter, and `op` itself. */
export function vaultReads({ assignments }: SecretsReading): Command[] {
  return assignments
    .flatMap(({ commands }) => commands)
    .filter((command) => {
      if (command.kind === 'fetch') return /^(?:1password|one_password)$/i.test(command.adapter?.name ?? '');
      return command.kind === 'shell' && command.words[0]?.value === 'op';
    });
}
