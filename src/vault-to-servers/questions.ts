/** What a project asks 1Password for, and where it asks. */
import { wantedByFetch, wantedByReference, type FieldRequest } from '../onepassword/vault/field-request.ts';
import type { VariablePlace } from '../onepassword/vault/variable.ts';
import type { FetchCommand, OtherCommand, SecretsReading, Span } from '../parity/model.ts';

/** One thing to ask 1Password for, and the place in the project that asks for it. */
export interface Question {
  readonly wanted: FieldRequest;
  readonly span: Span;
}

/** A 1Password Environment that a secrets file reads, by its id. */
export interface EnvironmentQuestion {
  readonly id: string;
  readonly span: Span;
}

/**
 * What a secrets file asks 1Password for, in its order: through `kamal secrets fetch` with the 1password adapter (others
 * are not ours to ask) and through `op read op://…`. What depends on the environment or on other commands is skipped.
 */
export function questionsOf({ assignments }: SecretsReading): Question[] {
  return assignments
    .flatMap(({ commands }) => commands)
    .flatMap((command) => {
      if (command.kind === 'fetch') return askedByFetch(command);
      return command.kind === 'shell' ? askedByRead(command) : [];
    });
}

/** The Environments that a secrets file reads with `op environment read ID`. */
export function environmentsOf({ assignments }: SecretsReading): EnvironmentQuestion[] {
  return assignments
    .flatMap(({ commands }) => commands)
    .flatMap((command) => {
      if (command.kind !== 'shell') return [];
      const words = operandsOfOp(command);
      if (words[0]?.value !== 'environment' || words[1]?.value !== 'read') return [];
      const id = words[2];
      return id === undefined || id.unknown || id.value === '' ? [] : [{ id: id.value, span: id.span }];
    });
}

function askedByFetch(fetch: FetchCommand): Question[] {
  const adapter = fetch.adapter?.name.toLowerCase();
  if ((adapter !== '1password' && adapter !== 'one_password') || fetch.asksUnknown) return [];
  // Without vault and item Kamal asks no one (2.12.0, one_password.rb, `vault_items`).
  if (fetch.names.length === 0 && fetch.from === null) return [];
  const wanted = wantedByFetch(
    fetch.from?.value ?? null,
    fetch.names.map(({ value }) => value),
  );
  return wanted.map((one, index) => ({ wanted: one, span: fetch.names[index]?.span ?? fetch.span }));
}

function askedByRead(command: OtherCommand): Question[] {
  const [verb, ...rest] = operandsOfOp(command);
  if (verb?.value !== 'read') return [];
  return rest.flatMap(({ value, span, unknown }) => {
    const wanted = unknown ? null : wantedByReference(value);
    return wanted === null ? [] : [{ wanted, span }];
  });
}

type Word = OtherCommand['words'][number];

/** The words of the first `op` call of a command that are no options: up to a pipe or the like. */
function operandsOfOp({ words }: OtherCommand): Word[] {
  const at = words.findIndex(({ value }) => value === 'op' || value.endsWith('/op'));
  if (at < 0) return [];
  const rest = words.slice(at + 1);
  const end = rest.findIndex(({ value }) => /^(?:[|;&<>]|\d>)/.test(value));
  const own = end < 0 ? rest : rest.slice(0, end);
  return own.filter(({ value }, index) => !value.startsWith('-') && !VALUED.has(own[index - 1]?.value ?? ''));
}

/** Options of `op` that take the next word (op 2.35.0, `op read --help`). */
const VALUED = new Set([
  '--account',
  '--session',
  '--config',
  '--encoding',
  '--format',
  '-o',
  '--out-file',
  '--file-mode',
]);

/** The item that holds the SSH key where nothing names another place: by convention, and never guessed further. */
export const SERVER_ITEM = 'Server';
const KEY_FIELD = 'SSH_KEY';
const HOSTS_FIELD = 'KNOWN_HOSTS';

/** Where the SSH key and the host keys are. */
export interface AccessQuestions {
  /** Null if only the Environment may have it. */
  readonly key: FieldRequest | null;
  /** Null if the input has the lines themselves, or only the Environment can have them. */
  readonly knownHosts: FieldRequest | null;
  /** True if it was asked for by name: then it has to be there. */
  readonly knownHostsRequired: boolean;
  /** The variables of the Environment that hold them; they come before the fields where they are there. */
  readonly variables: {
    readonly environment: string;
    /** Null if a reference names another place. */
    readonly key: string | null;
    readonly knownHosts: string | null;
  } | null;
}

/**
 * Where someone says that the SSH key and the host keys are: references, variables of the Environment, or the lines
 * themselves.
 */
export interface GivenPlaces {
  /** `op://vault/item/field`, or the name of a variable. */
  readonly sshKey: string | null;
  readonly knownHosts: { readonly kind: 'reference' | 'lines' | 'variable'; readonly text: string } | null;
}

/**
 * @param environment the id of the destination's Environment; null if it has none
 * @returns null if no input, Environment or secrets file says where it is
 */
export function accessQuestions(
  given: GivenPlaces,
  secrets: readonly SecretsReading[],
  environment: string | null = null,
): AccessQuestions | null {
  const key = given.sshKey === null ? keyBesideSecrets(secrets) : wantedByReference(given.sshKey);
  const { kind, text = '' } = given.knownHosts ?? { kind: null };
  const hosts = kind === 'reference' ? wantedByReference(text) : null;
  const variables = environment === null ? null : { environment, ...variablesOf(given) };
  if (key === null && (variables?.key ?? null) === null) return null;
  return {
    key,
    knownHosts: hosts ?? (kind !== null || key === null ? null : hostsBeside(key)),
    knownHostsRequired: hosts !== null || kind === 'variable',
    variables,
  };
}

/** The key of the vault that the secrets come from. */
function keyBesideSecrets(secrets: readonly SecretsReading[]): FieldRequest | null {
  const vault = secrets.flatMap((reading) => questionsOf(reading))[0]?.wanted.vault;
  return vault === undefined ? null : { vault, item: SERVER_ITEM, path: [KEY_FIELD], by: 'reference' };
}

/** The variables of an Environment: those that inputs name, or our own names if no input names another place. */
function variablesOf({
  sshKey,
  knownHosts,
}: GivenPlaces): Pick<NonNullable<AccessQuestions['variables']>, 'key' | 'knownHosts'> {
  const named = (text: string, isVariable: boolean): string | null => (isVariable ? text : null);
  return {
    key: sshKey === null ? KEY_FIELD : named(sshKey, !sshKey.startsWith('op://')),
    knownHosts: knownHosts === null ? HOSTS_FIELD : named(knownHosts.text, knownHosts.kind === 'variable'),
  };
}

/** All that is asked of vaults for access, the key first. */
export function wantedForAccess({ key, knownHosts }: AccessQuestions): FieldRequest[] {
  return [key, knownHosts].filter((each) => each !== null);
}

/** Where host keys are pinned, be it there or yet to be added. */
export function hostKeysPlace({ key, knownHosts, variables }: AccessQuestions): FieldRequest | VariablePlace {
  const place = knownHosts ?? (key === null ? null : hostsBeside(key));
  if (place !== null) return place;
  return { variable: variables?.knownHosts ?? HOSTS_FIELD, environment: variables?.environment ?? '' };
}

function hostsBeside(key: FieldRequest): FieldRequest {
  return { ...key, path: [HOSTS_FIELD] };
}
