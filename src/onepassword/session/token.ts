import { isRecord } from '../../base/is-record.ts';
import { Failure } from '../../base/failure.ts';
import { Secret } from '../vault/secret.ts';

/** A service account token whose shape is right; only signing in shows whether 1Password accepts it. */
export interface ServiceAccountToken {
  readonly kind: 'service-account';
  /** Trimmed: a leading blank or a trailing line end makes both `op` and the SDK refuse it. */
  readonly secret: Secret;
  /** Origin of the 1Password account, e.g. `https://my.1password.com`. */
  readonly signInAddress: string;
}

/**
 * Checks the shape of a token without asking anybody: `ops_` and base64url JSON with the sign-in address and the
 * credentials (`@1password/sdk` 0.5.0). What it says never repeats any part of what was given.
 * @throws Failure `token-missing` | `token-malformed`
 */
export function parseToken(given: string | null | undefined): ServiceAccountToken {
  const text = (given ?? '').trim();
  if (text === '') throw missing();
  const flaw = flawOf(text);
  if (flaw !== null) throw malformed(flaw);
  const signInAddress = originOf(partsOf(text));
  if (signInAddress === null) throw malformed(DAMAGED);
  return { kind: 'service-account', secret: new Secret(text), signInAddress };
}

/**
 * The Connect variables that are set in `env`. If they are, `op` uses a Connect server and never reads
 * `OP_SERVICE_ACCOUNT_TOKEN` (developer.1password.com/docs/service-accounts/use-with-1password-cli).
 */
export function connectVariables(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  return ['OP_CONNECT_HOST', 'OP_CONNECT_TOKEN'].filter((name) => (env[name] ?? '') !== '');
}

/** The failure `connect-shadows-token` where Connect variables are set beside the token; else null. */
export function connectShadow(env: Readonly<Record<string, string | undefined>>): Failure | null {
  const names = connectVariables(env);
  if (names.length === 0) return null;
  const listed = names.map((name) => `\`${name}\``).join(' and ');
  const [are, they] = names.length === 1 ? ['is', 'it'] : ['are', 'they'];
  return new Failure(
    'connect-shadows-token',
    `${listed} ${are} set in the environment. Where ${they} ${are}, \`op\` asks a 1Password Connect server and ` +
      'ignores the service account token.',
    {
      agent: [`Remove ${listed} from \`env:\` of the workflow, the job or the step that deploys.`],
      human: [
        `On a self-hosted runner, remove ${listed} from the runner's own environment (its \`.env\` file or service).`,
      ],
    },
  );
}

interface Flaw {
  readonly what: string;
  readonly human?: string;
}

const DAMAGED: Flaw = { what: 'begins like a token but is damaged or cut off' };

/** What is not a token, by how it begins. Ordered: the first match is reported. */
const LOOKALIKES: readonly (readonly [RegExp, Flaw])[] = [
  [/^(["'`]).*\1$/s, { what: 'is in quotes', human: 'Store the token without the quotes around it.' }],
  [
    /^\$\{\{|^\$\{?\w+\}?$|^%\w+%$/,
    { what: 'is the name of a variable or an expression that was not replaced by its value' },
  ],
  [/^op:\/\//, { what: 'is a secret reference (`op://…`), not the token it may refer to' }],
  [/^(gh[pousr]_|github_pat_)/, { what: 'is a GitHub token' }],
  [/^eyJ[\w-]*\.[\w-]+\.[\w-]*$/, { what: 'is a 1Password Connect token, not that of a service account' }],
  [/^A3-[A-Z0-9]{6}-/, { what: "is a person's Secret Key, not a service account token" }],
  [/^-----BEGIN /, { what: 'is a key or a certificate' }],
  [/^\*+$/, { what: 'is a row of asterisks: it was copied from a log where it was masked' }],
  [/^(export\s+)?\w+\s*[=:]\s*["']?ops_/, { what: 'has the name of a variable in front of it' }],
  [/^(bearer|token)\s+ops_/i, { what: 'has a word in front of it' }],
  [/^.+\bops_/s, { what: 'has other characters in front of `ops_`' }],
  [/^ops_\s*$/, { what: 'is only the first four characters of a token' }],
  [/^ops_.*\s/s, { what: 'contains a space or a line break' }],
  [/^(?!ops_)/, { what: 'does not begin with `ops_`, as every service account token does' }],
  [/^ops_[\w-]*[^\w=-]/, { what: 'has characters that no token has' }],
];

function flawOf(text: string): Flaw | null {
  const known = LOOKALIKES.find(([pattern]) => pattern.test(text));
  if (known !== undefined) return known[1];
  const parts = partsOf(text);
  if (parts['typ'] === 'workload_identity_provider_key')
    return {
      what: 'is the key of a workload identity integration, which begins in the same way',
      human: 'Give it as `integration-key`, together with `workload-id`.',
    };
  return CREDENTIALS.every((name) => parts[name] !== undefined && parts[name] !== '') ? null : DAMAGED;
}

/** What the SDK needs of a token to sign in. */
const CREDENTIALS = ['signInAddress', 'email', 'srpX', 'muk', 'secretKey'] as const;

function partsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text.slice('ops_'.length), 'base64url').toString('utf8'));
    return isRecord(parts) ? parts : {};
  } catch {
    // Cut off or altered: the caller reports that. The parser's own words could quote the token.
    return {};
  }
}

function originOf(parts: Readonly<Record<string, unknown>>): string | null {
  const address = parts['signInAddress'];
  if (typeof address !== 'string') return null;
  const url = /^https?:\/\//.test(address) ? address : `https://${address}`;
  return URL.canParse(url) ? new URL(url).origin : null;
}

function missing(): Failure {
  return new Failure(
    'token-missing',
    'There is no 1Password service account token: neither the input `service-account-token` nor the environment ' +
      'variable `OP_SERVICE_ACCOUNT_TOKEN` is set. GitHub gives no secrets to pull requests from forks or to ' +
      'Dependabot; a secret of an environment needs `environment:` on the job.',
    {
      agent: [
        'Set `service-account-token: ${{ secrets.OP_SERVICE_ACCOUNT_TOKEN }}` under `with:`, and run the job only where secrets are given.',
      ],
      human: [
        'Add the token as the repository or environment secret `OP_SERVICE_ACCOUNT_TOKEN` (Settings → Secrets and variables → Actions).',
      ],
    },
  );
}

/** For a token of the right shape whose contents the SDK cannot use; `cause` is what it says. */
export function damagedToken(cause: unknown): Failure {
  return malformed(DAMAGED, cause);
}

function malformed(flaw: Flaw, cause?: unknown): Failure {
  return new Failure(
    'token-malformed',
    `The 1Password service account token cannot be used: the value ${flaw.what}. ` +
      'A token is one line that begins with `ops_`.',
    {
      human: [
        flaw.human ??
          'Copy the full token from where it was saved when the service account was created, and set the secret `OP_SERVICE_ACCOUNT_TOKEN` again. If it is lost, rotate it on 1Password.com (Developer → Service accounts).',
      ],
      agent: ['Make sure the workflow passes exactly `${{ secrets.OP_SERVICE_ACCOUNT_TOKEN }}`.'],
    },
    cause,
  );
}
