/**
 * What no output of ours shows of a project: the stretches of its files that may be credentials, and the words in them,
 * wherever else they turn up. By place (a value where only names belong) and by shape (a word that a machine has drawn).
 */
import type { SourceFile, Span } from '../model.ts';
import type { ProjectReadings } from '../rule.ts';
import { hiddenInSecretsFile } from './secrets-file.ts';
import { isPlainValue, looksDrawn } from './shapes.ts';
import { type Hidden, type Stretch, wordsWhere } from './words.ts';
import { hiddenInYaml } from './yaml-file.ts';

export interface Concealed {
  readonly spans: readonly Span[];
  /** Texts to hide wherever they are; names that the project works with are not among them. */
  readonly words: readonly string[];
}

/** Shorter words would hide half of every sentence. */
const SHORTEST = 6;
/** More words than this are hidden only in their place. */
const MOST_WORDS = 2_000;
/** Longer words are hidden only in their place: a search everywhere takes the square of their length. */
const LONGEST = 16_384;
/** Longer names are cut wherever they are shown. */
const LONGEST_NAME = 4096;

type Shown = Pick<ProjectReadings, 'destinations' | 'hooks' | 'deployFiles' | 'workflows'>;

/** A terminal or a log asks when a project is read, the report again when it is checked. */
const known = new WeakMap<Shown, Concealed>();

/** What no output shows of a project: stretches of its files, and words wherever they are. Worked out once for each. */
export function concealedIn(project: Shown): Concealed {
  let found = known.get(project);
  if (found === undefined) {
    found = workedOut(project);
    known.set(project, found);
  }
  return found;
}

function workedOut(project: Shown): Concealed {
  const secretsFiles = new Map<string, SourceFile>();
  const deployFiles = new Map<string, SourceFile>();
  const names = new Set<string>();
  for (const { secrets, notLoaded, deploy } of project.destinations) {
    for (const { files } of [secrets, ...notLoaded])
      for (const { source } of files) if (source !== null) secretsFiles.set(source.path, source);
    for (const source of deploy.files) deployFiles.set(source.path, source);
    for (const { name } of secrets.assignments) names.add(name);
    for (const { secret, container } of deploy.consumers)
      for (const each of [secret, container ?? secret]) names.add(each);
  }
  for (const source of project.deployFiles) deployFiles.set(source.path, source);
  const found = [
    ...[...secretsFiles.values()].map((source) =>
      hidden(
        source,
        hiddenInSecretsFile(source.text).map((each) => ({ ...each, everywhere: true })),
      ),
    ),
    ...[...deployFiles.values()].map((source) => hidden(source, hiddenInYaml(source.text, names))),
    ...project.workflows.map(({ source }) => hidden(source, hiddenInYaml(source.text, names))),
    ...project.hooks.map((source) => hidden(source, drawnIn(source.text))),
  ];
  const words = new Set(found.flatMap((each) => each.words));
  concealDrawnNames(names, words);
  // The name of a file: a value that says the same hides nothing, and sentences name it.
  for (const { destination } of project.destinations)
    if (destination !== null && !looksDrawn(destination)) words.delete(destination);
  return { spans: found.flatMap(({ spans }) => spans), words: [...words].slice(0, MOST_WORDS) };
}

/** Adds to `words` what names hold of credentials, and takes names out of it. */
function concealDrawnNames(names: ReadonlySet<string>, words: Set<string>): void {
  // A generated name is a credential in the wrong place, however the file is read.
  for (const name of names) {
    if (name.length <= LONGEST_NAME && looksDrawn(name)) words.add(name);
    else if (!/[=\s{}"]/.test(name)) words.delete(name);
    // A value where a name belongs: `- NAME=value`, `- NAME: value`.
    else
      for (const word of name.replace(/^[^=:>]*/, '').match(/[\w.-]+/g) ?? [])
        if (word.length >= SHORTEST && !/^[A-Z_][A-Z0-9_]*$/.test(word)) words.add(word);
  }
}

/** The words of any text that look like credentials. */
export function drawnWords(text: string): string[] {
  return [...new Set(drawnIn(text).map(({ start, end }) => text.slice(start, end)))].slice(0, MOST_WORDS);
}

function drawnIn(text: string): Stretch[] {
  return wordsWhere(text, { start: 0, end: text.length }, looksDrawn);
}

function hidden(
  { path, text }: SourceFile,
  stretches: readonly Hidden[],
): { readonly spans: Span[]; readonly words: string[] } {
  const words = stretches.flatMap(({ start, end, everywhere = false, whatever = false }) => {
    const whole = text.slice(start, end);
    const parts = [whole, ...whole.split(/[\r\n]+/).map((line) => line.trim())];
    const password = /:\/\/[^/@\s:]*:([^/@\s]+)@/.exec(whole.slice(0, 4096))?.[1];
    if (password !== undefined) parts.push(password);
    // Others may show a part of it: the field of a reference, what is before a hash, an alias without its star.
    parts.push(...whole.split(/[^\w.+=-]+/).filter(looksDrawn));
    // What is before it may be of the shell: `${X:-WORD}`, `--token=WORD`.
    parts.push(...whole.split(/[^A-Za-z0-9]+/).filter(looksDrawn));
    return parts.filter((word) => looksDrawn(word) || (everywhere && (whatever || !isPlainValue(word))));
  });
  return {
    spans: stretches.map(({ start, end }) => ({ file: path, start, end })),
    words: words.filter((word) => word.length >= SHORTEST && word.length <= LONGEST),
  };
}
