/** Removes a secret from all its places in one go: the deploy file's lists, the extract, the fetch. */
import { unreadDeployFile } from './unread.ts';
import { gapBefore } from './gap.ts';
import { mergeDeletions } from './fix.ts';
import { aloneOnItsLines, removeLines } from './lines.ts';
import { Lookup, type Placed } from '../lookup.ts';
import type { Edit, FetchCommand, SecretList, SecretsReading, Span } from '../model.ts';
import { fetchesAll, quotedWord } from './placing.ts';
import { type ChangePlan, namesOf, notThere, sameKey } from './rename.ts';
import { lastSegment } from './renaming-word.ts';
import type { DestinationReadings, ProjectReadings } from '../rule.ts';
import { removeFromList } from './remove-from-list.ts';
import { secretName } from './secret-list.ts';
import { inWords, placeOfFetched, placeOfReference, readByOp, type VaultPlace } from '../vault/place.ts';

/**
 * Plans the edits; a line that was only about the secret goes as a whole.
 * @param project all destinations of the project: a name is the same in all of them
 */
export function planRemove(project: ProjectReadings, name: string): ChangePlan {
  const removal = new Removal(name);
  const refused = refusal(project, name);
  if (refused === null) {
    for (const readings of project.destinations) {
      removal.deployFile(readings);
      for (const secrets of [readings.secrets, ...readings.notLoaded])
        removal.secretsFiles(secrets, new Lookup(secrets, readings.deploy));
    }
  }
  return {
    edits: mergeDeletions([...removal.edits.values()]),
    human: [...removal.human],
    manual: [...removal.manual],
    refused,
  };
}

function refusal(project: ProjectReadings, name: string): string | null {
  const names = namesOf(project);
  if (!names.has(name)) return notThere(name, project);
  const unread = unreadDeployFile(project);
  if (unread !== null) return unread;
  for (const { secrets, notLoaded, deploy } of project.destinations) {
    const lookup = new Lookup(secrets, deploy, notLoaded);
    const needed = deploy.consumers.find(({ secret, via }) => secret === name && !LISTS.test(via));
    if (needed !== undefined)
      return `${needed.span.file}:${lookup.position(needed.span).line}: ${needed.via} needs ${name}. Name another secret there first.`;
    const inErb = deploy.readByErb.find((each) => each.of === 'secrets' && each.name === name);
    if (inErb !== undefined)
      return `${inErb.span.file}:${lookup.position(inErb.span).line}: ERB there reads ${name} from the secrets. Change that line first.`;
    for (const reading of [secrets, ...notLoaded]) {
      const reader = readerOf(reading, name);
      if (reader !== null)
        return `${reader.span.file}:${lookup.position(reader.span).line}: ${reader.name} reads $${name}. Change that line first.`;
    }
  }
  return null;
}

/** The places that take any number of secrets; all others need theirs. */
const LISTS = /(?:env(?:\.tags\.[^.]+)?\.secret|builder\.secrets)$/;

/** Another name whose line reads this one. */
function readerOf({ assignments }: SecretsReading, name: string): { name: string; span: Span } | null {
  for (const assignment of assignments) {
    if (assignment.name === name) continue;
    const reference = assignment.references.find(({ to }) => to !== null && assignments[to]?.name === name);
    if (reference !== undefined) return { name: assignment.name, span: reference.span };
  }
  return null;
}

class Removal {
  readonly edits = new Map<string, Edit>();
  readonly human = new Set<string>();
  readonly manual = new Set<string>();
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  deployFile({ deploy, secrets }: DestinationReadings): void {
    const lookup = new Lookup(secrets, deploy);
    const places = deploy.secretLists.flatMap(({ items }) => items.map(({ span }) => placeKey(span)));
    for (const { secret, span, via } of deploy.consumers)
      if (secret === this.#name && !places.includes(placeKey(span)))
        this.manual.add(
          `${span.file}:${lookup.position(span).line}: remove ${secret} from ${via}, which is written by a template.`,
        );
    for (const each of deploy.secretLists) {
      const going = each.items.filter(({ text }) => nameIn(each, text) === this.#name);
      if (going.length === 0) continue;
      const edits = removeFromList(
        each,
        going,
        lookup.lineIndex(each.span.file),
        each.span.file === deploy.files[0]?.path,
      );
      if (edits === null)
        this.manual.add(
          `${each.span.file}:${lookup.position(each.span).line}: remove ${this.#name} from ${each.via}.`,
        );
      else this.#add(edits);
    }
    for (const { name, span } of deploy.maybe)
      if (name === this.#name)
        this.manual.add(`${span.file}:${lookup.position(span).line}: a template mentions ${name}.`);
  }

  secretsFiles(secrets: SecretsReading, lookup: Lookup): void {
    const going = new Set(
      secrets.assignments.flatMap((assignment, index) => (assignment.name === this.#name ? [index] : [])),
    );
    for (const index of going) this.#assignment(index, lookup);
    for (const fetch of lookup.fetches) {
      if (going.has(fetch.index)) continue;
      if (fetch.command.names.length === 0 || fetchesAll(fetch.command)) {
        // It names nothing, so it stays for its other readers.
        const readers = lookup.readersOf(fetch.index).map(({ index }) => index);
        if (readers.length > 0 && readers.every((index) => going.has(index)))
          this.#wholeFetch(fetch, going, lookup);
        continue;
      }
      const words = this.#wordsOnlyFor(fetch, going, lookup);
      if (words.length === 0) continue;
      for (const { value } of words) this.#inVault(placeOfFetched(fetch.command, value));
      if (words.length === fetch.command.names.length) this.#wholeFetch(fetch, going, lookup);
      else for (const { value, span } of words) this.#add([removeWord(lookup, value, span)]);
    }
  }

  #assignment(index: number, lookup: Lookup): void {
    const assignment = lookup.assignment(index);
    if (assignment === null) return;
    for (const command of assignment.commands) {
      for (const { value } of readByOp(command)) this.#inVault(placeOfReference(value));
      const fetch = command.kind === 'extract' ? lookup.fetchOf(command.source) : null;
      if (fetch === null || command.kind !== 'extract' || command.name === null) continue;
      if (fetch.names.length === 0) this.#inVault(placeOfFetched(fetch, lastSegment(command.name.value)));
      else if (fetchesAll(fetch)) this.#inVault(null);
    }
    this.#removeLine(assignment.span, assignment.comment, lookup);
  }

  /** The words of a fetch whose keys no one but the secret takes. */
  #wordsOnlyFor(fetch: Placed<FetchCommand>, going: ReadonlySet<number>, lookup: Lookup) {
    const extracts = lookup.extractsFrom(fetch.index);
    return fetch.command.names.filter((word, index) => {
      const keys = fetch.command.keys.flatMap(({ key, name }) => (name === index ? [key] : []));
      const takers = keys.flatMap((key) => sameKey(extracts, key));
      if (takers.length === 0)
        return going.size > 0 && lastSegment(word.value) === this.#name && keys.length > 0;
      return takers.every((taker) => going.has(taker.index));
    });
  }

  /** A fetch without names would fetch the whole item: where nothing reads it any more, it goes too. */
  #wholeFetch(fetch: Placed<FetchCommand>, going: ReadonlySet<number>, lookup: Lookup): void {
    const readers = lookup.readersOf(fetch.index).filter(({ index }) => !going.has(index));
    if (readers.length === 0 && fetch.assignment.commands.length === 1)
      this.#removeLine(fetch.assignment.span, fetch.assignment.comment, lookup);
    else
      this.manual.add(
        `${fetch.command.span.file}:${lookup.position(fetch.command.span).line}: remove ${this.#name} from this fetch.`,
      );
  }

  #removeLine(span: Span, comment: Span | null, lookup: Lookup): void {
    const lines = lookup.lineIndex(span.file);
    const whole = comment === null ? span : { ...span, end: Math.max(span.end, comment.end) };
    if (aloneOnItsLines(lines, whole)) this.#add([removeLines(lines, whole)]);
    else this.manual.add(`${span.file}:${lookup.position(span).line}: remove ${this.#name} from this line.`);
  }

  #inVault(place: VaultPlace | null): void {
    if (place === null)
      this.human.add(
        `Delete \`${this.#name}\` from the vault that the secrets file read, if nothing else uses it.`,
      );
    else if (place.field === null)
      this.human.add(
        `In 1Password, vault “${place.vault}”: delete the item “${place.item}”, if nothing else uses it.`,
      );
    else this.human.add(`${inWords(place)}: delete the field \`${place.field}\`, if nothing else uses it.`);
  }

  #add(edits: readonly Edit[]): void {
    for (const edit of edits) this.edits.set(`${edit.file}:${edit.start}:${edit.end}`, edit);
  }
}

function nameIn({ via }: SecretList, text: string): string {
  return via === 'builder.secrets' ? text : secretName(text);
}

/** Takes a word out of a command together with the white space (or the continued line) before it. */
function removeWord(lookup: Lookup, value: string, span: Span): Edit {
  const { start, end } = quotedWord(lookup, value, span);
  const before = lookup.fileText(span.file).slice(0, start);
  return { file: span.file, start: gapBefore(before, start, 0, true), end, text: '' };
}

function placeKey({ file, start, end }: Span): string {
  return `${file}:${start}:${end}`;
}
