/** How the person called this program, so that the command in a sentence can be typed as it is. */
import type { Terminal } from './command.ts';

/** Commands that read 1Password: `npx` has to bring the SDK for them. */
const READS_1PASSWORD = /`kamal-1password (?=(?:check --live|doctor|status|verify)\b)/g;

/** A command line of this program as the person types it; `words` are what comes after its name. */
export function commandLine(words: string, terminal: Pick<Terminal, 'environment'>): string {
  return asCalled(`\`kamal-1password ${words}\``, terminal).slice(1, -1);
}

/** The text with this program's commands as `npx` takes them, where npx ran it (npm 10 sets `npm_command` to `exec`). */
export function asCalled(text: string, { environment }: Pick<Terminal, 'environment'>): string {
  if (environment['npm_command'] !== 'exec') return text;
  return text
    .replaceAll(READS_1PASSWORD, '`npx -p kamal-1password -p @1password/sdk kamal-1password ')
    .replaceAll('`kamal-1password ', '`npx kamal-1password ');
}
