/** The SSH key, the host keys and the hosts, as both the action and the terminal take them from 1Password and the deploy file. */
import { Failure } from '../base/failure.ts';
import { answerFailure, variableFailure, type Purpose } from '../onepassword/session/answer-failure.ts';
import { opensshForm } from '../onepassword/vault/openssh-form.ts';
import type { Session } from '../onepassword/session/session.ts';
import type { FieldAnswer } from '../onepassword/vault/vault.ts';
import type { FieldRequest } from '../onepassword/vault/field-request.ts';
import { variableAnswer, type VariableAnswer, type VariablePlace } from '../onepassword/vault/variable.ts';
import type { Deployment } from '../parity/model.ts';
import { readKey, type SshKey } from '../ssh/keys/key.ts';
import { readKnownHosts, type KnownHost } from '../ssh/known-hosts/lines.ts';
import type { NamedEnvironment } from './environments.ts';
import type { AccessQuestions } from './questions.ts';

const KEY: Purpose = { what: 'the private SSH key', input: 'ssh-key', code: 'ssh-key' };
const HOSTS: Purpose = { what: "the servers' host keys", input: 'known-hosts', code: 'known-hosts' };

/** What was found where the key or the host keys are: a field of an item, or a variable of an Environment. */
export type AccessAnswer = FieldAnswer | VariableAnswer;

/**
 * What answers each question: the variable of the Environment if it has one, or if nothing else can; else the field.
 * @param extras the answers to `wantedForAccess`
 */
export function accessAnswers(
  { key, knownHosts, variables }: AccessQuestions,
  extras: readonly FieldAnswer[],
  source: NamedEnvironment | undefined,
): { readonly key: AccessAnswer; readonly knownHosts: AccessAnswer | null } {
  const fields = [key === null ? undefined : extras[0], knownHosts === null ? undefined : extras.at(-1)];
  const [keyField, hostsField] = fields;
  const inEnvironment = (name: string | null | undefined): VariableAnswer | null =>
    variables === null || name == null
      ? null
      : variableAnswer({ variable: name, environment: variables.environment }, source?.variables ?? null);
  const either = (variable: VariableAnswer | null, field: FieldAnswer | undefined): AccessAnswer | null =>
    variable !== null && (variable.value !== null || field === undefined) ? variable : (field ?? null);
  const found = either(inEnvironment(variables?.key), keyField);
  if (found === null) throw new Error('1Password gave fewer answers than it was asked questions');
  return { key: found, knownHosts: either(inEnvironment(variables?.knownHosts), hostsField) };
}

/**
 * The private SSH key as 1Password holds it, repaired where that is beyond doubt.
 * @param mask gets the value before anything else is done with it
 * @throws Failure `ssh-key-…`: missing, not a key, not usable
 */
export async function sshKeyOf(
  session: Session,
  answer: AccessAnswer,
  mask: (value: string) => void,
): Promise<SshKey> {
  const failure = failureOf(answer, KEY);
  if (failure !== null) throw failure;
  const value = await valueOf(session, answer);
  mask(value);
  const key = readKey(value, referenceOf(answer.wanted));
  if (key instanceof Failure) throw key;
  mask(key.text);
  return key;
}

/**
 * The host keys to pin: the lines of the input, or what the field holds; none if there is no such field and no input
 * names it.
 * @throws Failure `known-hosts-…`, `ssh-known-hosts-invalid`
 */
export async function hostKeysOf(
  session: Session,
  answer: AccessAnswer | null,
  { knownHostsRequired }: AccessQuestions,
  given: string,
): Promise<KnownHost[]> {
  if (answer === null) return readKnownHosts(given, 'the input `known-hosts`');
  const failure = failureOf(answer, HOSTS);
  if (failure !== null) {
    if (knownHostsRequired) throw failure;
    return [];
  }
  return readKnownHosts(await valueOf(session, answer), referenceOf(answer.wanted));
}

/** Every host of the deployment once, in the order of the deploy file; none where only a run knows them. */
export function hostsOf(deployment: Deployment | null): string[] {
  if (deployment === null || deployment.hasUnknownHost) return [];
  const { roles, accessories } = deployment;
  return [...new Set([...roles, ...accessories].flatMap(({ hosts }) => hosts))];
}

/** How a person names it. */
export function referenceOf(place: FieldRequest | VariablePlace): string {
  if ('variable' in place) return `${place.variable} of the Environment ${place.environment}`;
  const { vault, item, path } = place;
  return `op://${[vault, item, ...(path ?? [])].join('/')}`;
}

function failureOf(answer: AccessAnswer, purpose: Purpose): Failure | null {
  return 'kind' in answer ? answerFailure(answer, purpose) : variableFailure(answer, purpose);
}

async function valueOf(session: Session, answer: AccessAnswer): Promise<string> {
  if (!('kind' in answer)) return answer.value?.reveal() ?? '';
  if (answer.kind !== 'found') return '';
  const [field] = answer.fields;
  if (field === undefined) return '';
  if (field.type === 'SshKey') return (await opensshForm(session, answer.item, field)).reveal();
  return field.value?.reveal() ?? '';
}
