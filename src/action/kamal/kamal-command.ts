import type { Inputs } from '../../github/runner/inputs.ts';
import type { Run } from '../run.ts';
import type { Credential } from '../../onepassword/session/credential.ts';

/** What a run has made ready for Kamal. */
export interface Ready {
  /** How Kamal is started, e.g. `['bundle', 'exec', 'kamal']`, and what its environment needs for that. */
  readonly kamal: {
    readonly argv: readonly string[];
    readonly environment: Readonly<Record<string, string>>;
  };
  /** The directory of the installed `op`. */
  readonly opDirectory: string;
  readonly agentSocket: string;
  /** Those of the 1Password Environment. */
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * The words of one Kamal command with what the workflow asked for. `args` come last: what they repeat, they win.
 * @param command Kamal's words, e.g. `['deploy']` or `['rollback', 'abc123']`
 */
export function kamalWords(command: readonly string[], inputs: Inputs): string[] {
  return [
    ...command,
    '--config-file',
    inputs.configFile,
    ...(inputs.destination === null ? [] : ['--destination', inputs.destination]),
    ...inputs.args,
  ];
}

/**
 * Kamal's environment: the only child that gets the token of a service account, those of the runner, and what the
 * secrets file takes of the Environment.
 */
export function kamalEnvironment(
  ready: Ready,
  { environment: base, runnerTokens }: Pick<Run, 'environment' | 'runnerTokens'>,
  credential: Credential,
): Record<string, string> {
  const environment = { ...base, ...runnerTokens, ...ready.variables, ...ready.kamal.environment };
  return {
    ...environment,
    PATH: [ready.opDirectory, environment['PATH']].filter(Boolean).join(':'),
    SSH_AUTH_SOCK: ready.agentSocket,
    ...(credential.kind === 'service-account'
      ? { OP_SERVICE_ACCOUNT_TOKEN: credential.secret.reveal() }
      : {}),
  };
}
