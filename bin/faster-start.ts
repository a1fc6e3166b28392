/**
 * What makes the command line start faster without a change of what it does: plugins that rewrite finished chunks.
 * Most of the time of a short program goes into compiling functions as they are first called, and Node's compile cache
 * does not hold those (`node --log-function-events`, Node 24.21: 819 functions of a check were compiled at each start).
 */
import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type OutputBundle, type Plugin, RolldownMagicString } from 'rolldown';
import { parseAst } from 'rolldown/parseAst';
import { rules } from '../src/parity/rules.ts';

/** A node of the syntax tree; `start` and `end` count UTF-16 units. */
interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly body?: unknown;
  readonly id?: { readonly name: string } | null;
  readonly key?: SyntaxNode;
  readonly method?: boolean;
  readonly kind?: string;
  readonly async?: boolean;
  readonly generator?: boolean;
  readonly computed?: boolean;
}

/**
 * Has V8 compile the functions of one chunk that a usual check calls together with the chunk, so that the compile cache
 * holds them, and no others: what is in the cache is read at each start.
 * Only for a chunk that no other chunk calls before it has run: its functions become constants.
 * @param cli the program that loads the chunk
 */
export function compileAhead(chunk: string, cli: string): void {
  const code = readFileSync(chunk, 'utf8');
  const [, first] = /^(?:import[^;]*;)*import[^;]*"(\.[^"]*)";/.exec(code) ?? [];
  if (first !== undefined) throw new Error(`${chunk} imports ${first}, which may call it before it has run.`);
  const called = calledByChecks(chunk, cli);
  writeFileSync(chunk, inAscii(withFunctionsInParentheses(code, (start) => called.has(start))));
}

/** Where the functions of a file begin that a check of a sound project and one of a flaw call, as V8 counts. */
function calledByChecks(file: string, cli: string): Set<number> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'kamal-1password-build-')));
  const called = new Set<number>();
  try {
    for (const [name, files] of Object.entries(USUAL_CHECKS)) {
      const [project, coverage] = [join(root, name), join(root, `${name}-coverage`)];
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(project, path)), { recursive: true });
        writeFileSync(join(project, path), text);
      }
      const env = { NODE_V8_COVERAGE: coverage, NODE_DISABLE_COMPILE_CACHE: '1' };
      spawnSync(process.execPath, [cli, 'check', '-C', project], { cwd: root, env });
      for (const report of readdirSync(coverage)) {
        const { result } = JSON.parse(readFileSync(join(coverage, report), 'utf8')) as Coverage;
        const { functions = [] } = result.find(({ url }) => url === pathToFileURL(file).href) ?? {};
        for (const { ranges } of functions)
          if (ranges[0] !== undefined && ranges[0].count > 0) called.add(ranges[0].startOffset);
      }
    }
  } finally {
    rmSync(root, { recursive: true });
  }
  if (called.size === 0) throw new Error(`No check calls anything of ${file}.`);
  return called;
}

const USUAL_CHECKS = {
  sound: rules['workflow-secret-not-passed'].examples().fixed,
  flawed: rules['secret-missing'].examples().failing,
};

/** What V8 writes with `NODE_V8_COVERAGE`; the first range of a function is its own. */
interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly {
      readonly ranges: readonly { readonly startOffset: number; readonly count: number }[];
    }[];
  }[];
}

/**
 * Omits two kinds of files, as each costs a search, a read and a compilation: one that only hands on what a chunk
 * exports (the chunk itself is imported in its place), and the bundler's runtime where nothing of it is used.
 */
export function fewerFiles(): Plugin {
  return {
    name: 'fewer-files',
    generateBundle(_, bundle) {
      for (const each of chunksOf(bundle))
        each.code = each.code.replace(/import"\.\/(?:\w+\/)?rolldown-runtime\.js";/, '');
      for (const handsOn of chunksOf(bundle)) {
        const [, given, chunk] = HANDS_ON.exec(handsOn.code) ?? [];
        if (given === undefined || chunk === undefined) continue;
        const file = basename(handsOn.fileName);
        const names = given.split(',').map((each) => each.split(' as '));
        const taken = names.map(([from = '', to = from]) => `${to}:chunk.${from}`).join(',');
        for (const each of chunksOf(bundle))
          each.code = each.code.replaceAll(
            new RegExp(`import\\(\`(\\./(?:\\w+/)?)${file.replace('.', '\\.')}\`\\)`, 'g'),
            (_whole, folder: string) => `import(\`${folder}${chunk}\`).then(chunk=>({${taken}}))`,
          );
        delete bundle[handsOn.fileName];
      }
    },
  };
}

const HANDS_ON = /^import\{([^}]+)\}from"\.\/([^"]+)";export\{[^}]+\};\s*$/;

function chunksOf(bundle: OutputBundle) {
  return Object.values(bundle).filter((each) => each.type === 'chunk');
}

/**
 * A module with functions in parentheses: V8 takes that for a function that is called at once, and compiles
 * it with the module. Declarations become constants before all other code, as they could be called from there.
 * Methods of classes, and declarations inside a function, stay as they are.
 * @param isWanted by where the function begins
 */
export function withFunctionsInParentheses(
  code: string,
  isWanted: (start: number) => boolean = () => true,
): string {
  const program = parseAst(code) as unknown as { readonly body: readonly SyntaxNode[] };
  const text = new RolldownMagicString(code);
  const top = program.body.filter(({ type }) => type === 'ImportDeclaration').at(-1)?.end ?? 0;
  for (const node of program.body) {
    wrapFunctionsBelow(node, text, isWanted);
    if (node.type !== 'FunctionDeclaration' || !isWanted(node.start)) continue;
    text.prependRight(node.start, `const ${node.id?.name ?? ''}=(`).appendLeft(node.end, ');');
    text.move(node.start, node.end, top);
  }
  return text.toString();
}

/**
 * Code with escapes instead of characters beyond ASCII: V8 keeps it in one byte per character, and Node, which encodes it
 * again to look it up in the compile cache, copies it.
 */
export function inAscii(code: string): string {
  // Where a backslash precedes the character, or a tag sees the text as written, the escape would be text.
  const [unsafe] = /\\[^\0-\x7F]|\bString\.raw`[^`]*[^\0-\x7F`]/.exec(code) ?? [];
  if (unsafe !== undefined) throw new Error(`${unsafe} cannot be written in ASCII.`);
  return code.replaceAll(
    /[^\0-\x7F]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function wrapFunctionsBelow(
  node: SyntaxNode,
  text: RolldownMagicString,
  isWanted: (start: number) => boolean,
): void {
  for (const child of Object.values(node).flat()) {
    if (!isNode(child)) continue;
    wrapFunctionsBelow(child, text, isWanted);
    if (!/^(?:Arrow)?FunctionExpression$/.test(child.type)) continue;
    if (node.type === 'MethodDefinition' || node.kind === 'get' || node.kind === 'set') continue;
    if (!isWanted(node.method === true ? node.start : child.start)) continue;
    if (node.method !== true) text.prependRight(child.start, '(');
    else {
      // `async *name(…) {…}` of an object: the function begins at its parameters.
      const name = (node.key?.start ?? 0) - (node.computed === true ? 1 : 0);
      if (node.start < name) text.remove(node.start, name);
      text.prependRight(
        child.start,
        `:(${child.async === true ? 'async ' : ''}function${child.generator === true ? '*' : ''}`,
      );
    }
    text.appendLeft(child.end, ')');
  }
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
