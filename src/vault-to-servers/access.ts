/** The SSH key, the host keys and the hosts, as both the action and the terminal take them from 1Password and the deploy file. */
import { Failure } from '../base/failure.ts';
import { answerFailure, type Purpose } from '../onepassword/session/answer-failure.ts';
import { opensshForm } from '../onepassword/vault/openssh-form.ts';
import type { Session } from '../onepassword/session/session.ts';
import type { FieldAnswer } from '../onepassword/vault/vault.ts';
import type { FieldRequest } from '../onepassword/vault/field-request.ts';
import type { Deployment } from '../parity/model.ts';
import { readKey, type SshKey } from '../ssh/keys/key.ts';
import { readKnownHosts, type KnownHost } from '../ssh/known-hosts/lines.ts';
import type { AccessQuestions } from './questions.ts';

const KEY: Purpose = { what: 'the private SSH key', input: 'ssh-key', code: 'ssh-key' };
const HOSTS: Purpose = { what: "the servers' host keys", input: 'known-hosts', code: 'known-hosts' };

/**
 * The private SSH key as 1Password holds it, mended where that is beyond doubt.
 * @param mask gets the value before anything else is done with it
 * @throws Failure `ssh-key-…`: not there, not one, not usable
 */
export async function sshKeyOf(
  session: Session,
  answer: FieldAnswer,
  mask: (value: string) => void,
): Promise<SshKey> {
  const failure = answerFailure(answer, KEY);
  if (failure !== null) throw failure;
  const value = await valueOf(session, answer);
  mask(value);
  const key = readKey(value, referenceOf(answer.wanted));
  if (key instanceof Failure) throw key;
  mask(key.text);
  return key;
}

/**
 * The host keys to pin: the lines that are given, or what the field holds; none where there is no such field and nobody
 * asked for it by name.
 * @throws Failure `known-hosts-…`, `ssh-known-hosts-invalid`
 */
export async function hostKeysOf(
  session: Session,
  answer: FieldAnswer | null,
  { knownHostsRequired }: AccessQuestions,
  given: string,
): Promise<KnownHost[]> {
  if (answer === null) return readKnownHosts(given, 'the input `known-hosts`');
  const failure = answerFailure(answer, HOSTS);
  if (failure !== null) {
    if (knownHostsRequired) throw failure;
    return [];
  }
  return readKnownHosts(await valueOf(session, answer), referenceOf(answer.wanted));
}

/** Every host of the deployment once, in the order of the deploy file. */
export function hostsOf(deployment: Deployment | null): string[] {
  const { roles = [], accessories = [] } = deployment ?? {};
  return [...new Set([...roles, ...accessories].flatMap(({ hosts }) => hosts))];
}

/** How a person names it. */
export function referenceOf({ vault, item, path }: FieldRequest): string {
  return `op://${[vault, item, ...(path ?? [])].join('/')}`;
}

async function valueOf(session: Session, answer: FieldAnswer): Promise<string> {
  if (answer.kind !== 'found') return '';
  const [field] = answer.fields;
  if (field === undefined) return '';
  if (field.type === 'SshKey') return (await opensshForm(session, answer.item, field)).reveal();
  return field.value?.reveal() ?? '';
}
