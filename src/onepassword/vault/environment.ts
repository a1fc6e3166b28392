import { Failure } from '../../base/failure.ts';
import { Secret } from './secret.ts';
import type { Session } from '../session/session.ts';

/** A variable of a 1Password Environment. */
export interface EnvironmentVariable {
  readonly name: string;
  readonly isEmpty: boolean;
  /** Null if values were not asked for. */
  readonly value: Secret | null;
}

/**
 * Reads the variables of a 1Password Environment, as `op environment read ID` does.
 * @param id the Environment's id, from its page on 1Password.com (Manage environment → Copy environment ID)
 * @throws Failure `environment-missing`, or as `signIn`
 */
export async function readEnvironment(
  session: Session,
  id: string,
  options: { readonly values?: boolean } = {},
): Promise<readonly EnvironmentVariable[]> {
  try {
    const { variables } = await session.variables(id);
    return variables.map(({ name, value }) => ({
      name,
      isEmpty: value === '',
      value: options.values === true ? new Secret(value) : null,
    }));
  } catch (error) {
    if (!isUnknown(error)) throw error;
    throw unreadable(id, error);
  }
}

/**
 * The failure for an Environment that does not exist, or that the signed-in account cannot read: 1Password does not say
 * which.
 */
export function unreadable(id: string, cause?: unknown): Failure {
  return new Failure(
    'environment-missing',
    `The 1Password Environment \`${id}\` does not exist, or this sign-in cannot read it.`,
    {
      human: [
        'On 1Password.com, Developer → Environments, open the Environment, copy its id, and make sure that the service account (access is given when it is created) or the workload has access to it.',
      ],
      agent: ['Correct the id after `op environment read`, or in `op-environment`.'],
    },
    cause,
  );
}

/**
 * `@1password/sdk` 0.5.0 says it only in words: "Environment was not found", "the provided ID is not in a valid format";
 * to a workload "resource not found", "no credential broker configuration found for environment".
 */
function isUnknown(error: unknown): boolean {
  const cause = error instanceof Failure ? error.cause : error;
  return (
    cause instanceof Error &&
    /Environment was not found|ID is not in a valid format|resource not found|no credential broker configuration found/.test(
      cause.message,
    )
  );
}
