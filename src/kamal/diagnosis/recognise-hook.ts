import { outputOf, type Recogniser } from './recognised.ts';

/**
 * A hook of the project that failed: what it printed is its own, even where that looks like an error of Kamal. The
 * cause within it comes from a diagnosis of what it printed.
 */
export const recogniseHook: Recogniser = ({ className, occurrence: { message, command }, reading }) => {
  const named = firstGroup(/^Hook `([^`]*)` failed/, message);
  const program = firstGroup(/(?:^|\/)hooks\/([\w-]+)$/, command?.program);
  if (className !== 'Kamal::Cli::HookError' && named === null && program === null) return [];
  const announced = reading.commands.findLast(({ command: words }) => words.includes('/hooks/'));
  const subject = named ?? program ?? firstGroup(/\/hooks\/([\w-]+)/, announced?.command);
  const wrote = command === null ? '' : outputOf(command);
  const words = lastWords(wrote);
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

function lastWords(wrote: string): string | undefined {
  return wrote
    .split('\n')
    .findLast((line) => line.trim() !== '')
    ?.trim();
}

function firstGroup(pattern: RegExp, text = ''): string | null {
  return pattern.exec(text)?.[1] ?? null;
}
