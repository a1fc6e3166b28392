import type { KamalRelease } from '../base/kamal-facts/release.ts';
import { canBeExtracted, inContainer, throughKamal, type Route } from './value-transport.ts';
import type { AnsweredQuestion } from './read-vault.ts';
import { kamalKey, type FieldFacts } from '../onepassword/vault/item.ts';
import type {
  Assignment,
  Command,
  ExtractCommand,
  Reference,
  SecretsReading,
  Span,
} from '../parity/model.ts';
import { placeKey } from '../report/parts/parity-table.ts';

/** A value as far as it is known without running anything; null: it comes from elsewhere, or only a run can build it. */
type KnownText = string | null;

/**
 * The values of the secrets files with what 1Password holds now: literal text, `$NAME`, `kamal secrets extract` and `op
 * read`, also one after the other in one value. Nothing is run, and the values stay in this process.
 */
export class SecretValues {
  readonly #secrets: SecretsReading;
  readonly #answers: ReadonlyMap<string, AnsweredQuestion>;
  readonly #environment: Readonly<Record<string, string>> | null;
  readonly #variables: Readonly<Record<string, string>>;
  readonly #facts: KamalRelease['facts'];
  readonly #texts: ReadonlyMap<string, string>;
  readonly #held = new Map<number, KnownText>();

  /**
   * @param environment what Kamal is run in; null if that is not known here
   * @param variables those of a 1Password Environment, which it gets in any case
   */
  constructor(
    secrets: SecretsReading,
    answers: readonly AnsweredQuestion[],
    environment: Readonly<Record<string, string>> | null,
    {
      facts,
      variables,
    }: { readonly facts: KamalRelease['facts']; readonly variables: Readonly<Record<string, string>> },
  ) {
    this.#variables = variables;
    this.#facts = facts;
    this.#secrets = secrets;
    this.#answers = new Map(answers.map((each) => [placeKey(each.question.span), each]));
    this.#environment = environment;
    this.#texts = new Map(
      secrets.files.flatMap(({ path, source }) => (source === null ? [] : [[path, source.text]])),
    );
  }

  /** What the container's variable would be. */
  inContainer(secret: string, container: string): KnownText {
    const held = this.#heldBy(this.#secrets.assignments.findLastIndex(({ name }) => name === secret));
    return held === null ? null : inContainer(held, container, this.#facts);
  }

  /** What Kamal holds for an assignment. */
  #heldBy(index: number): KnownText {
    const known = this.#held.get(index);
    if (known !== undefined) return known;
    const assignment = this.#secrets.assignments[index];
    const held = assignment === undefined ? null : this.#evaluate(assignment);
    this.#held.set(index, held);
    return held;
  }

  #evaluate(assignment: Assignment): KnownText {
    // Before Kamal 2.4.0 what the environment has already counts for more than the line (dotenv's `existing?`).
    if (!this.#facts.overridesEnvironment) {
      if (this.#environment === null || SET_BY_US.test(assignment.name)) return null;
      const own = this.#environment[assignment.name];
      if (own !== undefined) return own;
    }
    const { valueSpan, quote, commands, references, unclosed } = assignment;
    if (unclosed !== null) return null;
    const border = quote === 'none' ? 0 : 1;
    const inner: Span = { ...valueSpan, start: valueSpan.start + border, end: valueSpan.end - border };
    const text = this.#textAt(inner);
    if (text === null || text.includes('\\')) return null;
    if (quote === 'single') return text;
    return this.#putTogether(inner, commands, references);
  }

  /** A value's text, with what its commands print and its variables hold. */
  #putTogether(inner: Span, commands: readonly Command[], references: readonly Reference[]): KnownText {
    const within = (span: Span): boolean =>
      commands.some((command) => span.start >= command.span.start && span.end <= command.span.end);
    const parts: (Command | Reference)[] = [...commands, ...references.filter(({ span }) => !within(span))];
    let told = '';
    let at = inner.start;
    for (const part of parts.toSorted((a, b) => a.span.start - b.span.start)) {
      const value = 'kind' in part ? this.#printedBy(part) : this.#referredTo(part);
      const before = this.#textAt({ ...inner, start: at, end: part.span.start });
      // What follows a variable's name directly could have become part of it.
      if (value === null || before === null || before.includes('$')) return null;
      told += before + value;
      at = part.span.end;
    }
    const rest = this.#textAt({ ...inner, start: at });
    return rest === null || rest.includes('$') ? null : told + rest;
  }

  #referredTo({ name, to }: Reference): KnownText {
    return to === null ? this.#variable(name) : this.#heldBy(to);
  }

  /** What a command prints, with the variables in it replaced, as dotenv does. */
  #printedBy(command: Command): KnownText {
    const value = command.kind === 'extract' ? this.#extracted(command) : this.#read(command);
    if (value === null) return null;
    const route: Route = command.kind === 'extract' ? 'fetched-and-extracted' : 'printed-by-a-command';
    const { outcome, held } = throughKamal(value, route, {
      look: (name) => this.#nearest(name, command.span),
      facts: this.#facts,
    });
    return outcome === 'known' ? held : null;
  }

  /** `$NAME` in a value: an earlier line of the same file, else the environment. */
  #nearest(name: string, { file, start }: Span): string | undefined {
    const index = this.#secrets.assignments.findLastIndex(
      (each) => each.name === name && each.span.file === file && each.span.end <= start,
    );
    return (index < 0 ? this.#variable(name) : this.#heldBy(index)) ?? undefined;
  }

  #variable(name: string): KnownText {
    if (Object.hasOwn(this.#variables, name)) {
      const value = this.#variables[name] ?? null;
      // Such a dotenv would run it.
      const runs = this.#facts.putsInFirst === 'variables' && value?.includes('$(') === true;
      return runs ? null : value;
    }
    // `$5` in a password reads as a variable too, but no shell can set one of that name.
    if (/^\d/.test(name)) return this.#environment?.[name] ?? '';
    return this.#environment === null || SET_BY_US.test(name) ? null : (this.#environment[name] ?? '');
  }

  #extracted({ name, source }: ExtractCommand): KnownText {
    if (name === null || source === null) return null;
    const fetches = (this.#secrets.assignments[source]?.commands ?? []).filter(
      ({ kind }) => kind === 'fetch',
    );
    const [fetch, ...others] = fetches;
    if (fetch?.kind !== 'fetch' || others.length > 0) return null;
    const places = fetch.names.length === 0 ? [fetch.span] : fetch.names.map(({ span }) => span);
    const fields = places.flatMap((span) => this.#fieldsAt(span));
    // The command contains all that was fetched, in an order that only a run knows.
    if (!fields.every(({ value }) => canBeExtracted(value?.reveal() ?? '', this.#facts))) return null;
    // Kamal 2.12.0, lib/kamal/cli/secrets.rb, `extract`: the key, else the first that ends with it.
    const found =
      fields.findLast((field) => kamalKey(field) === name.value) ??
      fields.find((field) => kamalKey(field).endsWith(`/${name.value}`));
    return found?.value?.reveal() || null;
  }

  /** `op read op://…` and nothing else but its options. */
  #read(command: Command): KnownText {
    if (command.kind !== 'shell') return null;
    const [program, verb, ...words] = command.words.map(({ value }) => value);
    if (program !== 'op' || verb !== 'read') return null;
    if (words.some((word) => !word.startsWith('op://') && !/^(?:-n|--no-newline)$/.test(word))) return null;
    const spans = command.words.map(({ span }) => span).filter((span) => this.#answers.has(placeKey(span)));
    const [field, ...others] = spans.flatMap((span) => this.#fieldsAt(span));
    if (field === undefined || others.length > 0 || field.type === 'SshKey') return null;
    return field.value?.reveal() ?? null;
  }

  #fieldsAt(span: Span): readonly FieldFacts[] {
    const answer = this.#answers.get(placeKey(span))?.answer;
    return answer?.kind === 'found' ? answer.fields : [];
  }

  #textAt({ file, start, end }: Span): KnownText {
    const text = this.#texts.get(file)?.slice(start, end);
    return text === undefined || text.includes('\r') ? null : text;
  }
}

/** What Kamal's environment has from us, not from the job. */
const SET_BY_US =
  /^(?:PATH|TMPDIR|DOCKER_CONFIG|SSH_AUTH_SOCK|OP_SERVICE_ACCOUNT_TOKEN|RUBYOPT|RUBYLIB|GIT_CONFIG_.*|KAMAL_1PASSWORD_.*)$/;
