/** What a workflow file says: names and where they are, for the check and for `init`. Pure; nothing of it is evaluated. */
import { once } from '../../base/once.ts';
import type { MappingNode, ScalarNode, SequenceNode, YamlNode } from '../yaml/parser.ts';
import { posix } from 'node:path';
import type {
  Insertion,
  Lines,
  SourceFile,
  Span,
  WorkflowJob,
  WorkflowMap,
  WorkflowPermissions,
  WorkflowReading,
  WorkflowStep,
} from '../../parity/model.ts';
import type { RepositoryFiles } from './called-files.ts';
import { KamalFinder, type StepText } from './kamal-calls.ts';
import { lineAfter, lineBefore, wholeLines } from './lines.ts';

/** Makes nodes of a YAML text; null if it holds none. Throws if it is not valid YAML. */
export type ParseYaml = (text: string) => YamlNode | null;

/**
 * @param project the project's folder from the root of the repository
 * @param files the repository's files: a step may run a script that calls Kamal
 * @returns null if the file is not a readable workflow: GitHub reports that
 */
export function readWorkflow(
  source: SourceFile,
  project: string,
  parse: ParseYaml,
  files: RepositoryFiles,
): WorkflowReading | null {
  try {
    return readParsed(source, project, parse, files);
  } catch (error) {
    if (error instanceof TooManyNodes) return null;
    throw error;
  }
}

function readParsed(
  source: SourceFile,
  project: string,
  parse: ParseYaml,
  files: RepositoryFiles,
): WorkflowReading | null {
  const contents = parsed(source.text, parse);
  const reader = new WorkflowReader(contents, source, new KamalFinder(files, source.text));
  const root = reader.map(contents);
  if (root === null) return null;
  const jobs = reader.map(reader.get(root, 'jobs'));
  if (jobs === null) return null;
  reader.directory = reader.defaultOf(root, 'working-directory');
  reader.shell = reader.defaultOf(root, 'shell');
  return {
    source,
    project,
    triggers: reader.triggers(reader.get(root, 'on')),
    permissions: reader.permissions(reader.get(root, 'permissions')),
    hasConcurrency: reader.get(root, 'concurrency') !== null,
    env: reader.environment(reader.get(root, 'env')),
    workingDirectory: reader.directory,
    jobs: reader.pairs(jobs).flatMap(({ key, span, value }) => reader.job(key, span, value) ?? []),
    name: reader.text(root, 'name'),
    shell: reader.shell,
    callable: reader.callable(reader.get(root, 'on')),
  };
}

function parsed(text: string, parse: ParseYaml): YamlNode | null {
  try {
    return parse(text);
  } catch {
    return null;
  }
}

type Node = YamlNode | null;

/** Aliases make more of a file than it holds: the most nodes that are read for each one that is written, and at least. */
const MOST_TIMES = 4;
const LEAST_NODES = 10_000;

/** A file of aliases of aliases, or a node that holds itself. */
class TooManyNodes extends Error {}

interface ReadPair {
  readonly key: string;
  readonly span: Span;
  readonly value: YamlNode;
}

class WorkflowReader {
  /** The workflow's defaults of `run:`. */
  directory: string | null = null;
  shell: string | null = null;
  readonly #anchors = new Map<string, YamlNode>();
  readonly #source: SourceFile;
  /** Nodes that may still be read. */
  #budget: number;
  readonly #finder: KamalFinder;

  constructor(contents: Node, source: SourceFile, finder: KamalFinder) {
    this.#source = source;
    this.#finder = finder;
    this.#budget = LEAST_NODES + MOST_TIMES * this.#collectAnchors(contents);
  }

  /** A map, also through an alias. */
  map(node: Node): MappingNode | null {
    const found = this.#resolved(node);
    return found?.kind === 'mapping' ? found : null;
  }

  pairs(map: MappingNode | null): ReadPair[] {
    this.#spend(map?.pairs.length ?? 0);
    return (map?.pairs ?? []).flatMap(([key, value]) =>
      key.kind === 'scalar' ? [{ key: key.value, span: this.#span(key), value }] : [],
    );
  }

  /** The value of a key, or null if there is none. */
  get(map: MappingNode | null, key: string): Node {
    return map?.pairs.find(([name]) => name.kind === 'scalar' && name.value === key)?.[1] ?? null;
  }

  /** @param within the nodes that hold this one: one of them in itself has nothing more to say */
  triggers(node: Node, within: readonly YamlNode[] = []): { name: string; span: Span }[] {
    const found = this.#resolved(node);
    if (found === null || within.includes(found)) return [];
    if (found.kind === 'scalar') return [{ name: found.value, span: this.#span(found) }];
    if (found.kind === 'sequence')
      return this.#items(found).flatMap((item) => this.triggers(item, [...within, found]));
    return this.pairs(this.map(found)).map(({ key, span }) => ({ name: key, span }));
  }

  permissions(node: Node): WorkflowPermissions | null {
    const found = this.#resolved(node);
    const scopes = this.entries(found);
    if (scopes !== null) return { all: null, scopes, span: this.#span(found) };
    return found?.kind === 'scalar' && textOf(found) !== ''
      ? { all: found.value, scopes: NO_ENTRIES, span: this.#span(found) }
      : null;
  }

  entries(node: Node): WorkflowMap | null {
    const map = this.map(node);
    if (map === null) return null;
    return {
      entries: this.pairs(map).map(({ key, value, span }) => {
        const scalar = this.#resolved(value);
        const isText = scalar?.kind === 'scalar';
        return {
          name: key,
          value: isText ? textOf(scalar) : '',
          span: isText ? this.#span(scalar) : span,
          lines: wholeLines(this.#source.text, span.start, Math.max(span.end, endOf(value))),
          keyStart: span.start,
        };
      }),
      insert: node?.kind === 'alias' ? null : this.#insertion(map),
      isFlow: map.flow || node?.kind === 'alias',
    };
  }

  /** `env:`. An expression instead of a map (`${{ fromJSON(…) }}`) is one entry, and no one knows its names. */
  environment(node: Node): WorkflowMap | null {
    const found = this.#resolved(node);
    if (found?.kind !== 'scalar' || !found.value.includes('${{')) return this.entries(node);
    const span = this.#span(found);
    const lines = wholeLines(this.#source.text, span.start, span.end);
    const entry = { name: found.value, value: found.value, span, lines, keyStart: span.start };
    return { entries: [entry], insert: null, isFlow: true };
  }

  /** What the workflow takes where others call it. */
  callable(node: Node): WorkflowReading['callable'] {
    if (!this.triggers(node).some(({ name }) => name === 'workflow_call')) return null;
    const found = this.map(this.get(this.map(node), 'workflow_call'));
    if (found === null) return { secrets: null, insert: null };
    return {
      secrets: this.entries(this.get(found, 'secrets')),
      insert: this.#insertion(found),
    };
  }

  job(id: string, span: Span, node: Node): WorkflowJob | null {
    const map = this.map(node);
    if (map === null) return null;
    const steps = this.#resolved(this.get(map, 'steps'));
    const directory = this.defaultOf(map, 'working-directory');
    const shell = this.defaultOf(map, 'shell');
    const around = { directory: directory ?? this.directory, shell: shell ?? this.shell };
    const read =
      steps?.kind === 'sequence' ? this.#items(steps).flatMap((item) => this.#step(item, around) ?? []) : [];
    const called = this.#resolved(this.get(map, 'uses'));
    const passed = this.get(map, 'secrets');
    return {
      id,
      span,
      runsOn: this.#words(this.get(map, 'runs-on')),
      hasContainer: this.get(map, 'container') !== null,
      hasEnvironment: this.get(map, 'environment') !== null,
      image: this.text(map, 'container') ?? this.text(this.map(this.get(map, 'container')), 'image'),
      permissions: this.permissions(this.get(map, 'permissions')),
      hasConcurrency: this.get(map, 'concurrency') !== null,
      env: this.environment(this.get(map, 'env')),
      workingDirectory: directory,
      steps: read,
      insert: this.#beforeFirst(map),
      condition: this.text(map, 'if'),
      calls: called?.kind === 'scalar' ? { workflow: called.value, span: this.#span(called) } : null,
      passedSecrets: this.text(map, 'secrets') === 'inherit' ? 'inherit' : this.entries(passed),
      hasBlockSteps:
        steps?.kind === 'sequence' &&
        !steps.flow &&
        read.length === steps.items.length &&
        read.every(({ lines }) => lines.end > lines.start),
      shell,
    };
  }

  /** `defaults.run.KEY` */
  defaultOf(map: MappingNode, key: string): string | null {
    return this.text(this.map(this.get(this.map(this.get(map, 'defaults')), 'run')), key);
  }

  #step(
    node: Node,
    around: { readonly directory: string | null; readonly shell: string | null },
  ): WorkflowStep | null {
    const map = this.map(node);
    if (map === null) return null;
    const main = this.#resolved(this.get(map, 'uses') ?? this.get(map, 'run'));
    const isOwn = node?.kind !== 'alias';
    const [uses, run] = [this.text(map, 'uses'), this.text(map, 'run')];
    const inputs = this.entries(this.get(map, 'with'));
    const workingDirectory = this.text(map, 'working-directory');
    const shell = this.text(map, 'shell');
    const text: StepText = {
      uses,
      run,
      with: inputs,
      shell: shell ?? around.shell,
      directory: posix.normalize(workingDirectory ?? around.directory ?? '.'),
    };
    const called = once(() => this.#finder.called(text));
    return {
      span: this.#firstLine(main ?? map),
      uses,
      run,
      env: this.environment(this.get(map, 'env')),
      with: inputs,
      workingDirectory,
      insert: isOwn ? this.#insertion(map) : null,
      name: this.text(map, 'name'),
      id: this.text(map, 'id'),
      condition: this.text(map, 'if'),
      shell,
      lines: isOwn ? this.#stepLines(map) : { start: 0, end: 0 },
      keyColumn: map.start - lineBefore(this.#source.text, map.start),
      keys: new Map(
        isOwn && !map.flow
          ? this.pairs(map).map(({ key, span, value }) => [
              key,
              wholeLines(this.#source.text, span.start, Math.max(span.end, endOf(value))),
            ])
          : [],
      ),
      ...this.#finder.step(text),
      // Few steps are asked, and their scripts take a parser to read.
      get called() {
        return called();
      },
    };
  }

  /** Empty unless the dash is on the line of the step's first key. */
  #stepLines(map: MappingNode): Lines {
    const { text } = this.#source;
    const start = lineBefore(text, map.start);
    if (!/^[ \t]*-[ \t]+$/.test(text.slice(start, map.start))) return { start: 0, end: 0 };
    return { start, end: lineAfter(text, endOf(map)) };
  }

  text(map: MappingNode | null, key: string): string | null {
    const value = this.#resolved(this.get(map, key));
    return value?.kind === 'scalar' && !isNull(value) ? value.value : null;
  }

  #words(node: Node, within: readonly YamlNode[] = []): string[] {
    const found = this.#resolved(node);
    if (found === null || within.includes(found)) return [];
    if (found.kind === 'scalar') return [found.value];
    const values =
      found.kind === 'sequence' ? this.#items(found) : this.pairs(this.map(found)).map(({ value }) => value);
    return values.flatMap((value) => this.#words(value, [...within, found]));
  }

  #items({ items }: SequenceNode): readonly YamlNode[] {
    this.#spend(items.length);
    return items;
  }

  #spend(nodes: number): void {
    this.#budget -= nodes + 1;
    if (this.#budget < 0) throw new TooManyNodes();
  }

  #resolved(node: Node): Node {
    return node?.kind === 'alias' ? (this.#anchors.get(node.name) ?? null) : node;
  }

  /** @returns how many nodes are written */
  #collectAnchors(contents: Node): number {
    const waiting = contents === null ? [] : [contents];
    let count = 0;
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop(), count += 1) {
      if (node.anchor !== null && node.kind !== 'alias') this.#anchors.set(node.anchor, node);
      // The first one is to come next: of two anchors of one name the later one stays.
      if (node.kind === 'sequence') for (const item of node.items.toReversed()) waiting.push(item);
      if (node.kind === 'mapping')
        for (const [key, value] of node.pairs.toReversed()) waiting.push(value, key);
    }
    return count;
  }

  #span(node: Node): Span {
    return { file: this.#source.path, start: node?.start ?? 0, end: node === null ? 0 : endOf(node) };
  }

  /** A block scalar begins with its `|`: people search for the first line of its content. */
  #firstLine(node: Node): Span {
    const { file, start, end } = this.#span(node);
    const text = this.#source.text.slice(start, end);
    const [indicator = ''] = /^[|>][^\n]*\n\s*/.exec(text) ?? [];
    const line = text.slice(indicator.length).split('\n')[0] ?? '';
    return { file, start: start + indicator.length, end: start + indicator.length + line.trimEnd().length };
  }

  /** After the last entry of a block map; null for a flow map, where lines cannot be added. */
  #insertion(map: MappingNode): Insertion | null {
    const last = map.pairs.at(-1);
    const indent = this.#indentOf(map);
    if (last === undefined || map.flow || indent === null) return null;
    const { text } = this.#source;
    const end = endOf(last[1]);
    // A block scalar ends behind its line's end, anything else before it.
    if (text[end - 1] === '\n') return { at: end, indent, lineEnd: 'after' };
    const newline = text.indexOf('\n', end);
    return { at: newline < 0 ? text.length : newline, indent, lineEnd: 'before' };
  }

  /** Before the first entry of a block map, on its own line. */
  #beforeFirst(map: MappingNode): Insertion | null {
    const indent = this.#indentOf(map);
    const { start } = this.#span(map.pairs[0]?.[0] ?? null);
    if (indent === null || map.flow) return null;
    return { at: start - indent.length, indent, lineEnd: 'after' };
  }

  /** The spaces before the entries of a block map, the `-` of a list counted as one. */
  #indentOf(map: MappingNode): string | null {
    const { start } = this.#span(map.pairs[0]?.[0] ?? null);
    const line = this.#source.text.slice(this.#source.text.lastIndexOf('\n', start - 1) + 1, start);
    return /^[ -]*$/.test(line) && map.pairs.length > 0 ? ' '.repeat(line.length) : null;
  }
}

const NO_ENTRIES: WorkflowMap = { entries: [], insert: null, isFlow: false };

/** Where what is written of a node ends; libyaml's end of a block is where the next thing begins. */
function endOf(node: YamlNode): number {
  const lastItem = node.kind === 'sequence' ? node.items.at(-1) : undefined;
  const last = node.kind === 'mapping' ? node.pairs.at(-1)?.[1] : lastItem;
  const isBlock = (node.kind === 'mapping' || node.kind === 'sequence') && !node.flow;
  return isBlock && last !== undefined ? endOf(last) : node.end;
}

/** A value as it is written: `true`, `3`, nothing for null. */
function textOf(scalar: ScalarNode): string {
  return isNull(scalar) ? '' : scalar.value;
}

function isNull({ value, quoted }: ScalarNode): boolean {
  return !quoted && /^(?:~|null|Null|NULL)?$/.test(value);
}
