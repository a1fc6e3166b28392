import type { Alteration, SecretVerdict } from '../servers/container-environment.ts';
import type { VerifyProblem } from '../servers/problem.ts';

/** A secret that a container should have. */
export interface ExpectedSecret {
  /** `role:web` or `accessory:db`, as the parity model says it. */
  readonly where: string;
  /** The variable in the container. */
  readonly container: string;
  /** The name in the secrets files; another one where there is an alias. */
  readonly secret: string;
  /** What the vault holds now; null if only presence can be checked. Compared in memory, never passed on. */
  readonly value: string | null;
  /** The hosts it is for, where not all of the role (tags of hosts). */
  readonly hosts?: readonly string[];
}

/** What to report of a secret; null if it is as it should be. */
export function secretProblem(
  { host, where }: { readonly host: string; readonly where: string },
  { container, secret }: ExpectedSecret,
  verdict: SecretVerdict,
  alteration: Alteration | null,
): VerifyProblem | null {
  if (verdict === 'same' || verdict === 'present') return null;
  // The end of a last line is always lost (dotenv trims); nothing that reads a variable misses it.
  if (alteration === 'last-line-end') return null;
  const place = where.replace(':', ' ');
  const accessory = /^accessory:(.*)$/.exec(where)?.[1];
  const name = container === secret ? container : `${container} (the secret ${secret})`;
  const what = {
    missing: `has no ${name}`,
    empty: `has an empty ${name}`,
    differs: `has a different value for ${name} than 1Password`,
  }[verdict];
  const why = alteration === null ? '' : ALTERED[alteration];
  const again = {
    missing: [
      `${accessory === undefined ? 'Deploy again' : `Run \`kamal accessory reboot ${accessory}\``}. If it is still missing, check that \`env.secret\` of ${place} lists it, in a destination's file too.`,
    ],
    empty: ['Check that the field in 1Password is not empty and that .kamal/secrets extracts it.'],
    differs: [],
  }[verdict];
  const human =
    verdict === 'differs' && alteration === null
      ? [
          accessory === undefined
            ? 'Deploy again to give the container the current value from 1Password.'
            : `Run \`kamal accessory reboot ${accessory}\` to give it the current value from 1Password. It is down for a moment.`,
        ]
      : [];
  const agent =
    alteration === null ? again : [`Store ${secret} on one line without backslashes, e.g. as base64.`];
  return {
    kind: `container-secret-${verdict}`,
    host,
    where,
    secret,
    sentence: `On ${host}, the container of ${place} ${what}${why}.`,
    next: { human, agent },
  };
}

const ALTERED: Readonly<Record<Alteration, string>> = {
  'line-ends': ': Kamal changed its line breaks on the way',
  'last-line-end': ': its last line break was lost on the way',
  backslashes: ': its backslashes were changed on the way',
};
