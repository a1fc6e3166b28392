/** Names from the other places, adapters, and the rules in comments, as someone types them. */
import { type CompletionItem, CompletionItemKind } from 'vscode-languageserver/node';
import { adapterNames } from '../files/secrets-file/adapters.ts';
import { SETTINGS_FILE } from '../files/project-settings.ts';
import type { Assignment, Span } from '../parity/model.ts';
import type { DestinationReadings } from '../parity/rule.ts';
import { rules } from '../parity/rules.ts';
import { list } from '../parity/wording.ts';
import { visible } from '../report/parts/visible.ts';
import type { OpenDocument } from './documents.ts';
import type { EditorProject, ProjectState } from './project.ts';
import { yamlPlaceAt } from './yaml-path.ts';

/** What can be at an offset, and the start of the typed text that it replaces. */
interface Choice {
  readonly label: string;
  readonly detail: string;
  readonly kind: CompletionItemKind;
  /** What is inserted, if it is more than the label. */
  readonly text?: string;
}

export function completions(
  project: EditorProject,
  document: OpenDocument,
  offset: number,
): CompletionItem[] {
  const state = project.recent();
  const file = project.knownAs(document.path, state);
  const { text, lines } = document.text;
  const [lineStart] = lines.bounds(lines.lineAt(offset));
  const before = text.slice(lineStart, offset);
  const start = offset - (/(?<![\w.-])[\w.-]*$/.exec(before)?.[0].length ?? 0);
  const end = offset + (/^[\w.-]*/.exec(text.slice(offset))?.[0].length ?? 0);
  const range = document.text.range(start, end);
  const choices = choicesAt(state, project.destinationsWith(file, state), document, {
    file,
    before,
    offset,
    start,
  });
  // A name that turns the writing round, or moves a cursor, is no one's wish.
  const shown = choices.filter(({ label }) => visible(label) === label);
  return shown.map(({ label, detail, kind, text: newText }, index) => ({
    label,
    detail: visible(detail),
    kind,
    sortText: String(index).padStart(5, '0'),
    filterText: label,
    textEdit: { range, newText: newText ?? label },
  }));
}

interface TypedPlace {
  readonly file: string;
  /** The line up to the offset. */
  readonly before: string;
  readonly offset: number;
  /** Where the word that is being typed begins. */
  readonly start: number;
}

function choicesAt(
  state: ProjectState,
  destinations: readonly DestinationReadings[],
  document: OpenDocument,
  place: TypedPlace,
): Choice[] {
  const { file, before } = place;
  if (/^[ \t]*#[ \t]*kamal-1password:[ \t]*ignore[ \t]+[\w-]*$/.test(before)) return RULES;
  if (/^[ \t]*#/.test(before)) return [];
  if (file === SETTINGS_FILE) return settingsChoices(document, place.offset);
  const isDeployFile =
    /\.ya?ml$/.test(file) &&
    destinations.some(({ deploy }) => deploy.files.some(({ path }) => path === file));
  if (isDeployFile) return deployFileChoices(document, destinations, place);
  const isSecretsFile = destinations.some(({ secrets, notLoaded }) =>
    [secrets, ...notLoaded].some(({ files }) => files.some(({ path }) => path === file)),
  );
  const version = state.readings[0]?.project.kamal.version;
  return isSecretsFile ? secretsFileChoices(destinations, place, version) : [];
}

const RULES: Choice[] = Object.values(rules).map(({ id, title }) => ({
  label: id,
  detail: title,
  kind: CompletionItemKind.EnumMember,
}));

function settingsChoices(document: OpenDocument, offset: number): Choice[] {
  const { keys, before } = yamlPlaceAt(document.text.lines, offset);
  if (keys.at(-1) === 'rules' && /^[ ]+$/.test(before)) return RULES;
  if (keys.at(-1) === 'rule') return RULES;
  if (keys.length === 2 && keys[0] === 'rules')
    return ['error', 'warning', 'info', 'off'].map((label) => ({
      label,
      detail: "the severity of the rule's findings",
      kind: CompletionItemKind.EnumMember,
    }));
  return [];
}

/** Keys whose items, or value, are names of secrets. */
const LISTS = /^(?:secret|secrets|password|username)$/;

function deployFileChoices(
  document: OpenDocument,
  destinations: readonly DestinationReadings[],
  { file, offset, start }: TypedPlace,
): Choice[] {
  const { keys, before, isItem } = yamlPlaceAt(document.text.lines, offset);
  if (!isItem || !LISTS.test(keys.at(-1) ?? '') || keys[0] === 'clear') return [];
  const isAlias = /[\w]:$/.test(before);
  const listed = isAlias ? new Set<string>() : namesAround(document, offset);
  const assigned = assignedNames(destinations);
  // The word that is being typed is no reason to offer it.
  const isTyped = (span: Span): boolean => span.file === file && span.start === start;
  const wanted = new Set(
    destinations.flatMap(({ deploy }) =>
      deploy.consumers.flatMap(({ secret, span }) => (isTyped(span) ? [] : [secret])),
    ),
  );
  return [
    ...[...assigned].map(([label, files]): Choice => ({
      label,
      detail: `assigned in ${list([...files])}`,
      kind: CompletionItemKind.Constant,
    })),
    ...[...wanted]
      .filter((label) => !assigned.has(label))
      .map((label): Choice => ({
        label,
        detail: 'used elsewhere, but not assigned anywhere',
        kind: CompletionItemKind.Constant,
      })),
  ].filter(({ label }) => !listed.has(label));
}

/** The items of the list that someone types in, the one that is typed omitted. */
function namesAround(document: OpenDocument, offset: number): Set<string> {
  const { lines } = document.text;
  const line = lines.lineAt(offset);
  const found = new Set<string>();
  const item = (text: string): void => {
    for (const [, name = ''] of text.matchAll(/(?:^[ ]*-[ ]+|[[,][ ]*)["']?([\w.]+)/g)) found.add(name);
  };
  for (const step of [-1, 1])
    for (
      let at = line + step;
      /^[ ]*(?:-|#|$)/.test(lines.line(at)) && at >= 0 && at < lines.starts.length;
      at += step
    )
      item(lines.line(at));
  const [start, end] = lines.bounds(line);
  const word = /(?<![\w.])[\w.]*$/.exec(lines.text.slice(start, offset))?.[0].length ?? 0;
  const rest = /^[\w.]*/.exec(lines.text.slice(offset, end))?.[0].length ?? 0;
  item(lines.text.slice(start, offset - word) + lines.text.slice(offset + rest, end));
  return found;
}

/** Names with the files that assign them; without those that only hold a fetch's answer. */
function assignedNames(destinations: readonly DestinationReadings[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const { secrets, notLoaded } of destinations)
    for (const { name, span, commands } of [secrets, ...notLoaded].flatMap((each) => each.assignments)) {
      if (commands.some(({ kind }) => kind === 'fetch')) continue;
      found.set(name, (found.get(name) ?? new Set()).add(span.file));
    }
  return found;
}

function secretsFileChoices(
  destinations: readonly DestinationReadings[],
  { file, before, offset }: TypedPlace,
  version: string | undefined,
): Choice[] {
  if (/(?:--adapter[ =]+|[ (]-a[ ]+)["']?[\w-]*$/.test(before)) {
    return adapterNames(version).map((label) => ({
      label,
      detail: 'an adapter of `kamal secrets fetch`',
      kind: CompletionItemKind.EnumMember,
    }));
  }
  const assignments = destinations
    .flatMap(({ secrets }) => secrets.assignments)
    .filter(({ span }) => span.file === file);
  const fetches = assignments.flatMap(({ name, commands }) =>
    commands.flatMap((command) => (command.kind === 'fetch' ? [{ variable: name, command }] : [])),
  );
  if (/\$\{?\w*$/.test(before)) return assignedAbove(assignments, offset - before.length);
  if (/kamal[ ]+secrets[ ]+extract[ ]+["']?[\w./-]*$/.test(before))
    return unique(
      fetches.flatMap(({ command }) => command.keys.map(({ key }) => key.split('/').at(-1) ?? key)),
    ).map((label) => ({ label, detail: 'fetched in this file', kind: CompletionItemKind.Constant }));
  const wanted = unique(destinations.flatMap(({ deploy }) => deploy.consumers.map(({ secret }) => secret)));
  if (/kamal[ ]+secrets[ ]+fetch[ ][^)]*$/.test(before)) return notFetchedYet(assignments, wanted);
  return /^(?:export[ ]+)?\w*$/.test(before) ? notAssignedYet(assignments, wanted, fetches[0]?.variable) : [];
}

function assignedAbove(assignments: readonly Assignment[], lineStart: number): Choice[] {
  return unique(assignments.flatMap(({ name, span }) => (span.start < lineStart ? [name] : []))).map(
    (label) => ({
      label,
      detail: 'assigned above',
      kind: CompletionItemKind.Variable,
    }),
  );
}

function notFetchedYet(assignments: readonly Assignment[], wanted: readonly string[]): Choice[] {
  const commands = assignments.flatMap((each) => each.commands);
  const fetched = new Set(
    commands.flatMap((command) =>
      command.kind === 'fetch' ? command.names.map(({ value }) => value.split('/').at(-1)) : [],
    ),
  );
  const extracted = commands.flatMap((command) =>
    command.kind === 'extract' ? (command.name?.value ?? []) : [],
  );
  return unique([...extracted, ...wanted])
    .filter((name) => !fetched.has(name))
    .map((label) => ({ label, detail: 'not fetched yet', kind: CompletionItemKind.Constant }));
}

/** @param fetched the variable that holds what was fetched */
function notAssignedYet(
  assignments: readonly Assignment[],
  wanted: readonly string[],
  fetched: string | undefined,
): Choice[] {
  const assigned = new Set(assignments.map(({ name }) => name));
  return wanted
    .filter((name) => !assigned.has(name))
    .map((label) => ({
      label,
      detail: 'used by the deploy file, but not assigned here',
      kind: CompletionItemKind.Constant,
      text: fetched === undefined ? `${label}=` : `${label}=$(kamal secrets extract ${label} \${${fetched}})`,
    }));
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
