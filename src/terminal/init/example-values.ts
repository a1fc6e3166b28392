/**
 * The example values that `kamal init` and `rails new` write into the deploy file, and what replaces them. Source: Kamal
 * 2.12.0, lib/kamal/cli/templates/deploy.yml; Rails 8, lib/rails/generators/rails/app/templates/config/deploy.yml.tt.
 */
import type { Edit } from '../../parity/model.ts';
import { lineEnd } from '../../parity/edits/lines.ts';
import { LineIndex } from '../../base/text/position.ts';

export interface DeployValues {
  readonly service?: string;
  readonly image?: string;
  readonly host?: string;
  readonly proxyHost?: string;
  readonly registry?: string;
  readonly registryUser?: string;
}

/** One example that is still there. */
export interface Example {
  readonly what: keyof DeployValues;
  /** What a person is asked. */
  readonly question: string;
  readonly value: string;
  readonly line: number;
}

interface Pattern {
  readonly what: keyof DeployValues;
  readonly question: string;
  /** Its group is the value, or what replaces it. */
  readonly line: RegExp;
  /** What is removed without an answer, if that is not the group. */
  readonly usual?: string;
  /** What comes before the value. */
  readonly key?: string;
}

const PATTERNS: readonly Pattern[] = [
  { what: 'service', question: 'What is the app called?', line: /^service: (my-app)$/ },
  {
    what: 'image',
    question: 'What is its image called (USER/APP)?',
    line: /^image: ((?:my|your)-user\/[\w.-]+)$/,
  },
  { what: 'host', question: 'What is the address of the server?', line: /^\s+- (192\.168\.0\.1)$/ },
  {
    what: 'proxyHost',
    question: 'What is the domain of the app?',
    line: /^ {2}host: (app\.example\.com)$/,
  },
  {
    what: 'registry',
    question: 'Which registry holds the images (such as ghcr.io)?',
    line: /^ {2}server: (localhost:5555)$/,
  },
  {
    what: 'registryUser',
    question: 'Who logs in to the registry?',
    line: /^ {2}username: ((?:my|your)-user)$/,
  },
];

/** Before Kamal 2.8 the server is a comment: without one, the images go to Docker Hub. */
const COMMENTED_SERVER: Pattern = {
  what: 'registry',
  question: 'Which registry holds the images (such as ghcr.io)?',
  line: /^ {2}(# server: registry\.digitalocean\.com \/ ghcr\.io \/ \.\.\.)$/,
  usual: 'Docker Hub',
  key: 'server: ',
};

function patternsOf(text: string): readonly Pattern[] {
  return /^ {2}server:/m.test(text) ? PATTERNS : [...PATTERNS, COMMENTED_SERVER];
}

/** The examples that a deploy file still has, each once. */
export function examplesIn(text: string): Example[] {
  const found = new Map<string, Example>();
  const patterns = patternsOf(text);
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    for (const { what, question, line: pattern, usual } of patterns) {
      const value = pattern.exec(line)?.[1];
      if (value !== undefined && !found.has(what))
        found.set(what, { what, question, value: usual ?? value, line: index + 1 });
    }
  }
  return [...found.values()];
}

/** What was given and has no example to replace; a value that the file has already is at its place. */
export function withoutPlace(text: string, values: DeployValues): (keyof DeployValues)[] {
  const places = new Set(examplesIn(text).map(({ what }) => what));
  if (values.registry !== undefined && COMMENTED_USER.test(text)) places.add('registryUser');
  return PATTERNS.map(({ what }) => what).filter((what) => {
    const value = values[what];
    return value !== undefined && !places.has(what) && !text.includes(value);
  });
}

const COMMENTED_USER = /^ {2}# username: my-user$/m;

/** The edits that put values instead of the examples; a registry's user and password come out of their comments. */
export function fillExamples(file: string, text: string, values: DeployValues): Edit[] {
  const lines = new LineIndex(text);
  const edits: Edit[] = [];
  const patterns = patternsOf(text);
  for (const [index] of lines.starts.entries()) {
    const line = lines.line(index);
    const start = lines.starts[index] ?? 0;
    for (const { what, line: pattern, key = '' } of patterns) {
      const match = pattern.exec(line);
      const value = values[what];
      if (match === null || value === undefined) continue;
      const at = start + line.lastIndexOf(match[1] ?? '');
      edits.push({ file, start: at, end: at + (match[1] ?? '').length, text: `${key}${value}` });
    }
  }
  if (values.registry !== undefined) edits.push(...credentials(file, lines, values.registryUser));
  return edits;
}

/** `# username: my-user` and `# password:` with its one item, below `registry:`. */
function credentials(file: string, lines: LineIndex, user: string | undefined): Edit[] {
  const { text } = lines;
  const newline = lineEnd(lines);
  const commented = [
    // Without a user Kamal refuses the file: the example is then named as one that is left to replace.
    [`  # username: my-user${newline}`, `  username: ${user ?? 'my-user'}${newline}`],
    [
      `  # password:${newline}  #   - KAMAL_REGISTRY_PASSWORD${newline}`,
      `  password:${newline}    - KAMAL_REGISTRY_PASSWORD${newline}`,
    ],
  ] as const;
  return commented.flatMap(([before, after]) => {
    const at = text.indexOf(before);
    return at < 0 ? [] : [{ file, start: at, end: at + before.length, text: after }];
  });
}
