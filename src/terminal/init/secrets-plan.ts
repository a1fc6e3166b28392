/**
 * What `.kamal/secrets` needs so that every secret that the deploy file asks for comes from 1Password: names that no one
 * assigns are added; those that would be blank on a runner (the environment, a file that git omits) move over.
 */
import { isAssignable } from '../../parity/edits/assigning.ts';
import { appendLine, insertLineAfter, lineEnd, removeLines } from '../../parity/edits/lines.ts';
import { Lookup, type Placed } from '../../parity/lookup.ts';
import type { Assignment, Edit, FetchCommand } from '../../parity/model.ts';
import { addExtract, addToFetch } from '../../parity/edits/placing.ts';
import type { DestinationReadings, ProjectReadings } from '../../parity/rule.ts';
import { placeOfFetched, placeOfReference, type VaultPlace } from '../../parity/vault/place.ts';

/** Where secrets go that nothing says more of. */
export interface VaultDefaults {
  readonly account: string;
  readonly vault: string;
  /** The item of a destination. */
  readonly item: (destination: string | null) => string;
}

export interface SecretsPlanOptions extends VaultDefaults {
  /** References by name, as a workflow had them. */
  readonly references: ReadonlyMap<string, string>;
  /** Whether a variable of the environment reaches the steps that deploy a destination, or may: then it stays. */
  readonly isPassed: (name: string, destination: string | null) => boolean;
  /** The names that may be changed; null for all. */
  readonly only: ReadonlySet<string> | null;
  /** Whether secrets come from a 1Password Environment: `NAME=$NAME`, without a fetch. */
  readonly fromEnvironment: boolean;
  /** Whether a runner has a file of the project, or may: it is committed, or a step makes it. */
  readonly isThere: (file: string) => boolean;
}

export interface SecretsPlan {
  readonly edits: readonly Edit[];
  /** Files that are new, with their text. */
  readonly created: ReadonlyMap<string, string>;
  /** Names that went over to 1Password, or were added. */
  readonly moved: readonly string[];
}

export function planSecrets(project: ProjectReadings, options: SecretsPlanOptions): SecretsPlan {
  const planner = new SecretsPlanner(options);
  for (const readings of project.destinations) planner.destination(readings);
  return planner.plan();
}

/** One secret that is to be fetched: under which name, from where, and the line that has it now. */
interface Fetched {
  readonly name: string;
  readonly place: VaultPlace;
  readonly field: string;
  readonly now: Assignment | null;
}

class SecretsPlanner {
  readonly #edits = new Map<string, Edit>();
  readonly #created = new Map<string, string>();
  readonly #moved = new Set<string>();
  /** Names that were settled already, by file: destinations share files. */
  readonly #settled = new Set<string>();
  readonly #options: SecretsPlanOptions;

  constructor(options: SecretsPlanOptions) {
    this.#options = options;
  }

  plan(): SecretsPlan {
    return { edits: [...this.#edits.values()], created: this.#created, moved: [...this.#moved] };
  }

  destination(readings: DestinationReadings): void {
    const { secrets, deploy, destination } = readings;
    const lookup = new Lookup(secrets, deploy);
    const wanted = lookup
      .wanted()
      .filter(isAssignable)
      .flatMap((name) => this.#toFetch(name, lookup, readings) ?? []);
    if (wanted.length === 0) return;
    const file = lookup.loadedFiles().at(-1) ?? lookup.triedFiles().at(-1);
    if (file === undefined) return;
    for (const { name } of wanted) this.#moved.add(name);
    if (this.#options.fromEnvironment) {
      this.#fromEnvironment(file, wanted, lookup, destination);
      return;
    }
    if (lookup.loadedFiles().length === 0) {
      if (!this.#created.has(file))
        this.#created.set(file, newFile(wanted, this.#options.account, destination));
      return;
    }
    for (const own of byFile(wanted, file)) this.#intoFile(own.file, own.wanted, lookup);
  }

  /** Null if the secret comes from somewhere that a runner can read. */
  #toFetch(name: string, lookup: Lookup, { destination }: DestinationReadings): Fetched | null {
    if (this.#options.only !== null && !this.#options.only.has(name)) return null;
    const now = lookup.effective(name);
    if (now !== null && !this.#isBlankOnRunner(now, destination)) return null;
    const variable = now?.references[0]?.name ?? name;
    const reference = this.#options.references.get(variable) ?? this.#options.references.get(name);
    const known = reference === undefined ? null : placeOfReference(reference);
    const place = known ?? this.#usualPlace(lookup, destination);
    return { name, place, field: known?.field ?? name, now };
  }

  /** `NAME=$NAME` that no workflow fills, and `NAME=$(cat FILE)` of a file that a runner does not have. */
  #isBlankOnRunner(assignment: Assignment, destination: string | null): boolean {
    const { references, commands, value } = assignment;
    const [command, ...more] = commands;
    if (command === undefined) {
      const outside = references.filter(({ to }) => to === null);
      if (references.length === 0) return value === 'empty';
      return (
        outside.length === references.length &&
        outside.every(
          ({ name }) => this.#options.references.has(name) || !this.#options.isPassed(name, destination),
        )
      );
    }
    if (more.length > 0 || command.kind !== 'shell') return false;
    const file = /^cat\s+["']?([\w./-]+)["']?(?:\s+2>\s*\/dev\/null)?\s*(?:\|\|\s*true)?$/.exec(
      command.text.trim(),
    )?.[1];
    return file !== undefined && !this.#options.isThere(file);
  }

  /** Where the neighbours come from; else the default vault. */
  #usualPlace(lookup: Lookup, destination: string | null): VaultPlace {
    const places = lookup.fetches
      .toReversed()
      .flatMap(({ command }) => placeOfFetched(command, command.names[0]?.value ?? 'x') ?? []);
    const [neighbour] = places;
    if (neighbour !== undefined) return { ...neighbour, field: null };
    return { vault: this.#options.vault, item: this.#options.item(destination), field: null };
  }

  #intoFile(file: string, wanted: readonly Fetched[], lookup: Lookup): void {
    const open = wanted.filter(({ name }) => !this.#settled.has(`${file}:${name}`));
    for (const { name } of open) this.#settled.add(`${file}:${name}`);
    for (const group of byItem(open)) {
      const fetch = fetchOf(group[0]?.place ?? null, file, lookup);
      if (fetch === null) this.#newFetch(file, group, lookup);
      else this.#joinFetch(fetch, group, lookup);
    }
  }

  /** `NAME=$NAME`: below the others, or instead of a command that prints nothing on a runner. */
  #fromEnvironment(
    file: string,
    wanted: readonly Fetched[],
    lookup: Lookup,
    destination: string | null,
  ): void {
    const line = ({ name }: Fetched): string => `${name}=$${name}`;
    if (lookup.loadedFiles().length === 0) {
      const lines = wanted.map((each) => `${line(each)}\n`).join('');
      if (!this.#created.has(file)) this.#created.set(file, `${environmentHeader(destination)}\n${lines}`);
      return;
    }
    for (const own of byFile(wanted, file)) {
      const open = own.wanted.filter(({ name }) => !this.#settled.has(`${own.file}:${name}`));
      for (const { name } of open) this.#settled.add(`${own.file}:${name}`);
      const isReplaced = ({ now }: Fetched): boolean => now !== null && now.commands.length > 0;
      for (const { name, now } of open.filter(isReplaced))
        if (now !== null) this.#replaceValue(now, `$${name}`);
      const added = open.filter(({ now }) => now === null).map(line);
      const lines = lookup.lineIndex(own.file);
      if (added.length > 0) this.#add(appendLine(lines, own.file, added.join(lineEnd(lines))), 'variables');
    }
  }

  #joinFetch(fetch: Placed<FetchCommand>, group: readonly Fetched[], lookup: Lookup): void {
    for (const { name, field, now } of group) {
      const isFetched = lookup.fetchedAs(field)?.fetch.index === fetch.index;
      const joined = isFetched ? null : addToFetch(lookup, fetch.command, field);
      // Each goes behind the last name: in the order in which they are passed.
      if (joined !== null) this.#add(joined, field);
      const extract = addExtract(lookup, fetch, name, field);
      const isBelow =
        now !== null && now.span.file === extract.file && now.span.start > fetch.assignment.span.end;
      if (isBelow) {
        this.#replaceValue(now, extractCommand(field, variableOf(fetch)));
        continue;
      }
      // A line above the fetch cannot read it: it goes, and a new one comes below.
      if (now !== null) this.#add(removeLines(lookup.lineIndex(now.span.file), now.span), `${name} above`);
      this.#add(extract, name);
    }
  }

  /** Its own fetch, above the first line that reads it; the new lines below. */
  #newFetch(file: string, group: readonly Fetched[], lookup: Lookup): void {
    const lines = lookup.lineIndex(file);
    const taken = new Set(lines.text.match(/^[A-Z_]+(?==)/gm) ?? []);
    const variable = freeName(group[0]?.place ?? null, taken);
    const fetch = `${variable}=${fetchCommand(group, this.#options.account)}`;
    const here = group.filter(({ now }) => now?.span.file === file);
    const added = group
      .filter((each) => !here.includes(each))
      .map(({ name, field }) => `${name}=${extractCommand(field, `\${${variable}}`)}`);
    const first = here
      .map(({ now }) => now)
      .sort((one, other) => (one?.span.start ?? 0) - (other?.span.start ?? 0))[0];
    if (first === undefined || first === null) {
      const gap = lines.text.trim() === '' || lines.text.endsWith('\n\n') ? '' : lineEnd(lines);
      const edit = appendLine(lines, file, [fetch, ...added].join(lineEnd(lines)));
      this.#add({ ...edit, text: lines.text.endsWith('\n') ? gap + edit.text : edit.text }, variable);
      return;
    }
    const at = lines.starts[lines.lineAt(first.span.start)] ?? 0;
    this.#add({ file, start: at, end: at, text: fetch + lineEnd(lines) }, variable);
    for (const { now, field } of here)
      if (now !== null) this.#replaceValue(now, extractCommand(field, `\${${variable}}`));
    const last = here
      .map(({ now }) => now)
      .sort((one, other) => (one?.span.start ?? 0) - (other?.span.start ?? 0))
      .at(-1);
    if (last !== undefined && last !== null)
      for (const line of added) this.#add(insertLineAfter(lines, last.span, line), line);
  }

  #replaceValue({ valueSpan }: Assignment, text: string): void {
    this.#add({ file: valueSpan.file, start: valueSpan.start, end: valueSpan.end, text }, text);
  }

  #add(edit: Edit, what: string): void {
    this.#edits.set(`${edit.file}:${edit.start}:${edit.end}:${what}`, edit);
  }
}

const HEADER = `# The secrets for Kamal, from 1Password. Names only: this file is safe to commit.
# To add a secret: \`npx kamal-1password add NAME\`, then fill the field with that name in 1Password.
`;

function newFile(wanted: readonly Fetched[], account: string, destination: string | null): string {
  const taken = new Set<string>();
  const blocks = byItem(wanted).map((group) => {
    const variable = freeName(group[0]?.place ?? null, taken);
    taken.add(variable);
    const extracts = group.map(({ name, field }) => `${name}=${extractCommand(field, `\${${variable}}`)}\n`);
    return `${variable}=${fetchCommand(group, account)}\n${extracts.join('')}`;
  });
  return `${destination === null ? HEADER : HEADER.replace('containers,', `containers of ${destination},`)}\n${blocks.join('\n')}`;
}

function environmentHeader(destination: string | null): string {
  const whose = destination === null ? '' : ` of ${destination}`;
  return `# Secrets for the containers${whose}. They come from a 1Password Environment: \`op run --environment ID -- kamal …\`,\n# and \`op-environment\` of kamal-1password in the workflow.\n`;
}

function fetchCommand(group: readonly Fetched[], account: string): string {
  const { vault = '', item = '' } = group[0]?.place ?? {};
  const fields = [...new Set(group.map(({ field }) => word(field)))];
  return `$(kamal secrets fetch --adapter 1password --account ${word(account)} --from ${word(`${vault}/${item}`)} ${fields.join(' ')})`;
}

function extractCommand(field: string, variable: string): string {
  return `$(kamal secrets extract ${word(field)} ${variable})`;
}

/** A word of a command, in quotes where a shell would take it apart. */
function word(text: string): string {
  return /^[\w./:@%+,=-]+$/.test(text) ? text : `"${text.replaceAll(/["\\$`]/g, '\\$&')}"`;
}

function variableOf({ assignment }: Placed<FetchCommand>): string {
  return `\${${assignment.name}}`;
}

/** `SECRETS`; for the second item of a file its title after it. */
function freeName(place: VaultPlace | null, taken: ReadonlySet<string>): string {
  if (!taken.has('SECRETS')) return 'SECRETS';
  const title = (place?.item ?? 'MORE').toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_');
  for (let number = 1; ; number++) {
    const name = `SECRETS_${title}${number === 1 ? '' : `_${number}`}`;
    if (!taken.has(name)) return name;
  }
}

function fetchOf(place: VaultPlace | null, file: string, lookup: Lookup): Placed<FetchCommand> | null {
  return (
    lookup.fetches.find(({ command }) => {
      const from = placeOfFetched(command, command.names[0]?.value ?? 'x');
      return (
        command.span.file === file &&
        command.names.length > 0 &&
        command.from !== null &&
        command.from.value.split('/').length === 2 &&
        from?.vault === place?.vault &&
        from?.item === place?.item
      );
    }) ?? null
  );
}

function byItem(wanted: readonly Fetched[]): Fetched[][] {
  const groups = new Map<string, Fetched[]>();
  for (const each of wanted) {
    const key = `${each.place.vault}/${each.place.item}`;
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()];
}

/** Each goes into the file that has it now; new ones into the file that is loaded last. */
function byFile(wanted: readonly Fetched[], last: string): { file: string; wanted: Fetched[] }[] {
  const files = new Map<string, Fetched[]>();
  for (const each of wanted) {
    const file = each.now?.span.file ?? last;
    files.set(file, [...(files.get(file) ?? []), each]);
  }
  return [...files].map(([file, own]) => ({ file, wanted: own }));
}
