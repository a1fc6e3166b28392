/** How a name that is not assigned yet would come to be, in the way of its neighbours. */
import { appendLine } from './lines.ts';
import type { Lookup } from './lookup.ts';
import type { Edit, SecretsReading } from './model.ts';
import { addExtract, addToFetch, fetchName, fetchToJoin } from './placing.ts';
import { createField } from './wording.ts';

export interface Assigning {
  readonly edits: readonly Edit[];
  /** What a coding agent is told. */
  readonly title: string;
  /** What a person does outside of the files. */
  readonly human: string;
}

/**
 * The edits that make the secrets files of a destination assign a name: into the fetch and extracted below it, or passed
 * on from the environment where that is how the others come. Null where the file shows no way.
 */
export function assigning(name: string, secrets: SecretsReading, lookup: Lookup): Assigning | null {
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
  if (file === undefined || last === undefined || passed.length * 2 < here.length) return null;
  const braces = lookup.text(last.valueSpan).includes('${');
  const line = `${name}=${braces ? `\${${name}}` : `$${name}`}`;
  return {
    edits: [appendLine(lookup.lineIndex(file), file, line)],
    title: `Pass ${name} on from the environment in ${file}`,
    human: `Make ${name} available in the environment in which Kamal runs.`,
  };
}
