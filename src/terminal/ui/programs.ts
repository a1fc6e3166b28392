/** The programs of this machine that commands of the terminal run beside a checkout that a stranger may have made. */
import { absolutePath } from '../../base/absolute-path.ts';
import type { Terminal } from './command.ts';

const SIGNS_IN = /^OP_(?:SERVICE_ACCOUNT_TOKEN|CONNECT_TOKEN|INTEGRATION_KEY)$/;

/** Their environment: without anything to sign in with, and with nothing of the checkout on PATH. */
export function environmentOfPrograms({
  environment,
}: Pick<Terminal, 'environment'>): Record<string, string> {
  const kept = Object.entries(environment).flatMap(([name, value]) => {
    if (value === undefined || SIGNS_IN.test(name)) return [];
    return [[name, name === 'PATH' ? absolutePath(value) : value] as const];
  });
  return Object.fromEntries(kept);
}
