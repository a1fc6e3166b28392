import { fieldsIn } from './app-lines.ts';

/** A line of a container's log in the words of the tables, and as the log has it. */
export interface Said {
  readonly text: string;
  readonly line: string;
}

/**
 * The lines of a container's log, each as it is, followed by its content if only the form differs: a line of JSON in
 * words, and what a library says in several lines in one.
 */
export function saidIn(log: readonly string[]): Said[] {
  return log.flatMap((line, index): Said[] => [
    { text: line, line },
    ...ofJson(line),
    ...REPORTS.flatMap((report) => {
      const text = report(log, index);
      return text === null ? [] : [{ text, line }];
    }),
  ]);
}

/** Levels of the loggers that write JSON, those of pino as numbers (pino 5 to 10; zap, zerolog, slog, winston, Monolog). */
const OF_ERROR = /^(?:error|err|fatal|panic|dpanic|critical|crit|alert|emerg(?:ency)?|[56]0)$/i;
/** Fields that hold the message or the error, and those that name a variable. */
const MESSAGES = ['msg', 'message', 'error', 'err', 'cause'];
const NAMES = ['variable', 'var', 'env', 'env_var', 'envVar', 'key', 'name', 'field', 'missing'];

function ofJson(line: string): Said[] {
  const fields = fieldsIn(line);
  if (fields === null) return [];
  const level = fields.get('level') ?? fields.get('severity') ?? fields.get('level_name');
  if (!OF_ERROR.test(String(level))) return [];
  const texts = (names: readonly string[]): string[] =>
    names.map((name) => fields.get(name)).filter((value) => typeof value === 'string');
  const named = texts(NAMES).filter((value) => /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/.test(value));
  const text = ['error', ...new Set([...texts(MESSAGES), ...named])].join(': ');
  return [{ text, line }];
}

/** What one library says from this line on, as one line; null if it says nothing here. */
type Report = (log: readonly string[], index: number) => string | null;

const missing = (name: string): string => `${name.toUpperCase()} Field required [type=missing`;
const rejected = (name: string, why: string): string => `${name} is not accepted: ${why}`;
const UNDEFINED = /^(?:Required|required|undefined|Invalid input: expected \w+, received undefined)\b/;

/** How many lines before this one are searched for a head. */
const FAR = 40;
const headed = (log: readonly string[], index: number, head: RegExp): boolean =>
  log.slice(Math.max(0, index - FAR), index).some((line) => head.test(line));

const REPORTS: readonly Report[] = [
  // pydantic 1 and 2, ValidationError: the field, and below it what is wrong with it.
  (log, index) => {
    const field = /^(\w+)$/.exec(log[index - 1] ?? '')?.[1];
    const says = /^\s+(?:Field required \[type=missing|field required \(type=value_error\.missing\))/;
    const head = /validation errors? for \w*(?:[Ss]ettings|[Cc]onfig|[Ee]nv)/;
    return field !== undefined && says.test(log[index] ?? '') && headed(log, index, head)
      ? missing(field)
      : null;
  },
  // envalid 6 to 8, reporter.ts; dotenv-safe 5 to 9, MissingEnvVarsError.js.
  (log, index) => {
    const [, name = null, why = ''] =
      /^\s+([A-Z][A-Z0-9_]+)(?:: (.*)|(?:, [A-Z0-9_]+)*)$/.exec(log[index] ?? '') ?? [];
    if (name === null) return null;
    if (headed(log, index, /Invalid environment variables:$/) && why !== '') return rejected(name, why);
    return headed(
      log,
      index,
      /Missing environment variables:$|variables were defined in \S.* but are not present in the environment:$/,
    )
      ? missing(name)
      : null;
  },
  // Zod 3 and 4, ZodError.message: the issues as JSON; util.inspect of Node.js writes their keys without quotes.
  (log, index) => {
    const [, name = null] =
      /^\s*(?:"?path"?: \[ ?)?["']([A-Z][A-Z0-9_]+)["'](?: \],?)?$/.exec(log[index] ?? '') ?? [];
    if (name === null || !/\bpath"?: \[/.test(`${log[index - 1]}${log[index]}`)) return null;
    const around = log.slice(Math.max(0, index - 7), index + 5).map((line) => line.trim());
    if (!around.some((line) => /^"?code"?: ["'](?:invalid_|too_|custom)/.test(line))) return null;
    const why = log
      .slice(index, index + 5)
      .map((line) => /^\s*"?message"?: ["'](.*?)["'],?$/.exec(line)?.[1])
      .find((said) => said !== undefined);
    if (why === undefined) return null;
    return UNDEFINED.test(why) ? missing(name) : rejected(name, why);
  },
  // Zod 4, prettifyError.
  (log, index) => {
    const name = /^\s*→ at ([A-Z][A-Z0-9_]+)$/.exec(log[index] ?? '')?.[1];
    const why = /^\s*(?:\S+: )?✖ (.*)$/.exec(log[index - 1] ?? '')?.[1];
    if (name === undefined || why === undefined) return null;
    return UNDEFINED.test(why) ? missing(name) : rejected(name, why);
  },
];
