/** How to assign a name that has no assignment yet, in the style of its neighbours. */
import { appendLine, insertLineAfter } from './lines.ts';
import type { Lookup } from '../lookup.ts';
import type { Assignment, Edit, SecretsReading, VariableSource } from '../model.ts';
import { addExtract, addToFetch, fetchName, fetchToJoin } from './placing.ts';
import { placeOfReference, readByOp } from '../vault/place.ts';
import { inOnePassword } from '../vault/wording.ts';
import { environmentIdOf } from '../variable-sources.ts';
import { createField, fillField } from '../wording.ts';

/** What dotenv accepts as a name (dotenv 3, parser.rb); Ruby's `\w` is ASCII. */
const READABLE = /^[\w.]+$/;

/** Whether a secrets file could assign a name at all. */
export function isAssignable(name: string): boolean {
  return READABLE.test(name);
}

export interface Assigning {
  readonly edits: readonly Edit[];
  /** The step for a coding agent. */
  readonly title: string;
  /** What a person does outside of the files. */
  readonly human: string;
}

/**
 * The edits that make the secrets files of a destination assign a name: into the fetch and extracted below it, passed on
 * from the environment, or by a command such as most of the others have. Null if the file shows no way.
 * @param sources what gives the environment its variables, where workflows show it
 */
export function assigning(
  name: string,
  secrets: SecretsReading,
  lookup: Lookup,
  sources: readonly VariableSource[] = [],
): Assigning | null {
  if (!isAssignable(name)) return null;
  const fetch = fetchToJoin(lookup);
  if (fetch !== null) {
    const { file } = fetch.command.span;
    const human = createField(fetch.command, fetchName(fetch.command, name));
    const fetched = lookup.fetchedAs(name);
    if (fetched !== null)
      return {
        edits: [addExtract(lookup, fetched.fetch, name, name)],
        title: `Extract ${name} in ${file}`,
        human,
      };
    const joined = addToFetch(lookup, fetch.command, name);
    const extract = addExtract(lookup, fetch, name, name);
    return {
      edits: joined === null ? [extract] : [joined, extract],
      title: `Fetch and extract ${name} in ${file}`,
      human,
    };
  }
  const assigns = (each: string): boolean => secrets.assignments.some(({ span }) => span.file === each);
  // A file that has only comments sets no style.
  const file = lookup.loadedFiles().findLast(assigns) ?? lookup.loadedFiles().at(-1);
  const here = secrets.assignments.filter(({ span }) => span.file === file);
  if (file === undefined) return null;
  const around = usualVariable(here);
  if (around === null) return likeMost(name, here, lookup);
  const variable = around.before + name + around.after;
  const line = `${name}=${lookup.text(around.last.valueSpan).includes('${') ? `\${${variable}}` : `$${variable}`}`;
  return {
    edits: [appendLine(lookup.lineIndex(file), file, line)],
    title: `Pass ${variable} from the environment in ${file}`,
    human: provide(variable, sources),
  };
}

/** How most of a file's lines name the variable that they read: `$NAME`, `$STAGING_NAME`. */
function usualVariable(
  here: readonly Assignment[],
): { readonly before: string; readonly after: string; readonly last: Assignment } | null {
  const kinds = new Map<string, { before: string; after: string; last: Assignment; count: number }>();
  for (const each of here) {
    const outside = each.references.filter(({ to }) => to === null);
    const variable = outside.find((reference) => reference.name.includes(each.name))?.name;
    if (variable === undefined || each.commands.length > 0) continue;
    const at = variable.indexOf(each.name);
    const [before, after] = [variable.slice(0, at), variable.slice(at + each.name.length)];
    const count = (kinds.get(`${before}*${after}`)?.count ?? 0) + 1;
    kinds.set(`${before}*${after}`, { before, after, last: each, count });
  }
  const [most] = [...kinds.values()].sort((one, other) => other.count - one.count);
  return most !== undefined && most.count * 2 >= here.length ? most : null;
}

/** The step for a person to provide a variable. */
function provide(name: string, sources: readonly VariableSource[]): string {
  const id = environmentIdOf(sources);
  if (id !== null)
    return `${inOnePassword({ kind: 'environment', vault: '', title: id })}: create a variable named exactly \`${name}\` and fill it in.`;
  const [source] = sources;
  if (source?.kind === 'op-environment')
    return `In the 1Password Environment that \`op-environment\` names, create a variable named exactly \`${name}\` and fill it in.`;
  return source === undefined
    ? `Make ${name} available in the environment that Kamal runs in.`
    : `Add ${name} to \`${source.tool}\`, which gives Kamal its variables.`;
}

/**
 * `$(printenv NAME)`, `$(op read op://Shop/Production/NAME)`: a line that reads the name from elsewhere under the same
 * name, written for another name.
 */
function likeMost(name: string, here: readonly Assignment[], lookup: Lookup): Assigning | null {
  const alike = here.filter((each) => {
    const [command, ...more] = each.commands;
    const text = lookup.text(each.valueSpan);
    return (
      command?.kind === 'shell' && more.length === 0 && !text.includes('\n') && named(each.name).test(text)
    );
  });
  const last = alike.at(-1);
  if (last === undefined || alike.length * 2 < here.length) return null;
  const { file } = last.span;
  const [command] = last.commands;
  const said = (text: string): string => text.replaceAll(named(last.name), name);
  const reference = command === undefined ? undefined : readByOp(command)[0]?.value;
  const place = reference === undefined ? null : placeOfReference(said(reference));
  return {
    edits: [insertLineAfter(lookup.lineIndex(file), last.span, said(lookup.text(last.span)))],
    title: `Assign ${name} in ${file} like ${last.name}`,
    human:
      place === null || command === undefined
        ? `Make sure that \`${said(lookup.text(command?.span ?? last.valueSpan))}\` prints ${name} where Kamal runs.`
        : fillField(place.vault, place.item, place.field ?? 'password'),
  };
}

function named(name: string): RegExp {
  return new RegExp(`(?<![\\w.])${name.replaceAll('.', '\\.')}(?![\\w.])`, 'g');
}
