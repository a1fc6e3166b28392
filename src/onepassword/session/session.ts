import type {
  GetVariablesResponse,
  ItemListFilter,
  ItemOverview,
  ItemsGetAllResponse,
  VaultOverview,
} from '@1password/sdk';
import type { Log } from '../../base/log.ts';
import { withPatience, type RetryPatience } from './patience.ts';
import { failureOf, isPassing, NoAnswer } from './refusal.ts';
import type { SdkCredential } from './credential.ts';
import { loadSdk } from './sdk.ts';
import { Wire } from './wire.ts';
import { claimsOf, type Claims } from './workload.ts';

/**
 * What 1Password is asked, each a call of the SDK. What may pass (5xx, a connection that breaks) is tried again, a
 * refusal never. All of it is plain data, so that it can be asked from another thread.
 * @throws Failure as {@link signIn}
 */
export interface Questions {
  vaults(): Promise<VaultOverview[]>;
  /** All items of a vault, those in the archive too, without their fields. */
  items(vault: string): Promise<ItemOverview[]>;
  /** At most fifty items of a vault, with their fields. */
  itemsWithFields(vault: string, ids: string[]): Promise<ItemsGetAllResponse>;
  /** The variables of an Environment. */
  variables(environment: string): Promise<GetVariablesResponse>;
  /** The value of a secret reference. */
  resolve(reference: string): Promise<string>;
}

/** Signed in to 1Password. Dispose it when the last value has been read. */
export interface Session extends Questions, Disposable {
  readonly signInAddress: string;
  /** Requests made so far, those of the sign-in and repeated ones included. */
  readonly requestsMade: number;
}

export interface SessionOptions {
  /** Sent to 1Password as the integration's version, and shown in its usage reports. */
  readonly version: string;
  readonly log?: Log;
  readonly signal?: AbortSignal;
  readonly patience?: RetryPatience;
  /** GitHub's word for the job, for the audience given: what a workload signs in by. @throws Failure */
  readonly idToken?: (audience: string) => Promise<string>;
}

const EVERY_STATE: ItemListFilter = { type: 'ByState', content: { active: true, archived: true } };

/** A sign-in takes about a second; four tries within a minute outlast a restart of the service, not an outage. */
export const PATIENCE: RetryPatience = { tries: 4, firstPause: 1000, perTry: 20_000, inAll: 60_000 };

/**
 * Signs in: four requests with a service account token, one as a workload (`@1password/sdk` 0.5.0).
 * The SDK and its 14 MB of WebAssembly are loaded here and nowhere else.
 * @throws Failure `token-refused` | `rate-limited` | `onepassword-unreachable` | `onepassword-unavailable` |
 *   `onepassword-garbled` | `onepassword-failed` | `token-not-permitted` | `token-malformed` | `workload-…` |
 *   `integration-key-malformed` | `sdk-not-installed`; the signal's reason where that ended it
 */
export async function signIn(credential: SdkCredential, options: SessionOptions): Promise<Session> {
  const { createClient } = await loadSdk();
  const { signInAddress } = credential;
  const wire = new Wire(signInAddress);
  const word = new IdTokens(options.idToken);
  const attempt = patiently(wire, credential, word, options);
  const integration = { integrationName: 'kamal-1password', integrationVersion: options.version };
  try {
    const client = await attempt(() =>
      credential.kind === 'workload'
        ? createClient({
            ...integration,
            oidcFetcher: (audience) => word.fetch(audience),
            workloadDetails: {
              customerManagedSecret: credential.secret.reveal(),
              workloadUuid: credential.id,
            },
          })
        : createClient({ ...integration, auth: credential.secret.reveal() }),
    );
    return {
      signInAddress,
      get requestsMade() {
        return wire.made;
      },
      vaults: () => attempt(() => client.vaults.list()),
      items: (vault) => attempt(() => client.items.list(vault, EVERY_STATE)),
      itemsWithFields: (vault, ids) => attempt(() => client.items.getAll(vault, ids)),
      variables: (environment) => attempt(() => client.environments.getVariables(environment)),
      resolve: (reference) => attempt(() => client.secrets.resolve(reference)),
      [Symbol.dispose]: () => wire[Symbol.dispose](),
    };
  } catch (error) {
    wire[Symbol.dispose]();
    throw error;
  }
}

/** Fetches GitHub's word for the job. The SDK swallows why that failed: it is kept here. */
class IdTokens {
  readonly #fetch: NonNullable<SessionOptions['idToken']>;
  /** What the latest one says of the job. */
  claims: Claims = {};
  failure: unknown = null;

  constructor(fetch: SessionOptions['idToken']) {
    this.#fetch = fetch ?? (() => Promise.reject(new Error('no one provides an ID token')));
  }

  async fetch(audience: string): Promise<string> {
    try {
      const token = await this.#fetch(audience);
      this.claims = claimsOf(token);
      return token;
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }
}

type Attempt = <T>(operation: () => Promise<T>) => Promise<T>;

/**
 * Retries as a whole: an SDK call that failed half-way begins again. Beneath it, in the transport, a single request
 * could be repeated, but only by replacing the global `fetch`; a few more requests on a bad day are the lesser evil.
 */
function patiently(wire: Wire, credential: SdkCredential, word: IdTokens, options: SessionOptions): Attempt {
  const { log, signal, patience = PATIENCE } = options;
  return async (operation) => {
    let tries = 0;
    try {
      return await withPatience(
        patience,
        (number) => {
          tries = number;
          wire.forget();
          return answeredWithin(patience.perTry, operation, signal);
        },
        (error) => {
          const again = word.failure === null && isPassing(error, wire.trouble);
          if (again) log?.debug(`1Password did not answer as it should (try ${tries}); trying again.`);
          return { again };
        },
        signal,
      );
    } catch (error) {
      if (signal?.aborted === true) throw error;
      const { signInAddress: address } = credential;
      const { claims } = word;
      throw failureOf(word.failure ?? error, wire.trouble, { address, tries, credential, claims });
    }
  };
}

/** The SDK sets no time limit, and cannot be interrupted: a late answer is ignored. */
async function answeredWithin<T>(
  milliseconds: number,
  operation: () => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  let stop = (): void => undefined;
  const ended = new Promise<never>((_, reject) => {
    const timer = setTimeout(() => reject(new NoAnswer(milliseconds)), milliseconds);
    const onAbort = (): void => reject(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    stop = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
  });
  try {
    return await Promise.race([operation(), ended]);
  } finally {
    stop();
  }
}
