/** The programs of this machine that commands of the terminal run beside a checkout that a stranger may have made. */
import { absolutePath } from '../../base/absolute-path.ts';
import type { Terminal } from './command.ts';

/** Their environment: without the token, and with nothing of the checkout on PATH. */
export function environmentOfPrograms({
  environment,
}: Pick<Terminal, 'environment'>): Record<string, string> {
  const kept = Object.entries(environment).flatMap(([name, value]) => {
    if (value === undefined || name === 'OP_SERVICE_ACCOUNT_TOKEN') return [];
    return [[name, name === 'PATH' ? absolutePath(value) : value] as const];
  });
  return Object.fromEntries(kept);
}
