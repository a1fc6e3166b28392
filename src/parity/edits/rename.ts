/** Renames a secret in all its places in one go: the fetch, the extract, the assignment, the deploy file. */
import { unreadDeployFile } from './unread.ts';
import { Lookup, type Placed } from '../lookup.ts';
import type { Assignment, Edit, ExtractCommand, FetchCommand, SecretsReading, Span } from '../model.ts';
import { lastSegment, replaceWord } from './renaming-word.ts';
import { didYouMean } from '../../base/text/did-you-mean.ts';
import type { DestinationReadings, ProjectReadings } from '../rule.ts';
import { secretName } from './secret-list.ts';
import { inWords, placeOfFetched, placeOfReference, readByOp, type VaultPlace } from '../vault/place.ts';
import { list } from '../wording.ts';

/** What is to be done where a secret is renamed or removed. */
export interface ChangePlan {
  readonly edits: readonly Edit[];
  /** What a person does in 1Password, each once. */
  readonly human: readonly string[];
  /** What could not be done by edits, each with what to do. */
  readonly manual: readonly string[];
  /** Why nothing may be done at all; null if it may. */
  readonly refused: string | null;
}

/**
 * Plans the edits. A variable of the environment that a line passes on keeps its name, as it is set elsewhere.
 * @param project all destinations of the project: a name is the same in all of them
 */
export function planRename(project: ProjectReadings, from: string, to: string): ChangePlan {
  const refused = refusal(project, from, to);
  const renaming = new Renaming(from, to);
  if (refused === null) {
    for (const readings of project.destinations) {
      renaming.deployFile(readings);
      for (const secrets of [readings.secrets, ...readings.notLoaded])
        renaming.secretsFiles(secrets, new Lookup(secrets, readings.deploy));
    }
  }
  return {
    edits: [...renaming.edits.values()],
    human: [...renaming.human],
    manual: [...renaming.manual],
    refused,
  };
}

/** The message about a name that is in no file. */
export function notThere(name: string, project: ProjectReadings): string {
  const names = namesOf(project);
  const help = didYouMean(name, names);
  for (const { secrets, notLoaded } of project.destinations)
    for (const { assignments } of [secrets, ...notLoaded])
      for (const { name: variable, commands } of assignments)
        // A variable for the answer of a fetch is no secret.
        if (commands.some(({ kind }) => kind === 'fetch')) names.delete(variable);
  const others =
    names.size === 0
      ? ' There are no secrets yet: `kamal-1password add` adds one.'
      : ` The secrets are: ${list([...names], 20)}.`;
  return `No secrets file assigns ${name}, and no deploy file uses it.${help === '' ? others : help}`;
}

/** Every name that the project assigns or asks for. */
export function namesOf(project: ProjectReadings): Set<string> {
  return new Set(
    project.destinations.flatMap(({ secrets, notLoaded, deploy }) => [
      ...[secrets, ...notLoaded].flatMap(({ assignments }) => assignments.map(({ name }) => name)),
      ...deploy.consumers.map(({ secret }) => secret),
      ...deploy.secretLists.flatMap(({ items }) => items.map(({ text }) => secretName(text))),
    ]),
  );
}

function refusal(project: ProjectReadings, from: string, to: string): string | null {
  if (from === to) return `${from} already has this name.`;
  const names = namesOf(project);
  if (!names.has(from)) return notThere(from, project);
  const unread = unreadDeployFile(project);
  if (unread !== null) return unread;
  if (names.has(to)) return `${to} already exists: two secrets cannot share a name.`;
  const containers = new Set(
    project.destinations.flatMap(({ deploy }) =>
      deploy.consumers.flatMap(({ container }) => container ?? []),
    ),
  );
  return containers.has(to) ? `A container already gets a variable called ${to}.` : null;
}

class Renaming {
  readonly edits = new Map<string, Edit>();
  readonly human = new Set<string>();
  readonly manual = new Set<string>();
  readonly #from: string;
  readonly #to: string;

  constructor(from: string, to: string) {
    this.#from = from;
    this.#to = to;
  }

  deployFile({ deploy, secrets }: DestinationReadings): void {
    const lookup = new Lookup(secrets, deploy);
    const items = deploy.secretLists.flatMap((each) =>
      each.items.map(({ text, span }) => ({ text, span, via: each.via })),
    );
    const spans = [
      ...items.filter(
        ({ text, via }) => (via === 'builder.secrets' ? text : secretName(text)) === this.#from,
      ),
      ...deploy.consumers.filter(({ secret }) => secret === this.#from),
    ];
    for (const { span, via } of spans) this.#replace(lookup, span, via);
    for (const { name, span } of [...deploy.maybe, ...deploy.readByErb.filter(({ of }) => of === 'secrets')])
      if (name === this.#from) this.#replace(lookup, span, 'a template');
  }

  secretsFiles(secrets: SecretsReading, lookup: Lookup): void {
    for (const [index, assignment] of secrets.assignments.entries()) {
      if (assignment.name !== this.#from) continue;
      this.#replace(lookup, assignment.nameSpan, 'an assignment');
      for (const { reference } of lookup.readersOf(index))
        this.#replace(lookup, reference.span, 'a reference');
      this.#source(assignment, lookup);
    }
  }

  /** The name in the vault changes too if it was the same. */
  #source(assignment: Assignment, lookup: Lookup): void {
    for (const command of assignment.commands) {
      if (command.kind === 'extract') this.#extract(command, lookup);
      for (const { value, span } of readByOp(command)) {
        if (lastSegment(value) !== this.#from) continue;
        this.#replace(lookup, span, 'op read');
        this.#inVault(placeOfReference(value));
      }
    }
  }

  #extract(command: ExtractCommand, lookup: Lookup): void {
    if (command.name === null || lastSegment(command.name.value) !== this.#from) return;
    const fetch = lookup.fetchOf(command.source);
    if (fetch === null || command.source === null) return;
    const key = command.key ?? command.name.value;
    for (const { command: other } of sameKey(lookup.extractsFrom(command.source), key))
      if (other.name !== null && lastSegment(other.name.value) === this.#from)
        this.#replace(lookup, other.name.span, 'an extract');
    this.#fetched(fetch, key, lookup);
  }

  #fetched(fetch: FetchCommand, key: string, lookup: Lookup): void {
    const words = fetch.keys.flatMap((each) => {
      const word = each.key === key && each.name !== null ? fetch.names[each.name] : undefined;
      return word !== undefined && lastSegment(word.value) === this.#from ? [word] : [];
    });
    for (const word of words) {
      this.#replace(lookup, word.span, 'a fetch');
      this.#inVault(placeOfFetched(fetch, word.value));
    }
    if (words.length === 0) this.#inVault(placeOfFetched(fetch, this.#from));
  }

  #inVault(place: VaultPlace | null): void {
    const [from, to] = [this.#from, this.#to];
    if (place === null)
      this.human.add(`Rename \`${from}\` to \`${to}\` in the vault that the secrets file reads.`);
    else if (place.field === null)
      this.human.add(`In 1Password, vault “${place.vault}”: rename the item “${place.item}” to “${to}”.`);
    else this.human.add(`${inWords(place)}: rename the field \`${from}\` to \`${to}\`.`);
  }

  #replace(lookup: Lookup, span: Span, what: string): void {
    const edit = replaceWord(lookup.fileText(span.file), span, this.#from, this.#to);
    if (edit !== null) this.edits.set(`${edit.file}:${edit.start}`, edit);
    else
      this.manual.add(
        `${span.file}:${lookup.position(span).line}: replace ${this.#from} with ${this.#to} (${what}, written by a template or a variable).`,
      );
  }
}

/** The extracts that take the same key of the same fetch. */
export function sameKey(
  extracts: readonly Placed<ExtractCommand>[],
  key: string,
): readonly Placed<ExtractCommand>[] {
  return extracts.filter(({ command }) => (command.key ?? command.name?.value) === key);
}
