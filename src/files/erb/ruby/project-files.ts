/** The files of the project, as templates ask for them. */
import path from 'node:path';
import type { Evaluator, MethodCall } from './evaluator.ts';
import type { TemplateSession } from './session.ts';
import { boolean, string, toS, type Value } from './values.ts';

/** The placeholder for the project's folder in absolute paths. */
export const PROJECT_ROOT = '/kamal-project';

/** A path of the project as it is passed to the host: relative, or null if it leads elsewhere. */
export function projectPath(file: string): string | null {
  if (!file.startsWith('/')) return path.posix.normalize(file);
  const relative = path.posix.relative(PROJECT_ROOT, path.posix.normalize(file));
  return relative.startsWith('..') ? null : relative;
}

function isThere(session: TemplateSession, name: string): boolean {
  return session.exists(name) || session.readFile(name) !== null;
}

/** Whether a path is one of the project and nothing exists there when Kamal runs. */
function isAbsent({ session }: Evaluator, file: string): boolean {
  const name = projectPath(file);
  return (
    name !== null &&
    !/^\.\.(?:\/|$)/.test(name) &&
    !isThere(session, name) &&
    !session.loadsCode &&
    !session.writesFiles &&
    !session.mayAppear(name)
  );
}

/**
 * A file of the project; if it may exist when Kamal runs, it counts as existing, with unknown content.
 * @throws Raised if it is certain not to exist
 */
export function readProjectFile(interpreter: Evaluator, file: string, unknown: boolean): Value {
  const text = unknown ? null : textOf(interpreter, file);
  if (text !== null) return text;
  requireFile(interpreter, file, unknown);
  return string(
    file.endsWith('.json') ? '{"name":"known-when-run","version":"1.0.0"}\n' : 'known-when-run\n',
    true,
  );
}

/** What a file of the project holds, with where it is from; null if it cannot be read now. */
function textOf({ session }: Evaluator, file: string): Value | null {
  const name = projectPath(file);
  const text = name === null ? null : session.readFile(name);
  return name === null || text === null
    ? null
    : { type: 'string', value: text, unknown: false, origin: { file: name } };
}

/** Whether a file exists; one that is not in the repository can still exist when Kamal runs. */
export function exists(interpreter: Evaluator, file: string, unknown: boolean): Value {
  const name = projectPath(file);
  const found = name !== null && interpreter.session.exists(name);
  return boolean(
    found,
    (unknown && !file.startsWith(PROJECT_ROOT)) || (!found && !isAbsent(interpreter, file)),
  );
}

type Failing = Readonly<Record<string, string>>;

const OPENED = 'rb_sysopen';
const READING: Failing = { read: OPENED, binread: OPENED, readlines: OPENED };
const LOADING: Failing = { load_file: OPENED };
const LOADING_YAML: Failing = { ...LOADING, safe_load_file: OPENED, unsafe_load_file: OPENED };

/** Methods that raise `Errno::ENOENT` for a file or folder that is not there, by class, with where Ruby (3.1 to 3.4) raises. */
const NEEDS_FILE: Readonly<Record<string, Failing>> = {
  File: {
    ...READING,
    open: OPENED,
    new: OPENED,
    size: 'rb_file_s_size',
    mtime: 'rb_file_s_mtime',
    atime: 'rb_file_s_atime',
    ctime: 'rb_file_s_ctime',
    stat: 'rb_file_s_stat',
    lstat: 'rb_file_lstat',
    ftype: 'rb_file_s_ftype',
    readlink: 'rb_readlink',
  },
  IO: READING,
  Dir: {
    children: 'dir_initialize',
    entries: 'dir_initialize',
    open: 'dir_initialize',
    new: 'dir_initialize',
  },
  YAML: LOADING_YAML,
  Psych: LOADING_YAML,
  JSON: { ...LOADING, 'load_file!': OPENED },
  Pathname: {
    ...READING,
    open: OPENED,
    size: 'rb_file_s_size',
    mtime: 'rb_file_s_mtime',
    children: 'dir_initialize',
  },
};

/** Methods that return a list without opening the files, unless they get a block. */
const WITH_BLOCK: Readonly<Record<string, Failing>> = {
  File: { foreach: OPENED },
  IO: { foreach: OPENED },
  Dir: { foreach: 'dir_initialize', each_child: 'dir_initialize' },
  Pathname: { each_line: OPENED, each_child: 'dir_initialize' },
};

/**
 * Makes sure of the file that a method needs.
 * @param of the class, or `Pathname` for the object
 * @throws Raised if it is certain not to exist
 */
export function requireOperand(
  interpreter: Evaluator,
  of: string,
  { name, args, block }: MethodCall,
  file: Value | undefined,
): void {
  const place = NEEDS_FILE[of]?.[name] ?? (block ? WITH_BLOCK[of]?.[name] : undefined);
  if (place === undefined || file === undefined) return;
  const named = toS(file);
  // `|command` is run, and what is opened for writing is made.
  if (file.type === 'nil' || named.startsWith('|') || isOpenedToWrite(name, args)) return;
  requireFile(interpreter, named, file.unknown && !named.startsWith(PROJECT_ROOT), place);
}

/** @throws Raised if a file is certain not to exist */
function requireFile(interpreter: Evaluator, file: string, unknown: boolean, place = OPENED): void {
  const name = projectPath(file);
  if (name !== null && !unknown && isThere(interpreter.session, name)) return;
  if (!unknown && isAbsent(interpreter, file))
    interpreter.raise('Errno::ENOENT', `No such file or directory @ ${place} - ${name ?? file}`);
  interpreter.unclear(
    unknown || name === null
      ? 'reading a file that is not of the project'
      : `reading ${name}, which is not there now,`,
  );
}

function isOpenedToWrite(name: string, args: readonly Value[]): boolean {
  if (name !== 'open' && name !== 'new') return false;
  return args.slice(1).some((each) => each.type !== 'string' || !/^r[bt]?(?::|$)/.test(each.value));
}

/** What `cat FILE` in backticks prints; null for any other command. The shell writes its own complaint, and nothing is raised. */
export function printedByCat(interpreter: Evaluator, command: string): Value | null {
  const file = /^\s*cat ([\w.][\w./-]*)(?: 2> ?\/dev\/null)?\s*$/.exec(command)?.[1];
  if (file === undefined) return null;
  return isAbsent(interpreter, file) ? string('') : textOf(interpreter, file);
}
