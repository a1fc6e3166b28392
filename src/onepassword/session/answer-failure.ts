import { Failure } from '../../base/failure.ts';
import type { VariableAnswer } from '../vault/variable.ts';
import type { FieldAnswer } from '../vault/vault.ts';

/** What was searched for, in the words of the sentence. */
export interface Purpose {
  /** E.g. `the private SSH key`. */
  readonly what: string;
  /** The input of the action that names another place, e.g. `ssh-key`. */
  readonly input: string;
  /** Begins every code, e.g. `ssh-key`: `ssh-key-field-missing`, `ssh-key-item-missing`, … */
  readonly code: string;
}

/** The failure for an answer that is not one filled field, with what is there instead; null if it is one. */
export function answerFailure(answer: FieldAnswer, purpose: Purpose): Failure | null {
  switch (answer.kind) {
    case 'vault-missing':
    case 'vault-ambiguous':
    case 'vault-not-readable':
      return vaultFailure(answer, purpose);
    case 'item-missing':
    case 'item-ambiguous':
    case 'item-not-readable':
      return itemFailure(answer, purpose);
    case 'found':
    case 'empty':
    case 'section-missing':
    case 'field-missing':
      return fieldFailure(answer, purpose);
  }
}

type AnswerOf<Kind extends FieldAnswer['kind']> = Extract<FieldAnswer, { kind: Kind }>;

/** The step for an agent: the input names another place. */
function elsewhereStep({ wanted: { vault, item, path } }: FieldAnswer, { what, input }: Purpose): string {
  return `Set the input \`${input}\` to where ${what} is, such as \`op://${vault}/${item}/${(path ?? []).join('/')}\`.`;
}

/** The step for a human: the field is filled. */
function putStep({ wanted: { vault, item, path } }: FieldAnswer, { what }: Purpose): string {
  return `In 1Password, put ${what} into the field \`${(path ?? []).join('/')}\` of the item \`${item}\` in the vault \`${vault}\`.`;
}

function vaultFailure(
  answer: AnswerOf<'vault-missing' | 'vault-ambiguous' | 'vault-not-readable'>,
  purpose: Purpose,
): Failure {
  const { vault } = answer.wanted;
  const { what, input, code } = purpose;
  switch (answer.kind) {
    case 'vault-missing':
      return new Failure(
        `${code}-vault-missing`,
        `This sign-in sees no vault \`${vault}\`, where ${what} is looked for; it sees ${list(answer.vaults, 'no vault at all')}.`,
        {
          human: [
            `In 1Password, create a service account that can read the vault \`${vault}\` and store its token as OP_SERVICE_ACCOUNT_TOKEN: access is given when the account is created and cannot be added later. Through Connect, give the server and its token access to the vault.`,
          ],
          agent: [elsewhereStep(answer, purpose)],
        },
      );
    case 'vault-ambiguous':
      return new Failure(
        `${code}-vault-ambiguous`,
        `There are ${answer.ids.length} vaults named \`${vault}\`, so ${what} cannot be found by name.`,
        { agent: [`Name the vault by its id (${list(answer.ids)}) in \`${input}\`.`] },
      );
    case 'vault-not-readable':
      return new Failure(
        `${code}-vault-not-readable`,
        `This sign-in sees the vault \`${vault}\` but cannot read its items, ${what} among them.`,
        {
          human: [
            `In 1Password, give the service account, or the Connect token, the permission to read items of \`${vault}\`.`,
          ],
        },
      );
  }
}

function itemFailure(
  answer: AnswerOf<'item-missing' | 'item-ambiguous' | 'item-not-readable'>,
  purpose: Purpose,
): Failure {
  const { vault, item } = answer.wanted;
  const { what, input, code } = purpose;
  switch (answer.kind) {
    case 'item-missing':
      return new Failure(
        `${code}-item-missing`,
        `The vault \`${vault}\` has no item \`${item}\`, where ${what} is looked for${
          answer.isArchived
            ? '; one of that name is in the archive'
            : `; it has ${list(answer.items, 'no item at all')}`
        }.`,
        {
          human: [
            answer.isArchived
              ? `In 1Password, restore the item \`${item}\` from the archive.`
              : putStep(answer, purpose),
          ],
          agent: [elsewhereStep(answer, purpose)],
        },
      );
    case 'item-ambiguous':
      return new Failure(
        `${code}-item-ambiguous`,
        `The vault \`${vault}\` has ${answer.ids.length} items named \`${item}\`, so ${what} cannot be found by name.`,
        {
          human: [`In 1Password, rename or archive all but one of the items named \`${item}\`.`],
          agent: [`Or name the item by its id (${list(answer.ids)}) in \`${input}\`.`],
        },
      );
    case 'item-not-readable':
      return new Failure(
        `${code}-item-not-readable`,
        `The item \`${item}\` of the vault \`${vault}\`, where ${what} is looked for, was listed but could not be read.`,
        { human: ['Run it again; if it still fails, open the item in 1Password and save it again.'] },
      );
  }
}

function fieldFailure(
  answer: AnswerOf<'found' | 'empty' | 'section-missing' | 'field-missing'>,
  purpose: Purpose,
): Failure | null {
  const { vault, item, path } = answer.wanted;
  const field = (path ?? []).join('/');
  const { what, code } = purpose;
  const put = putStep(answer, purpose);
  switch (answer.kind) {
    case 'found':
      return null;
    case 'empty':
      return new Failure(
        `${code}-empty`,
        `The field \`${field}\` of the item \`${item}\` in the vault \`${vault}\`, where ${what} is looked for, is empty.`,
        { human: [put] },
      );
    case 'section-missing':
      return new Failure(
        `${code}-field-missing`,
        `The item \`${item}\` in the vault \`${vault}\` has no section \`${path?.[0] ?? ''}\`, where ${what} is looked for; it has ${list(answer.sections, 'no section')}.`,
        { human: [put], agent: [elsewhereStep(answer, purpose)] },
      );
    case 'field-missing':
      return fieldMissing(answer, purpose, put);
  }
}

/** The same for a variable of an Environment. */
export function variableFailure(
  { wanted: { variable, environment }, value, names }: VariableAnswer,
  { what, input, code }: Purpose,
): Failure | null {
  if (value !== null && !value.isEmpty) return null;
  const put = `On 1Password.com, Developer → Environments, Environment “${environment}”: put ${what} into a variable named exactly \`${variable}\`.`;
  if (value !== null)
    return new Failure(
      `${code}-empty`,
      `The variable \`${variable}\` of the Environment “${environment}”, where ${what} is looked for, is empty.`,
      { human: [put] },
    );
  return new Failure(
    `${code}-variable-missing`,
    `The Environment “${environment}” has no variable \`${variable}\`, where ${what} is looked for; it has ${list(names, 'none')}.`,
    {
      human: [put],
      agent: [
        `Or set the input \`${input}\` to the variable that holds ${what}, or to a reference such as \`op://MyApp/Server/${variable}\`.`,
      ],
    },
  );
}

function fieldMissing(
  answer: Extract<FieldAnswer, { kind: 'field-missing' }>,
  { what, input, code }: Purpose,
  put: string,
): Failure {
  const { vault, item, path } = answer.wanted;
  const field = (path ?? []).join('/');
  const likely = answer.fields.filter(({ title, type }) => type === 'SshKey' || resembles(title, field));
  const there = answer.fields.filter(({ isBuiltIn }) => !isBuiltIn).map(({ title }) => title);
  const [near] = likely;
  return new Failure(
    `${code}-field-missing`,
    `The item \`${item}\` in the vault \`${vault}\` has no field \`${field}\`, where ${what} is looked for; it has ${list(
      near === undefined ? there : likely.map(({ title }) => title),
      'no field of its own',
    )}.`,
    {
      human: [near === undefined ? put : `In 1Password, rename the field \`${near.title}\` to \`${field}\`.`],
      agent: [
        near === undefined
          ? `Or set the input \`${input}\` to where ${what} is.`
          : `Or set the input \`${input}\` to \`${near.reference}\`.`,
      ],
    },
  );
}

/** Whether two names share all words of the shorter one, case and separators aside: SSH_KEY and ssh-private-key. */
function resembles(one: string, other: string): boolean {
  const [few = [], many = []] = [words(one), words(other)].toSorted((a, b) => a.length - b.length);
  return few.length > 0 && few.every((word) => many.includes(word));
}

function words(name: string): string[] {
  return name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
}

/** At most five names, quoted. */
function list(names: readonly string[], none = 'none'): string {
  if (names.length === 0) return none;
  const shown = names
    .slice(0, 5)
    .map((name) => `\`${name}\``)
    .join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
