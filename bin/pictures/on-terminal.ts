/** The bundled command line on a terminal: a pseudo-terminal that `script` opens. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Shown } from './terminal-picture.ts';

const CLI = join(import.meta.dirname, '../../dist/cli.js');

/** As `npx` runs it. @param words the command line after `kamal-1password` */
export function onTerminal(directory: string, words: string, columns: number): Shown {
  const line = `stty cols ${columns} rows 50; exec "${process.execPath}" "${CLI}" ${words}`;
  const { PATH } = process.env;
  const { stdout } = spawnSync('script', ['-qec', line, '/dev/null'], {
    cwd: directory,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH, HOME: directory, TERM: 'xterm-256color', SHELL: '/bin/sh', npm_command: 'exec' },
  });
  if (stdout.trim() === '') throw new Error(`${words} wrote nothing to the terminal`);
  return { command: `npx kamal-1password ${words}`, output: stdout };
}
