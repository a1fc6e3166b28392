import { textBeside } from '../../base/text-beside.ts';

/** The name under which Ruby requires preload.rb; `RUBYOPT=-r<name>` with the file's directory in `RUBYLIB`. */
export const PRELOAD_NAME = 'kamal_1password_preload';

/** The environment variable that names the descriptor of the lifeline for preload.rb. */
export const LIFELINE_VARIABLE = 'KAMAL_1PASSWORD_LIFELINE';

/** The environment variable that makes Kamal ask this process first what it would ask `op`. */
export const ANSWERS_VARIABLE = 'KAMAL_1PASSWORD_ANSWERS';

/** The environment variable that makes Kamal wait, once it has loaded, for a line that begins with `go`. */
export const WAIT_VARIABLE = 'KAMAL_1PASSWORD_WAIT';

/**
 * Ruby code that is loaded into Kamal's process before Kamal itself. Kamal 2.12.0 releases its lock from a bare `rescue`
 * (lib/kamal/cli/base.rb, `with_lock`), which a signal's exception passes by: killed by a signal, Kamal leaves its lock
 * on the server. Here a signal, the loss of the reader of its output, and the end of the process that started it (the
 * lifeline closes) all become a RuntimeError in the main thread, which Kamal does rescue.
 *
 * - The exception waits while Kamal is in the midst of taking or giving back the lock, so that neither is cut in two.
 * - It comes again where Kamal has gone on as if nothing had happened: Ruby (3.1) swallows an exception that comes while
 *   it loads an encoding or looks for a file to require.
 * - Local commands (docker buildx, hooks) get the signal too: Open3 would wait for their end. It hands each of them to
 *   `Process.detach`; a ProxyCommand of ssh is started by IO.popen and lives on, so the lock can still be released.
 * - Where it is to wait, it does so between having loaded itself and doing anything: nothing of the project has been read
 *   by then, and it has no secret. The line that lets it go on brings its command and the rest of its environment; any
 *   other, or none, ends it. It is started as `kamal version`, so that one which does not wait does no harm.
 * - It waits a second time before its first command, here or on a server: SSHKit runs them all (1.23 to 1.25, `Backend::Abstract`),
 *   hooks and builds too. By then it has only read its configuration. Whatever ends it there ends it silently.
 * - Where it is to, it asks over the same line what `op` would print before it calls `op`: by the backticks of its
 *   1Password adapter, and of a secrets file whose command begins with `op` (2.0.0 to 2.12.0, lib/kamal/secrets/adapters/
 *   one_password.rb and dotenv/inline_command_substitution.rb). A command that is answered leaves `$?` as a success does.
 *   No one else can ask: the line is closed to all that Kamal starts. Where the environment of `op` is not any more what
 *   it was when Kamal began (a template may set variables), `op` itself is called.
 * - Output is written at once: to a pipe, Ruby would gather 8 KB first.
 * - Other Ruby programs that inherit `RUBYOPT` (hooks, `bundle exec`) are left alone.
 */
export const PRELOAD_SOURCE = textBeside(import.meta.url, './preload.rb');
