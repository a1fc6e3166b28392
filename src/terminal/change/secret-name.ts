import { UsageError } from '../ui/arguments.ts';

/** What dotenv takes for a name (dotenv 3, parser.rb: `[\w.]+`) and a shell for a variable. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The name as given. @throws UsageError where it cannot be one */
export function secretNameOf(given: string): string {
  if (NAME.test(given)) return given;
  throw new UsageError(
    `“${given}” cannot be the name of a secret: letters, digits and _ only, and no digit first.`,
  );
}
