/**
 * Where a room writes what a person should see while it works. The entry points give the real one:
 * workflow commands on a runner, standard error on a terminal. Values are masked by `mask` before any use.
 */
export interface Log {
  /** Detail that only `RUNNER_DEBUG` or `--verbose` shows. */
  debug(line: string): void;
  info(line: string): void;
  warning(line: string): void;
  /** Hides a secret value (and each of its lines) in everything written from now on. */
  mask(value: string): void;
}
