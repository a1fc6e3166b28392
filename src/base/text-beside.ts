import { readFileSync } from 'node:fs';

/**
 * The text of a file that is beside a module: Ruby and shell code that is run elsewhere. The build puts the text instead
 * of the call (bin/build.ts).
 * @param module the caller's `import.meta.url`
 * @param name such as `./preload.rb`
 */
export function textBeside(module: string, name: string): string {
  return readFileSync(new URL(name, module), 'utf8');
}
