/** What a project asks 1Password for, and where it asks. */
import { wantedByFetch, wantedByReference, type FieldRequest } from '../onepassword/vault/field-request.ts';
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
 * are not ours to ask) and through `op read op://…`. What depends on the environment or on other commands is left out.
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
  // Without vault and item Kamal asks nobody (2.12.0, one_password.rb, `vault_items`).
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
  readonly key: FieldRequest;
  /** Null where the lines themselves are given. */
  readonly knownHosts: FieldRequest | null;
  /** True where it was asked for by name: then it has to be there. */
  readonly knownHostsRequired: boolean;
}

/** Where somebody says that the SSH key and the host keys are: references, or the lines themselves. */
export interface GivenPlaces {
  readonly sshKey: string | null;
  readonly knownHosts: { readonly kind: 'reference' | 'lines'; readonly text: string } | null;
}

/** @returns null where neither a given place nor a secrets file tells of a vault to look in */
export function accessQuestions(
  given: GivenPlaces,
  secrets: readonly SecretsReading[],
): AccessQuestions | null {
  const vault = secrets.flatMap((reading) => questionsOf(reading))[0]?.wanted.vault;
  const fallback: FieldRequest | null =
    vault === undefined ? null : { vault, item: SERVER_ITEM, path: [KEY_FIELD], by: 'reference' };
  const key = given.sshKey === null ? fallback : wantedByReference(given.sshKey);
  if (key === null) return null;
  const named = given.knownHosts?.kind === 'reference' ? wantedByReference(given.knownHosts.text) : null;
  return {
    key,
    knownHosts: given.knownHosts?.kind === 'lines' ? null : (named ?? hostsBeside(key)),
    knownHostsRequired: named !== null,
  };
}

/** All that is asked for access, the key first. */
export function wantedForAccess({ key, knownHosts }: AccessQuestions): FieldRequest[] {
  return knownHosts === null ? [key] : [key, knownHosts];
}

/** The field that host keys are pinned in, be it there or yet to be added. */
export function hostKeysPlace({ key, knownHosts }: AccessQuestions): FieldRequest {
  return knownHosts ?? hostsBeside(key);
}

function hostsBeside(key: FieldRequest): FieldRequest {
  return { ...key, path: [HOSTS_FIELD] };
}
