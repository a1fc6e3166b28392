/** What the vault answered, beside the commands that ask for it: which field an extract takes, who asks where. */
import type { Lookup, Placed } from '../lookup.ts';
import type {
  Assignment,
  ExtractCommand,
  FetchCommand,
  OtherCommand,
  SecretsReading,
  Span,
} from '../model.ts';
import type { VaultAnswer, VaultField, VaultItem, VaultReading, VaultReply } from './reading.ts';

/** An answer with the command that asks, and the places of its parts. */
export interface PlacedAnswer {
  readonly answer: VaultAnswer;
  readonly command: FetchCommand | OtherCommand;
  readonly assignment: Assignment;
  readonly index: number;
  /** Where each part is written; the whole word if they cannot be separated. */
  readonly vault: Span;
  readonly item: Span;
  readonly field: Span;
}

/** An answer of one kind. */
export type AnswerOf<K extends VaultReply['kind']> = PlacedAnswer & {
  readonly answer: { readonly reply: Extract<VaultReply, { kind: K }> };
};

/** What `kamal secrets extract` gets. */
export interface Taken {
  readonly field: VaultField;
  readonly item: VaultItem;
  readonly from: PlacedAnswer;
}

interface FetchedKeys {
  readonly keys: ReadonlyMap<string, Taken>;
  readonly complete: boolean;
}

export class VaultLookup {
  readonly reading: VaultReading;
  readonly answers: readonly PlacedAnswer[];
  readonly #lookup: Lookup;
  readonly #byFetch = new Map<FetchCommand, PlacedAnswer[]>();
  readonly #fetched = new Map<FetchCommand, FetchedKeys>();

  constructor(reading: VaultReading, secrets: SecretsReading, lookup: Lookup) {
    this.reading = reading;
    this.#lookup = lookup;
    const asking = commandsThatAsk(secrets);
    this.answers = reading.answers.flatMap((answer) => {
      const asker = asking.get(keyOf(answer.span));
      return asker === undefined ? [] : [{ ...asker, answer, ...placesOf(answer, asker.command, lookup) }];
    });
    for (const placed of this.answers) {
      if (placed.command.kind !== 'fetch') continue;
      const same = this.#byFetch.get(placed.command);
      if (same === undefined) this.#byFetch.set(placed.command, [placed]);
      else same.push(placed);
    }
  }

  /** The answers of some kinds, in the order of the files. */
  ofKind<K extends VaultReply['kind']>(...kinds: readonly K[]): AnswerOf<K>[] {
    const isOfKind = (placed: PlacedAnswer): placed is AnswerOf<K> =>
      kinds.some((kind) => kind === placed.answer.reply.kind);
    return this.answers.filter(isOfKind);
  }

  /**
   * The field that an extract takes (Kamal 2.12.0, cli/secrets.rb): that of the exact key if it has a value, else the
   * first whose key ends with `/NAME`. `nothing` if there is none; null if the vault's answer is incomplete.
   */
  taken({ command }: Placed<ExtractCommand>): Taken | 'nothing' | null {
    const source = this.#lookup.assignment(command.source);
    const fetch = source?.commands.length === 1 ? this.#lookup.fetchOf(command.source) : null;
    if (fetch === null || command.name === null || this.#lookup.text(command.name.span).includes('$'))
      return null;
    const { keys, complete } = this.keysOf(fetch);
    const name = command.name.value;
    const exact = keys.get(name);
    if (exact !== undefined && !exact.field.isEmpty) return exact;
    for (const [key, taken] of keys) if (key.endsWith(`/${name}`)) return taken;
    return exact ?? (complete ? 'nothing' : null);
  }

  /** What a fetch really returns, by key; `complete` if all of it was asked for and exists. */
  keysOf(fetch: FetchCommand): FetchedKeys {
    const known = this.#fetched.get(fetch);
    if (known !== undefined) return known;
    const answers = this.#byFetch.get(fetch) ?? [];
    let complete = answers.length > 0 && answers.length >= fetch.names.length;
    const keys = new Map<string, Taken>();
    for (const from of answers) {
      const { reply } = from.answer;
      if (reply.kind === 'found')
        for (const field of reply.fields) keys.set(field.key, { field, item: reply.item, from });
      else complete = false;
    }
    const fetched = { keys, complete };
    this.#fetched.set(fetch, fetched);
    return fetched;
  }

  /** The extracts that read the fetch of an answer through the key that its name is known by in the file. */
  extractsOf({ answer, command, index }: PlacedAnswer): readonly Placed<ExtractCommand>[] {
    if (command.kind !== 'fetch') return [];
    const name = command.names.findIndex(({ span }) => keyOf(span) === keyOf(answer.span));
    const key = command.keys.find((each) => each.name === name)?.key;
    if (key === undefined) return [];
    return this.#lookup.extractsFrom(index).filter((extract) => extract.command.key === key);
  }

  /** The secret that an answer is for: the one that is extracted from it, or the one it is assigned to. */
  secretOf(placed: PlacedAnswer): string {
    const [extract] = this.extractsOf(placed);
    if (extract !== undefined) return extract.assignment.name;
    const { answer, command, assignment } = placed;
    if (command.kind !== 'fetch') return assignment.name;
    const name = command.names.find(({ span }) => keyOf(span) === keyOf(answer.span));
    return name?.value.split('/').at(-1) ?? assignment.name;
  }
}

type Asker = Pick<PlacedAnswer, 'command' | 'assignment' | 'index'>;

function commandsThatAsk({ assignments }: SecretsReading): Map<string, Asker> {
  const found = new Map<string, Asker>();
  for (const [index, assignment] of assignments.entries()) {
    for (const command of assignment.commands) {
      if (command.kind === 'extract') continue;
      const words = command.kind === 'fetch' ? command.names : command.words;
      for (const { span } of [...words, command]) found.set(keyOf(span), { command, assignment, index });
    }
  }
  return found;
}

function keyOf({ file, start, end }: Span): string {
  return `${file}:${start}:${end}`;
}

/** Where vault, item and field are written: in `--from`, in the name, or in the reference. */
function placesOf(
  { asked, span }: VaultAnswer,
  command: FetchCommand | OtherCommand,
  lookup: Lookup,
): Pick<PlacedAnswer, 'vault' | 'item' | 'field'> {
  if (asked.by === 'op environment read') return { vault: span, item: span, field: span };
  const from = command.kind === 'fetch' ? command.from : null;
  const name =
    command.kind === 'fetch' ? command.names.find((word) => keyOf(word.span) === keyOf(span)) : null;
  const words = [from, name ?? (asked.by === 'op read' ? { value: lookup.text(span), span } : null)];
  const parts = words.flatMap((word) => (word === null ? [] : partsOf(word, lookup)));
  const [vault = span, item = span, ...rest] = parts;
  const first = rest[0];
  const last = rest.at(-1);
  // A section and its field are one word, or the field is skipped.
  const field =
    first !== undefined && last?.file === first.file
      ? { ...first, end: Math.max(first.end, last.end) }
      : span;
  return { vault, item, field };
}

/** The parts of a word between its slashes, `op://` and what follows a `?` omitted. */
function partsOf(word: { readonly value: string; readonly span: Span }, lookup: Lookup): Span[] {
  const { span } = word;
  const text = word.value.replace(/\?.*/s, '');
  const isPlain = lookup.text(span) === word.value;
  const prefix = text.startsWith('op://') ? 'op://'.length : 0;
  let at = span.start + prefix;
  return text
    .slice(prefix)
    .replace(/(?<!\/)\/+$/, '')
    .split('/')
    .map((part) => {
      const start = at;
      at += part.length + 1;
      return isPlain ? { file: span.file, start, end: start + part.length } : span;
    });
}
