import type { FieldFacts } from '../vault/item.ts';
import { certainItem, certainLabel, certainPath } from './certain.ts';
import type { ReadSession } from './read-session.ts';

/** What `op` would print, or that `op` has to run. */
export type OpAnswer = { readonly answered: string } | 'ask op';

/**
 * Answers a call of `op` from what a session has read, where it is beyond doubt what `op` would print and that it would
 * succeed. Anything missing, empty, ambiguous, of another kind, requested in another way, or not requested by the
 * project's files is left to `op`, whose errors stay its own. Kamal reads the exit status and, of a field's JSON, only
 * `reference` and `value` (2.0.0 to 2.12.0, lib/kamal/secrets/adapters/one_password.rb).
 * @param words those of the call, without `op` itself
 */
export function answerOp(words: readonly string[], session: ReadSession): OpAnswer {
  const [noun, verb, ...rest] = words;
  if (noun === '--version' && verb === undefined) return { answered: `${session.opVersion}\n` };
  if (noun === 'account' && verb === 'get') return answerAccount(rest, session);
  if (noun === 'item' && verb === 'get') return answerItem(rest, session);
  if (noun === 'read') return answerRead(words.slice(1), session);
  return 'ask op';
}

/** `op account get --account A`, of which Kamal reads only whether it succeeds. */
function answerAccount(words: readonly string[], session: ReadSession): OpAnswer {
  const call = parsed(words, ['--account']);
  const account = call?.flags.get('--account');
  if (call === null || account === undefined || call.operands.length > 0) return 'ask op';
  return isOwn(account, session) ? { answered: '' } : 'ask op';
}

/** `op item get ITEM --vault V --format json --account A --fields label=X,label=Y`. */
function answerItem(words: readonly string[], session: ReadSession): OpAnswer {
  const call = parsed(words, ['--account', '--vault', '--format', '--fields']);
  const [item, ...more] = call?.operands ?? [];
  if (call === null || item === undefined || more.length > 0) return 'ask op';
  const { flags } = call;
  if (flags.get('--format') !== 'json' || !isOwn(flags.get('--account'), session)) return 'ask op';
  const found = certainItem(session, flags.get('--vault') ?? '', item);
  const shown = found === null ? null : shownFields(found, flags.get('--fields') ?? '', session);
  if (shown === null) return 'ask op';
  return { answered: `${JSON.stringify(shown.length === 1 ? shown[0] : shown, undefined, 2)}\n` };
}

/** The fields of `label=X,label=Y`, as `op` shows them; null if it is not certain which they are. */
function shownFields(
  item: Parameters<typeof certainLabel>[0],
  names: string,
  { asked }: ReadSession,
): readonly object[] | null {
  const labels = names.split(',').map((label) => /^label=([^=]+)$/.exec(label)?.[1]);
  if (new Set(labels).size !== labels.length) return null;
  const fields = labels.map((label) => (label === undefined ? null : certainLabel(item, label)));
  const certain = fields.filter((field) => field !== null).filter((field) => asked.has(field));
  return certain.length === fields.length ? certain.map(asJson) : null;
}

/** `op read op://vault/item/field`, with only `--account`. */
function answerRead(words: readonly string[], session: ReadSession): OpAnswer {
  const call = parsed(words, ['--account']);
  const [reference, ...more] = call?.operands ?? [];
  if (call === null || reference === undefined || more.length > 0) return 'ask op';
  const account = call.flags.get('--account') ?? session.defaultAccount;
  if (account !== null && !isOwn(account, session)) return 'ask op';
  const value = valueAt(reference, session);
  // Not known: whether `op` adds a line end to an existing one.
  return value === null || value.endsWith('\n') ? 'ask op' : { answered: `${value}\n` };
}

/** What `op://vault/item/field` refers to; null if that is not certain. */
function valueAt(reference: string, session: ReadSession): string | null {
  const [vault = '', item = '', ...path] = /^op:\/\/(.+)$/.exec(reference)?.[1]?.split('/') ?? [];
  if (path.length < 1 || path.length > 2) return null;
  const found = certainItem(session, vault, item);
  const field = found === null ? null : certainPath(found, path);
  return field !== null && session.asked.has(field) ? (field.value?.reveal() ?? null) : null;
}

/** As `op item get --format json` shows a field (op 2.35.0). */
function asJson({ id, title, type, section, value, reference }: FieldFacts): object {
  const shown = section?.title === '' ? { id: section.id } : { id: section?.id, label: section?.title };
  return {
    id,
    ...(section === null ? {} : { section: shown }),
    type: type === 'Concealed' ? 'CONCEALED' : 'STRING',
    label: title,
    value: value?.reveal(),
    reference,
  };
}

interface Call {
  readonly operands: readonly string[];
  readonly flags: ReadonlyMap<string, string>;
}

/** @returns null if a flag is not one of `known`, comes twice, has no value, or has it behind `=` */
function parsed(words: readonly string[], known: readonly string[]): Call | null {
  const operands: string[] = [];
  const flags = new Map<string, string>();
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (!word.startsWith('-')) {
      operands.push(word);
      continue;
    }
    const value = words[(at += 1)];
    if (!known.includes(word) || flags.has(word) || value === undefined || value.startsWith('-')) return null;
    flags.set(word, value);
  }
  return { operands, flags };
}

function isOwn(account: string | undefined, { accounts }: ReadSession): boolean {
  return account !== undefined && (accounts === 'any' || accounts.includes(account));
}
