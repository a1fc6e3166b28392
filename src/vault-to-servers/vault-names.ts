/** From what 1Password answered to what the check may know of it: names, and never a value. */
import { kamalKey, type FieldFacts, type ItemFacts } from '../onepassword/vault/item.ts';
import type { FieldAnswer } from '../onepassword/vault/vault.ts';
import type { EnvironmentVariable } from '../onepassword/vault/environment.ts';
import type { Span } from '../parity/model.ts';
import type {
  AskedField,
  EnvironmentReading,
  ValueChange,
  VaultAnswer,
  VaultField,
  VaultItem,
  VaultReading,
  VaultReply,
} from '../parity/vault/reading.ts';
import { SERVER_ITEM, type EnvironmentQuestion, type Question } from './questions.ts';
import type { TakenBy } from './value-changes.ts';

/** What one destination asked, and what came back. */
export interface Answered {
  readonly visible: readonly string[];
  readonly answers: readonly { readonly question: Question; readonly answer: FieldAnswer }[];
  readonly environments: readonly AnsweredEnvironment[];
  /** The Environment whose variables Kamal gets, or null if none is named. */
  readonly source: SourceEnvironment | null;
}

/** The Environment of a destination, as it was read. */
export interface SourceEnvironment {
  readonly id: string;
  /** Null if it is not there, or not readable. */
  readonly variables: readonly EnvironmentVariable[] | null;
  readonly setByJob: ReadonlySet<string> | null;
  /** Names that no destination with this Environment takes. */
  readonly unused: ReadonlySet<string>;
}

/** `variables` is null if the Environment is not there, or not readable. */
export interface AnsweredEnvironment {
  readonly question: EnvironmentQuestion;
  readonly variables: readonly EnvironmentVariable[] | null;
}

/** What becomes of a value on its way, without any of it. */
export type ChangesOf = (value: string, by: TakenBy) => readonly ValueChange[];

/** Makes the names of one run; an item that several destinations read becomes one object. */
export class VaultNames {
  readonly #changesOf: ChangesOf;
  readonly #items = new Map<ItemFacts, VaultItem>();
  readonly #fields = {
    fetch: new Map<FieldFacts, VaultField>(),
    'op read': new Map<FieldFacts, VaultField>(),
  };
  readonly #environments = new Map<string, VaultItem>();

  constructor(changesOf: ChangesOf) {
    this.#changesOf = changesOf;
  }

  /** @param unasked what {@link unasked} says of all destinations together */
  reading(
    { visible, answers, environments, source }: Answered,
    unasked: VaultReading['unasked'],
  ): VaultReading {
    return {
      environment: source === null ? null : this.#source(source),
      visible,
      answers: [
        ...answers.map(({ question, answer }) => this.#answer(question.span, answer)),
        ...environments.map((each) => this.#environment(each)),
      ],
      unasked,
    };
  }

  /**
   * Fields that nothing uses, of all items that were read: what 1Password adds on its own, empty fields, items that are
   * read as a whole and what is for SSH count as used.
   */
  unasked(answers: readonly FieldAnswer[]): VaultReading['unasked'] {
    const asked = new Set<FieldFacts>();
    const items = new Set<ItemFacts>();
    for (const answer of answers) {
      if (answer.kind !== 'found' && answer.kind !== 'empty') continue;
      items.add(answer.item);
      for (const field of answer.fields) asked.add(field);
    }
    return [...items].flatMap((item) =>
      item.fields
        .filter((field) => !asked.has(field) && !field.isBuiltIn && !field.isEmpty && !isForSsh(item, field))
        .map((field) => ({ item: this.#item(item), field: this.#field(field) })),
    );
  }

  #answer(span: Span, answer: FieldAnswer): VaultAnswer {
    const { vault, item, path, by } = answer.wanted;
    const asked = {
      by: by === 'fetch' ? 'fetch' : 'op read',
      vault,
      item,
      field: path?.join('/') ?? null,
    } as const;
    return { asked, span, reply: this.#reply(answer) };
  }

  #reply(answer: FieldAnswer): VaultReply {
    switch (answer.kind) {
      case 'found':
      case 'empty':
        return {
          kind: 'found',
          item: this.#item(answer.item),
          fields: answer.fields.map((field) =>
            this.#field(field, answer.wanted.by === 'fetch' ? 'fetch' : 'op read'),
          ),
        };
      case 'section-missing':
      case 'field-missing': {
        const named = (answer.wanted.path ?? []).length > 1;
        const there = named ? 'there' : null;
        const section = answer.kind === 'section-missing' ? 'missing' : there;
        return { kind: 'field-missing', item: this.#item(answer.item), section };
      }
      case 'vault-missing':
        return { kind: 'vault-missing' };
      case 'vault-ambiguous':
        return { kind: 'vault-ambiguous', ids: answer.ids.toSorted() };
      case 'vault-not-readable':
        return { kind: 'vault-not-readable' };
      case 'item-missing':
        return { kind: 'item-missing', items: answer.items.toSorted(), isArchived: answer.isArchived };
      case 'item-ambiguous':
        return { kind: 'item-ambiguous', ids: answer.ids.toSorted() };
      case 'item-not-readable':
        return { kind: 'item-not-readable' };
    }
  }

  #item(facts: ItemFacts): VaultItem {
    let item = this.#items.get(facts);
    if (item === undefined) {
      item = {
        kind: 'item',
        vault: facts.vault.title,
        title: facts.title,
        id: facts.id,
        updatedAt: facts.updatedAt.toISOString(),
        fields: facts.fields.map((field) => this.#field(field)),
      };
      this.#items.set(facts, item);
    }
    return item;
  }

  #field(facts: FieldFacts, by: AskedField['by'] = 'fetch'): VaultField {
    let field = this.#fields[by].get(facts);
    if (field === undefined) {
      field = {
        name: facts.title,
        section: facts.section === null || facts.section.title === '' ? null : facts.section.title,
        key: kamalKey(facts),
        isEmpty: facts.isEmpty,
        isBuiltIn: facts.isBuiltIn,
        changes: facts.value === null || facts.isEmpty ? [] : this.#changesOf(facts.value.reveal(), by),
      };
      this.#fields[by].set(facts, field);
    }
    return field;
  }

  #source({ id, variables, setByJob, unused }: SourceEnvironment): EnvironmentReading {
    const item = variables === null ? null : this.#environmentItem(id, variables);
    return { id, item, setByJob, unused: item?.fields.filter(({ name }) => unused.has(name)) ?? [] };
  }

  #environmentItem(id: string, variables: readonly EnvironmentVariable[]): VaultItem {
    let item = this.#environments.get(id);
    if (item === undefined) {
      const fields = variables.map(({ name, isEmpty, value }): VaultField => ({
        name,
        section: null,
        key: name,
        isEmpty,
        isBuiltIn: false,
        changes: value === null || isEmpty ? [] : this.#changesOf(value.reveal(), 'environment'),
      }));
      item = { kind: 'environment', vault: '', title: id, id, updatedAt: null, fields };
      this.#environments.set(id, item);
    }
    return item;
  }

  #environment({ question: { id, span }, variables }: AnsweredEnvironment): VaultAnswer {
    const asked = { by: 'op environment read', id } as const;
    if (variables === null) return { asked, span, reply: { kind: 'environment-missing' } };
    const item = this.#environmentItem(id, variables);
    return { asked, span, reply: { kind: 'found', item, fields: item.fields } };
  }
}

/** The key and the host keys of the servers are for the action, not for the containers. */
function isForSsh(item: ItemFacts, field: FieldFacts): boolean {
  return field.type === 'SshKey' || item.title === SERVER_ITEM;
}
