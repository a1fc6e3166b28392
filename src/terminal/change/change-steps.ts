/** What is left to do after a secret was added, renamed or removed: in the files, in 1Password, and then. */
import type { Screen } from '../ui/screen.ts';

export interface StepsLeft {
  /** What no edit did, in the files. */
  readonly manual: readonly string[];
  /** What a person does in 1Password. */
  readonly human: readonly string[];
  readonly written: boolean;
  /** Whether the secrets files ask 1Password: then the check can ask it too. Default: yes. */
  readonly asksVault?: boolean;
  /** Whether nothing was written because edits alone are not enough; then the diff is to apply by hand. Default: no. */
  readonly refused?: boolean;
}

/**
 * The lists of the steps that remain, of the editor of the files and of a person apart, and what to run next; empty
 * if none remain.
 */
export function changeSteps(
  { manual, human, written, asksVault = true, refused = false }: StepsLeft,
  screen: Screen,
): string {
  const lists =
    screen.list('Left for you or your coding agent, in the files', manual, '-') +
    screen.list('For you', human, '[ ]');
  if (lists === '') return '';
  if (refused)
    return (
      lists +
      screen.next('make the edits in the diff, work through the lists, then run `kamal-1password check`.')
    );
  if (!written) return lists + screen.next('run it without --dry-run to write this.');
  const check = human.length > 0 && asksVault ? 'check --live`, which checks 1Password too' : 'check` again';
  return lists + screen.next(`work through the list, then run \`kamal-1password ${check}.`);
}
