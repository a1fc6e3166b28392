import { outputOf, type Recogniser } from './recognised.ts';

/**
 * A hook of the project that failed: what it printed is its own, even where that looks like an error of Kamal. The
 * cause within it comes from a diagnosis of what it printed.
 */
export const recogniseHook: Recogniser = ({ className, occurrence: { message, command }, reading }) => {
  const named = /^Hook `([^`]*)` failed/.exec(message)?.[1] ?? null;
  const program = /(?:^|\/)hooks\/([\w-]+)$/.exec(command?.program ?? '')?.[1] ?? null;
  if (className !== 'Kamal::Cli::HookError' && named === null && program === null) return [];
  const announced = reading.commands.findLast(({ command: words }) => words.includes('/hooks/'));
  const subject = named ?? program ?? /\/hooks\/([\w-]+)/.exec(announced?.command ?? '')?.[1] ?? null;
  const wrote = command === null ? '' : outputOf(command);
  const words = wrote
    .split('\n')
    .findLast((line) => line.trim() !== '')
    ?.trim();
  return [
    {
      cause: 'hook-failed',
      subject,
      variant: variantOf(wrote),
      ...(words === undefined ? {} : { proof: words }),
    },
  ];
};

function variantOf(wrote: string): string | null {
  if (/hooks\/\S+['’"]?: Permission denied/.test(wrote)) return 'not-executable';
  if (/hooks\/\S+['’"]?: (?:No such file|bad interpreter)|env: ['‘"]?\S+\\r['’"]?: No such file/.test(wrote))
    return 'interpreter';
  if (/Deploy lock (?:found|already in place)/.test(wrote)) return 'lock';
  return null;
}
