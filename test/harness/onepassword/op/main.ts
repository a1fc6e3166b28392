/**
 * A stand-in for the 1Password CLI `op`, for tests: the calls Kamal 2.12.0 makes
 * (lib/kamal/secrets/adapters/one_password.rb) and what people put beside them in `.kamal/secrets`. It reads
 * the loopback service with the token in OP_SERVICE_ACCOUNT_TOKEN, over the real protocol.
 */

import { parseArgs } from 'node:util';
import { FLAGS, run } from './commands.ts';
import { OpError, stderrOf } from './errors.ts';

// Set when the stand-in is packed into one file.
declare const OP_VERSION: string | undefined;

async function main(): Promise<void> {
  try {
    const { values, positionals } = parse();
    const version = typeof OP_VERSION === 'string' ? OP_VERSION : '0.0.0';
    process.stdout.write(
      values.version === true ? `${version}\n` : await run(positionals, values, process.env),
    );
  } catch (error) {
    const told = error instanceof OpError ? error : new OpError(`stand-in failed: ${String(error)}`);
    process.stderr.write(stderrOf(told));
    process.exitCode = 1;
  }
}

function parse(): ReturnType<typeof parseArgs<{ options: typeof FLAGS; allowPositionals: true }>> {
  try {
    return parseArgs({ options: FLAGS, allowPositionals: true });
  } catch (error) {
    const { message } = error as Error;
    throw new OpError(message.replace(/^Unknown option '(.*?)'.*/s, 'unknown flag: $1'));
  }
}

await main();
