import { type KamalRelease, kamalRelease } from '../../base/kamal-facts/release.ts';
import type {
  Assignment,
  Command,
  Known,
  Reference,
  SecretsError,
  SecretsReading,
  SourceFile,
  Unknown,
} from '../../parity/model.ts';
import { inspect } from './characters.ts';
import { evenLineEnds } from './line-ends.ts';
import { type Line, scanLines } from './lines.ts';
import { runCommand } from './run-command.ts';
import { SecretsScope } from './scope.ts';
import { findCommands } from './substitution.ts';
import { type Piece, Traced } from './mapped-text.ts';
import { plainValue } from './value.ts';

/**
 * A reading, and the resulting values: placeholders (`env-NAME`, `cmd-placeholder`, `placeholder`) for those that only a
 * run knows.
 */
export interface Evaluation {
  readonly reading: SecretsReading;
  readonly values: ReadonlyMap<string, Traced>;
}

/** Evaluates the files one after the other as dotenv and Kamal do; `isSet` says which environment variables are. */
export function evaluateSecrets(
  files: SecretsReading['files'],
  isSet: (name: string) => boolean,
  kamal: KamalRelease = kamalRelease(),
): Evaluation {
  const gathered: Gathered = { assignments: [], errors: [], unknowns: [], values: new Map() };
  for (const { path, source } of files)
    if (source !== null) readFile(path, source, { isSet, kamal }, gathered);
  const { assignments, errors, unknowns, values } = gathered;
  return { reading: { files, assignments, errors, unknowns, error: errors[0] ?? null }, values };
}

interface Gathered {
  readonly values: Map<string, Traced>;
  readonly assignments: Assignment[];
  readonly errors: SecretsError[];
  readonly unknowns: Unknown[];
}

function readFile(
  path: string,
  source: SourceFile,
  { isSet, kamal }: { readonly isSet: (name: string) => boolean; readonly kamal: KamalRelease },
  gathered: Gathered,
): void {
  if (source.invalidUtf8 === true) {
    const span = { file: path, start: 0, end: 0 };
    gathered.errors.push({
      key: null,
      kind: 'unreadable',
      message: 'invalid byte sequence in UTF-8',
      span,
      certain: true,
    });
    return;
  }
  const even = evenLineEnds(source.text);
  const scope = new SecretsScope(path, even, isSet, kamal);
  for (const line of scanLines(even.text)) {
    const name = even.text.slice(line.nameStart, line.nameEnd);
    if (!line.exported || line.value !== null)
      gathered.assignments.push(readAssignment(line, even.text, scope, gathered));
    else if (!scope.has(name)) gathered.errors.push(unsetExport(line, even.text, scope));
  }
}

/** `export NAME` and `export NAME=` are no assignments: they raise where nothing assigned the name before. */
function unsetExport(line: Line, text: string, scope: SecretsScope): SecretsError {
  const end = line.separatorEnd ?? line.nameEnd;
  const message = `Line ${inspect(text.slice(line.start, line.end))} has an unset variable`;
  return {
    key: text.slice(line.nameStart, line.nameEnd),
    kind: 'export-unset',
    message,
    span: scope.span({ start: line.start, end }),
    certain: true,
  };
}

function readAssignment(line: Line, text: string, scope: SecretsScope, gathered: Gathered): Assignment {
  const index = gathered.assignments.length;
  const name = text.slice(line.nameStart, line.nameEnd);
  const written = line.value ?? {
    start: line.separatorEnd ?? line.nameEnd,
    end: line.separatorEnd ?? line.nameEnd,
  };
  const plain = plainValue(text, written.start, written.end, scope.legacyNewlines);
  const empty = plain.start === plain.end;
  const value = empty ? { start: written.start, end: written.start } : plain;
  const found: Found = { name, index, references: [], commands: [], unclosed: null };
  const result = plain.quote === 'single' ? plain.value : substituted(plain.value, found, scope, gathered);
  scope.assign(name, { value: result, index });
  gathered.values.set(name, result);
  return {
    name,
    nameSpan: scope.span({ start: line.nameStart, end: line.nameEnd }),
    valueSpan: scope.span(value),
    span: scope.span({ start: line.start, end: Math.max(value.end, line.separatorEnd ?? line.nameEnd) }),
    form: line.separatorEnd === null ? 'bare-word' : 'assignment',
    quote: plain.quote,
    value: knownOf(result),
    references: found.references.toSorted((one, other) => one.span.start - other.span.start),
    commands: found.commands,
    comment: commentAfter(text, written.end, scope),
    unclosed: found.unclosed,
  };
}

/** What is found in the value of an assignment. */
interface Found {
  readonly name: string;
  readonly index: number;
  readonly references: Reference[];
  readonly commands: Command[];
  unclosed: Assignment['unclosed'];
}

/**
 * Commands first, then the variables of the result: `$NAME` in the output of a command is substituted too. An older
 * dotenv substitutes the variables first, and never in the output.
 */
function substituted(written: Traced, found: Found, scope: SecretsScope, gathered: Gathered): Traced {
  const early = scope.kamal.facts.putsInFirst === 'variables';
  const value = early ? scope.substitute(written, found.references) : written;
  const { commands, unclosed } = findCommands(value.text, scope.kamal);
  if (unclosed !== null) found.unclosed = scope.span(value.place(unclosed, unclosed + 2));
  if (commands.length === 0) return early ? value : scope.substitute(value, found.references);
  const pieces: Piece[] = [];
  let done = 0;
  for (const place of commands) {
    pieces.push(...value.piecesOf(done, place.start));
    done = place.end;
    if (place.escaped) {
      pieces.push(...value.piecesOf(place.start + 1, place.end));
      continue;
    }
    const inner = value.slice(place.inner.start, place.inner.end);
    const run = runCommand(inner, value.place(place.start, place.end), found, scope);
    found.commands.push(run.command);
    pieces.push(...run.output);
    if (run.raised !== null) gathered.errors.push({ key: found.name, ...run.raised });
    noteUnknowns(run.command, gathered);
  }
  pieces.push(...value.piecesOf(done, value.length));
  return early ? Traced.of(pieces) : scope.substitute(Traced.of(pieces), found.references);
}

function noteUnknowns(command: Command, { unknowns }: Gathered): void {
  if (command.kind === 'fetch' && command.opaque)
    unknowns.push({
      reason: 'Only the vault knows which names this fetch returns',
      span: command.span,
    });
  if (command.kind === 'fetch' && command.keysUnknown)
    unknowns.push({
      reason:
        command.unheardOption === null
          ? 'What is fetched depends on environment variables or commands'
          : `What ${command.unheardOption} makes of this fetch is not known: this release of Kamal is newer than what is known here`,
      span: command.span,
    });
  if (command.kind === 'extract' && command.found === 'unknown')
    unknowns.push({ reason: 'Whether this is found is not known until Kamal runs', span: command.span });
}

function knownOf(value: Traced): Known {
  if (value.length === 0) return 'empty';
  return value.pieces.some(({ from, text }) => from !== 'outside' && text !== '') ? 'filled' : 'unknown';
}

/** What dotenv took for a comment on the line on which the value ends. */
function commentAfter(text: string, from: number, scope: SecretsScope): Assignment['comment'] {
  let start = from;
  while (text[start] === ' ' || text[start] === '\t') start += 1;
  if (text[start] !== '#') return null;
  const end = text.indexOf('\n', start);
  return scope.span({ start, end: end < 0 ? text.length : end });
}
