import type { KamalRelease } from '../../../base/kamal-facts/release.ts';
import { optionalNames, type Environment } from '../environment.ts';
import { tagsIn } from '../tags.ts';
import type { Path } from './paths.ts';
import { NIL, string, type Value } from './values.ts';
import type { Parameter, Node } from './syntax.ts';

export interface Method {
  readonly parameters: readonly Parameter[];
  readonly body: Node;
}

/** What all templates of one configuration share: the environment, instance and global variables, methods. */
export interface TemplateSession {
  readonly kamal: KamalRelease;
  readonly environment: Environment;
  /** Names that count as unset although the environment counts as set. */
  readonly optional: ReadonlySet<string>;
  /** What the templates themselves, or Kamal, have put into the environment. */
  readonly assigned: Map<string, Value>;
  readonly variables: Map<string, Value>;
  readonly methods: Map<string, Method>;
  readonly readFile: (path: string) => string | null;
  readonly exists: (path: string) => boolean;
  /** Whether a file that is not there may be there when Kamal runs: git ignores it, or a job makes it. */
  readonly mayAppear: (path: string) => boolean;
  /** Whether the templates themselves may write files. */
  readonly writesFiles: boolean;
  /** The path through the conditions that only a run can decide; null for the likeliest, with the rest reported. */
  readonly path: Path | null;
  /** Whether a template has loaded other code, which may define anything. */
  loadsCode: boolean;
  /** What is left of the work that templates may do. */
  budget: number;
}

/** Steps of evaluation that the templates of one configuration may take together. */
const BUDGET = 300_000;

/** Ruby that may make a file, by a method or by a program. */
const WRITES =
  /\b(?:bin)?write\b|FileUtils|\b(?:system|exec|spawn|popen\d?|syscall|mkdir|mkpath|touch|symlink|rename|copy|cp|copy_stream|Open3|Tempfile)\b|[,:]\s*["'][wa]b?\+?["']|`|%x/;

/** Programs that only print. */
const PRINTS = /(?:`|%x[[({])\s*(?:cat|git|hostname|whoami|pwd|ls|date)\b[^`|;&<>)}\]]*[`)}\]]/g;

function mayWrite(template: string): boolean {
  return tagsIn(template).some((tag) => WRITES.test(tag.text.replaceAll(PRINTS, '')));
}

/** A session for the templates of one configuration. */
export function newSession(
  host: Pick<TemplateSession, 'kamal' | 'environment' | 'readFile' | 'exists' | 'mayAppear'> & {
    readonly destination: string | null;
    readonly templates: readonly string[];
    /** `KAMAL_PREVIEW_NUMBER`, if it is known; null if it is unknown like the rest of the environment. */
    readonly previewNumber?: number | null;
    readonly path?: Path | null;
  },
): TemplateSession {
  return {
    kamal: host.kamal,
    environment: host.environment,
    optional: optionalNames(host.templates),
    assigned: new Map([
      ...(host.kamal.facts.setsDestination
        ? [['KAMAL_DESTINATION', host.destination === null ? NIL : string(host.destination)] as const]
        : []),
      ...(host.previewNumber == null
        ? []
        : [['KAMAL_PREVIEW_NUMBER', string(String(host.previewNumber))] as const]),
    ]),
    variables: new Map(),
    methods: new Map(),
    readFile: host.readFile,
    exists: host.exists,
    mayAppear: host.mayAppear,
    writesFiles: host.templates.some(mayWrite),
    path: host.path ?? null,
    loadsCode: false,
    budget: BUDGET,
  };
}

/** `ENV[name]`. */
export function readEnvironment(session: TemplateSession, name: string): Value {
  const assigned = session.assigned.get(name);
  if (assigned) return assigned;
  const set =
    session.environment === 'set' || (session.environment === 'provided' && !session.optional.has(name));
  return set ? string(`env-${name}`, true) : { ...NIL, unknown: true };
}

/** `ENV.fetch(name)`: null if the fallback is to be taken. */
export function fetchEnvironment(
  session: TemplateSession,
  name: string,
  fallback: 'none' | 'value' | 'block',
): Value | null {
  const assigned = session.assigned.get(name);
  if (assigned) return assigned.type === 'nil' ? null : assigned;
  const set =
    session.environment === 'set' ||
    fallback === 'none' ||
    (fallback === 'block' && session.environment !== 'absent');
  return set ? string(`env-${name}`, true) : null;
}
