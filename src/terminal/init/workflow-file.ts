/** A workflow file as text with the places of its steps, so that some can be replaced and all others stay byte for byte. */
import { isMap, isScalar, isSeq, parseDocument, type YAMLMap } from 'yaml';

/** One entry of a mapping: its value as YAML reads it and the lines that it takes. */
export interface Entry {
  readonly value: unknown;
  /** Offsets of the whole lines, from the key's line to the line after the value. */
  readonly start: number;
  readonly end: number;
}

/** A step of a job, block style. Offsets are those of the file's text. */
export interface Step {
  readonly uses: string | null;
  readonly run: string | null;
  readonly name: string | null;
  readonly id: string | null;
  readonly env: Readonly<Record<string, string>>;
  readonly with: Readonly<Record<string, string>>;
  readonly workingDirectory: string | null;
  /** Where the step's line with the dash begins, and where its last line ends (line end included). */
  readonly start: number;
  readonly end: number;
  /** Where the comment lines right above the step begin; `start` where there are none. */
  readonly withComments: number;
  /** Column of the keys, in characters. */
  readonly keyColumn: number;
  /** The step's own keys in their order. */
  readonly entries: ReadonlyMap<string, Entry>;
  /** The entries of its `env:` where that is written one a line. */
  readonly envEntries: ReadonlyMap<string, Entry> | null;
  readonly text: string;
}

export interface Job {
  readonly name: string;
  readonly runsOn: string;
  readonly inContainer: boolean;
  readonly env: Readonly<Record<string, string>>;
  readonly workingDirectory: string | null;
  /** Null where the steps are not written one below the other: then they cannot be edited by lines. */
  readonly steps: readonly Step[] | null;
}

export interface WorkflowFile {
  readonly path: string;
  readonly text: string;
  readonly env: Readonly<Record<string, string>>;
  readonly workingDirectory: string | null;
  readonly jobs: readonly Job[];
  /** The names of the events that it runs on. */
  readonly events: readonly string[];
  readonly hasConcurrency: boolean;
}

/** In UTF-16 code units. The library takes the square of the length for some texts. */
const LARGEST = 256 * 1024;

/** Reads a workflow; null where it is no YAML, or no workflow, or larger than anybody's. */
export function readWorkflow(path: string, text: string): WorkflowFile | null {
  if (text.length > LARGEST) return null;
  const document = parseDocument(text, {
    version: '1.2',
    keepSourceTokens: false,
    logLevel: 'silent',
    // The library compares each key with each other one.
    uniqueKeys: false,
  });
  const root = document.contents;
  if (document.errors.length > 0 || !isMap(root)) return null;
  const jobs = root.get('jobs', true);
  if (!isMap(jobs)) return null;
  const events = plain(root.get('on'));
  return {
    path,
    text,
    env: texts(root.get('env')),
    workingDirectory: defaultDirectory(root),
    events:
      typeof events === 'string'
        ? [events]
        : Array.isArray(events)
          ? events.map(String)
          : Object.keys(Object(events)),
    hasConcurrency:
      root.has('concurrency') || jobs.items.some(({ value }) => isMap(value) && value.has('concurrency')),
    jobs: jobs.items.flatMap(({ key, value }) =>
      isMap(value) ? [readJob(String(isScalar(key) ? key.value : key), value, text)] : [],
    ),
  };
}

function readJob(name: string, job: YAMLMap, text: string): Job {
  const steps = job.get('steps', true);
  const block = isSeq(steps) && steps.flow !== true;
  const maps = block ? steps.items.filter((item) => isMap(item)) : [];
  const read = maps.map((map) => readStep(map, text));
  const usable = block && maps.length === steps.items.length && read.every((step) => step !== null);
  return {
    name,
    runsOn: JSON.stringify(plain(job.get('runs-on')) ?? ''),
    inContainer: job.has('container'),
    env: texts(job.get('env')),
    workingDirectory: defaultDirectory(job),
    steps: usable ? read : null,
  };
}

function readStep(map: YAMLMap, text: string): Step | null {
  const range = map.range;
  if (!range) return null;
  const dash = text.lastIndexOf('-', range[0]);
  const start = lineStart(text, dash);
  // The dash stands alone before the step's first key.
  if (text.slice(start, dash).trim() !== '' || !/^-\s+$/.test(text.slice(dash, range[0]))) return null;
  const end = lineEnd(text, lastCharacter(text, range[0], range[1]));
  const entries = map.flow === true ? new Map<string, Entry>() : entriesOf(map, text);
  const env = map.get('env', true);
  const value = (key: string): string | null => {
    const found = map.get(key);
    return typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean'
      ? `${found}`
      : null;
  };
  return {
    uses: value('uses'),
    run: value('run'),
    name: value('name'),
    id: value('id'),
    env: texts(env),
    with: texts(map.get('with')),
    workingDirectory: value('working-directory'),
    start,
    end,
    withComments: commentsAbove(text, start),
    keyColumn: range[0] - lineStart(text, range[0]),
    entries,
    envEntries: isMap(env) && env.flow !== true ? entriesOf(env, text) : null,
    text: text.slice(start, end),
  };
}

function entriesOf(map: YAMLMap, text: string): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const { key, value } of map.items) {
    if (!isScalar(key) || !key.range) continue;
    const range = isScalar(value) || isMap(value) || isSeq(value) ? value.range : null;
    const last = range ? lastCharacter(text, key.range[0], Math.max(range[1], key.range[1])) : key.range[1];
    entries.set(String(key.value), {
      value: plain(value),
      start: lineStart(text, key.range[0]),
      end: lineEnd(text, last),
    });
  }
  return entries;
}

/** The last character of a node that is no white space. */
function lastCharacter(text: string, start: number, end: number): number {
  let at = Math.min(end, text.length);
  while (at > start && /\s/.test(text[at - 1] ?? '')) at--;
  return at;
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Behind the line end of the line that an offset is on. */
function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', Math.max(0, offset - 1));
  return end < 0 ? text.length : end + 1;
}

function commentsAbove(text: string, start: number): number {
  let at = start;
  while (at > 0) {
    const before = lineStart(text, at - 1);
    if (!/^[ \t]*#/.test(text.slice(before, at))) return at;
    at = before;
  }
  return at;
}

function defaultDirectory(map: YAMLMap): string | null {
  const directory = map.getIn(['defaults', 'run', 'working-directory']);
  return typeof directory === 'string' ? directory : null;
}

function texts(node: unknown): Record<string, string> {
  const value = plain(node);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      typeof each === 'object' ? JSON.stringify(each) : String(each),
    ]),
  );
}

function plain(node: unknown): unknown {
  if (isMap(node) || isSeq(node)) return node.toJSON();
  return isScalar(node) ? node.value : node;
}
