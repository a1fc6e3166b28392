/** Methods of the classes and objects that templates use: ENV, File, Dir, Pathname, Gem, ERB, YAML, JSON. */
import path from 'node:path';
import type { Evaluator, MethodCall } from './evaluator.ts';
import { exists, PROJECT_ROOT, readProjectFile, requireOperand } from './project-files.ts';
import { fetchEnvironment, readEnvironment } from './session.ts';
import { array, boolean, hash, NIL, object, OPAQUE, string, toS, unsure, type Value } from './values.ts';

type ObjectValue = Extract<Value, { type: 'object' }>;

/** A method of a class or object; null if it is not known here. */
export function objectMethod(interpreter: Evaluator, receiver: ObjectValue, call: MethodCall): Value | null {
  const { name, args, block } = call;
  const isPath = receiver.name === 'Pathname' && receiver.data !== null;
  if (receiver.name !== 'Pathname' || isPath)
    requireOperand(
      interpreter,
      receiver.name,
      call,
      isPath ? string(receiver.data ?? '', receiver.unknown) : args[0],
    );
  switch (receiver.name) {
    case 'ENV':
      return environmentMethod(interpreter, call);
    case 'File':
    case 'IO':
      return fileMethod(interpreter, name, args);
    case 'Dir':
      if (name === 'pwd' || name === 'getwd') return string(PROJECT_ROOT, true);
      return name === 'exist?' && args[0] ? exists(interpreter, toS(args[0]), args[0].unknown) : null;
    case 'Pathname':
      if (receiver.data !== null) return pathnameMethod(interpreter, receiver.data, name, args);
      return name === 'new' && args[0] ? object('Pathname', toS(args[0]), args[0].unknown) : null;
    case 'Hash':
      return name === 'new' && args.length === 0 && !block ? hash([]) : null;
    case 'Array':
      return name === 'new' && args.length === 0 ? array([]) : null;
    case 'String':
      return name === 'new' ? string(args[0] ? toS(args[0]) : '') : null;
    case 'Gem::Specification':
      return name === 'find_by_name' && args[0] ? gem(interpreter, toS(args[0])) : null;
    case 'gem':
      return name === 'gem_dir' || name === 'full_gem_path'
        ? string(receiver.data ?? '.', receiver.unknown)
        : null;
    case 'ERB':
      return name === 'new' && args[0] ? newTemplate(args) : null;
    case 'main':
      return NIL;
    default:
      return ownMessage(receiver, name);
  }
}

/** The message of a rescued exception. */
function ownMessage(receiver: ObjectValue, name: string): Value | null {
  return name === 'message' && receiver.data !== null ? string(receiver.data, receiver.unknown) : null;
}

function environmentMethod(interpreter: Evaluator, { name, args, block }: MethodCall): Value | null {
  const { session } = interpreter;
  const [first, second] = args;
  if (name === 'to_h' || name === 'to_hash') return block ? null : hash([], true);
  if (name === 'keys' || name === 'values') return array([], true);
  if (first?.type !== 'string') return name === 'slice' ? OPAQUE : null;
  switch (name) {
    case '[]':
      return readEnvironment(session, first.value);
    case '[]=':
    case 'store':
      session.assigned.set(first.value, second ?? NIL);
      return second ?? NIL;
    case 'fetch': {
      const value = second ? 'value' : 'none';
      const fallback = block ? 'block' : value;
      const found = fetchEnvironment(session, first.value, fallback);
      if (found) return found;
      return unsure(block ? interpreter.unsurely(() => block([first])) : (second ?? NIL));
    }
    case 'key?':
    case 'has_key?':
    case 'include?':
    case 'member?':
      return boolean(session.assigned.has(first.value), !session.assigned.has(first.value));
    case 'delete':
      session.assigned.set(first.value, NIL);
      return OPAQUE;
    case 'values_at':
      return array(args.map((arg) => readEnvironment(session, toS(arg))));
    default:
      return null;
  }
}

function fileMethod(interpreter: Evaluator, name: string, args: readonly Value[]): Value | null {
  const [first, second] = args;
  if (!first) return null;
  const unknown = args.some((arg) => arg.unknown);
  const file = toS(first);
  switch (name) {
    case 'read':
    case 'binread':
      return readProjectFile(interpreter, file, first.unknown && !file.startsWith(PROJECT_ROOT));
    case 'exist?':
    case 'file?':
    case 'exists?':
    case 'readable?':
      return exists(interpreter, file, first.unknown);
    case 'join':
      return string(
        args
          .map((arg) => toS(arg))
          .join('/')
          .replaceAll(/\/+/gu, '/'),
        unknown,
      );
    case 'expand_path':
    case 'absolute_path':
      return string(expand(file, second && second.type !== 'nil' ? toS(second) : '.'), true);
    case 'basename':
      return string(
        path.posix.basename(
          file,
          second ? toS(second).replace(/^\.\*$/u, path.posix.extname(file)) : undefined,
        ),
        unknown,
      );
    case 'dirname':
      return string(path.posix.dirname(file), unknown);
    case 'extname':
      return string(path.posix.extname(file), unknown);
    default:
      return null;
  }
}

function expand(file: string, folder: string): string {
  if (file.startsWith('~')) return file.replace('~', '/home/known-when-run');
  return path.posix.resolve(PROJECT_ROOT, folder, file);
}

function pathnameMethod(
  interpreter: Evaluator,
  data: string,
  name: string,
  args: readonly Value[],
): Value | null {
  const unknown = args.some((arg) => arg.unknown);
  switch (name) {
    case 'join':
    case '+':
    case '/':
      return object('Pathname', path.posix.join(data, ...args.map((arg) => toS(arg))), unknown);
    case 'read':
      return readProjectFile(interpreter, data, unknown);
    case 'exist?':
    case 'file?':
      return exists(interpreter, data, unknown);
    case 'to_s':
    case 'to_path':
      return string(data, unknown);
    case 'basename':
      return string(path.posix.basename(data), unknown);
    case 'dirname':
    case 'parent':
      return object('Pathname', path.posix.dirname(data), unknown);
    case 'expand_path':
      return object('Pathname', expand(data, '.'), true);
    default:
      return null;
  }
}

/** A gem that is a folder of the same repository, by its name or the last part of it; else somewhere. */
function gem(interpreter: Evaluator, name: string): Value {
  const folders = [name, name.split('-').at(-1) ?? name, `gems/${name}`];
  const folder = folders.find((each) => interpreter.session.exists(each));
  return object('gem', folder ?? '.', false);
}

function newTemplate([template, options]: readonly Value[]): Value | null {
  if (template?.type !== 'string') return null;
  const mode = options?.type === 'hash' ? options.entries.get('y:trim_mode')?.[1] : undefined;
  const source = template.origin && 'file' in template.origin ? template.origin.file : '';
  return {
    type: 'template',
    text: template.value,
    file: source,
    trim: mode ? toS(mode) : '',
    unknown: template.unknown,
  };
}
