/** How a name that is not assigned yet would come to be, in the way of its neighbours. */
import { appendLine, insertLineAfter } from './lines.ts';
import type { Lookup } from '../lookup.ts';
import type { Assignment, Edit, SecretsReading, VariableSource } from '../model.ts';
import { addExtract, addToFetch, fetchName, fetchToJoin } from './placing.ts';
import { placeOfReference, readByOp } from '../vault/place.ts';
import { inOnePassword } from '../vault/wording.ts';
import { environmentIdOf } from '../variable-sources.ts';
import { createField, fillField } from '../wording.ts';

/** What dotenv takes for a name (dotenv 3, parser.rb); Ruby's `\w` is ASCII. */
const READABLE = /^[\w.]+$/;

/** Whether a secrets file could assign a name at all. */
export function isAssignable(name: string): boolean {
  return READABLE.test(name);
}

export interface Assigning {
  readonly edits: readonly Edit[];
  /** What a coding agent is told. */
  readonly title: string;
  /** What a person does outside of the files. */
  readonly human: string;
}

/**
 * The edits that make the secrets files of a destination assign a name: into the fetch and extracted below it, passed on
 * from the environment, or by a command such as most of the others have. Null where the file shows no way.
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
  const file = lookup.loadedFiles().at(-1);
  const here = secrets.assignments.filter(({ span }) => span.file === file);
  const passed = here.filter((each) =>
    each.references.some((reference) => reference.to === null && reference.name === each.name),
  );
  const last = passed.at(-1);
  if (file === undefined) return null;
  if (last === undefined || passed.length * 2 < here.length) return likeMost(name, here, lookup);
  const braces = lookup.text(last.valueSpan).includes('${');
  const line = `${name}=${braces ? `\${${name}}` : `$${name}`}`;
  return {
    edits: [appendLine(lookup.lineIndex(file), file, line)],
    title: `Pass ${name} on from the environment in ${file}`,
    human: provide(name, sources),
  };
}

/** What a person does so that a variable is there. */
function provide(name: string, sources: readonly VariableSource[]): string {
  const id = environmentIdOf(sources);
  if (id !== null)
    return `${inOnePassword({ kind: 'environment', vault: '', title: id })}: create a variable named exactly \`${name}\` and fill it.`;
  const [source] = sources;
  if (source?.kind === 'op-environment')
    return `In the 1Password Environment that \`op-environment\` names, create a variable named exactly \`${name}\` and fill it.`;
  return source === undefined
    ? `Make ${name} available in the environment in which Kamal runs.`
    : `Make ${name} known to \`${source.tool}\`, which gives Kamal its variables.`;
}

/** `$(printenv NAME)`, `$(op read op://Shop/Production/NAME)`: a line in which the name stands for itself, said of another. */
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
    title: `Assign ${name} in ${file} as ${last.name} is`,
    human:
      place === null || command === undefined
        ? `Make sure that \`${said(lookup.text(command?.span ?? last.valueSpan))}\` prints ${name} where Kamal runs.`
        : fillField(place.vault, place.item, place.field ?? 'password'),
  };
}

function named(name: string): RegExp {
  return new RegExp(`(?<![\\w.])${name.replaceAll('.', '\\.')}(?![\\w.])`, 'g');
}
