/** Workload identity: a job signs in as what it is (repository, workflow, branch), by GitHub's word and a key. */
import { Failure } from '../../base/failure.ts';
import { Secret } from '../vault/secret.ts';

/** A workload and its integration's key, whose shape is right; only signing in shows whether 1Password lets it in. */
export interface Workload {
  readonly kind: 'workload';
  /** The workload's id, which is no secret. */
  readonly id: string;
  /** The integration's key: it opens nothing without GitHub's word for the job. */
  readonly secret: Secret;
  /** Origin of the 1Password account, e.g. `https://my.1password.com`: the key names it. */
  readonly signInAddress: string;
}

/** What `typ` of an integration's key says (`@1password/sdk` 0.5.0, seen by running it). */
const KEY_TYPE = 'workload_identity_provider_key';

/**
 * Checks the shape of both without asking anybody. What it says never repeats any part of the key.
 * @throws Failure `workload-incomplete` | `workload-id-malformed` | `integration-key-malformed`
 */
export function parseWorkload(id: string | null, integrationKey: string | null): Workload {
  const given = (integrationKey ?? '').trim();
  if (id === null || given === '') throw incomplete(id === null);
  if (!/^[A-Za-z0-9-]{8,64}$/.test(id.trim())) throw malformedId();
  // The SDK takes no padding (1password/load-secrets-action v5 takes it off too).
  const text = given.replace(/(?<!=)=+$/, '');
  const key = keyParts(text);
  if (key === null) throw malformedKey(flawOf(text));
  return { kind: 'workload', id: id.trim(), secret: new Secret(text), signInAddress: `https://${key.host}` };
}

function keyParts(text: string): { readonly host: string } | null {
  const { typ, key, path } = partsOf(text);
  const host = /^\/\/([^/]+)\/accounts\/./.exec(typeof path === 'string' ? path : '')?.[1] ?? '';
  if (typ !== KEY_TYPE || typeof key !== 'string' || key === '') return null;
  return URL.canParse(`https://${host}`) && new URL(`https://${host}`).host === host ? { host } : null;
}

function partsOf(text: string): Readonly<Record<string, unknown>> {
  if (!/^ops_[\w-]+$/.test(text)) return {};
  try {
    const parts: unknown = JSON.parse(Buffer.from(text.slice('ops_'.length), 'base64url').toString('utf8'));
    return typeof parts === 'object' && parts !== null ? { ...parts } : {};
  } catch {
    // The parser's own words could quote the key.
    return {};
  }
}

function flawOf(text: string): string {
  const parts = partsOf(text);
  if (typeof parts['signInAddress'] === 'string')
    return 'is a service account token, which begins in the same way';
  if (!text.startsWith('ops_')) return 'does not begin with `ops_`, as every integration key does';
  return parts['typ'] === undefined ? 'is damaged or cut off' : 'is a key of another kind';
}

function incomplete(lacksId: boolean): Failure {
  const [there, missing] = lacksId
    ? ['`integration-key`', '`workload-id` (or the variable `OP_WORKLOAD_ID`)']
    : ['`workload-id`', '`integration-key` (or the variable `OP_INTEGRATION_KEY`)'];
  return new Failure(
    'workload-incomplete',
    `Workload identity needs both \`workload-id\` and \`integration-key\`: ${there} is set, ${missing} is not. GitHub gives no secrets to pull requests from forks or to Dependabot.`,
    {
      agent: [
        lacksId
          ? 'Set `workload-id: ${{ vars.OP_WORKLOAD_ID }}` under `with:`.'
          : 'Set `integration-key: ${{ secrets.OP_INTEGRATION_KEY }}` under `with:`.',
      ],
      human: [
        lacksId
          ? 'Add the id of the workload as the repository variable `OP_WORKLOAD_ID` (Settings → Secrets and variables → Actions → Variables).'
          : 'Add the key of the integration as the repository secret `OP_INTEGRATION_KEY` (Settings → Secrets and variables → Actions).',
      ],
    },
  );
}

function malformedId(): Failure {
  return new Failure(
    'workload-id-malformed',
    'The value of `workload-id` is not the id of a workload: an id has only letters and digits, as 1Password shows it beside the workload.',
    { agent: ['Make sure the workflow passes exactly `${{ vars.OP_WORKLOAD_ID }}`.'] },
  );
}

/** @param cause what the SDK says of a key whose shape is right */
export function malformedKey(flaw: string, cause?: unknown): Failure {
  return new Failure(
    'integration-key-malformed',
    `The integration key cannot be used: the value ${flaw}.`,
    {
      human: [
        'On 1Password.com, copy the complete key of the workload identity integration and set the secret `OP_INTEGRATION_KEY` again; if it is lost, create a new one. A service account token goes to `service-account-token`.',
      ],
      agent: ['Make sure the workflow passes exactly `${{ secrets.OP_INTEGRATION_KEY }}`.'],
    },
    cause,
  );
}

/** What GitHub says of a job to others, as far as 1Password compares it. */
export interface Claims {
  readonly repository?: string;
  readonly workflow?: string;
  readonly ref?: string;
  readonly environment?: string;
}

/** A name that someone chose: in a sentence, without what would end its line or its quotes, and not longer than a line. */
function shown(name: string): string {
  const plain = name.replaceAll(/[\p{C}\p{Zl}\p{Zp}`]/gu, '?');
  return plain.length > 120 ? `${plain.slice(0, 120)}…` : plain;
}

/** Reads the claims of an ID token; none if it is not one. They are no secret. */
export function claimsOf(idToken: string): Claims {
  try {
    const [, payload = ''] = idToken.split('.');
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    if (typeof claims !== 'object' || claims === null) return {};
    const told = ['repository', 'workflow', 'ref', 'environment'].flatMap((name) => {
      const value: unknown = Reflect.get(claims, name);
      return typeof value === 'string' ? [[name, shown(value)] as const] : [];
    });
    return Object.fromEntries(told);
  } catch {
    return {};
  }
}
