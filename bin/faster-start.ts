/**
 * What makes the command line start faster without a change of what it does: plugins that rewrite finished chunks.
 * Most of the time of a short program goes into compiling functions as they are first called, and Node's compile cache
 * does not hold those (`node --log-function-events`, Node 24.21: 819 functions of a check were compiled at each start).
 */
import { basename } from 'node:path';
import { type OutputBundle, type Plugin, RolldownMagicString } from 'rolldown';
import { parseAst } from 'rolldown/parseAst';

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
 * Has V8 compile the functions of one chunk together with the chunk, so that the compile cache holds them.
 * Only for a chunk that no other chunk calls before it has run: its functions become constants.
 */
export function compiledAhead(fileName: string): Plugin {
  return {
    name: 'compiled-ahead',
    generateBundle(_, bundle) {
      for (const chunk of chunksOf(bundle)) {
        if (chunk.fileName !== fileName) continue;
        const first = chunk.imports.find((file) => file in bundle && !file.endsWith('rolldown-runtime.js'));
        if (first !== undefined)
          throw new Error(`${chunk.fileName} imports ${first}, which may call it before it has run.`);
        chunk.code = inAscii(withFunctionsInParentheses(chunk.code));
      }
    },
  };
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
 * A module with each of its functions in parentheses: V8 takes that for a function that is called at once, and compiles
 * it with the module. Declarations become constants before all other code, as they could be called from there.
 * Methods of classes, and declarations inside a function, stay as they are.
 */
export function withFunctionsInParentheses(code: string): string {
  const program = parseAst(code) as unknown as { readonly body: readonly SyntaxNode[] };
  const text = new RolldownMagicString(code);
  const top = program.body.filter(({ type }) => type === 'ImportDeclaration').at(-1)?.end ?? 0;
  for (const node of program.body) {
    wrapFunctionsBelow(node, text);
    if (node.type !== 'FunctionDeclaration') continue;
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

function wrapFunctionsBelow(node: SyntaxNode, text: RolldownMagicString): void {
  for (const child of Object.values(node).flat()) {
    if (!isNode(child)) continue;
    wrapFunctionsBelow(child, text);
    if (!/^(?:Arrow)?FunctionExpression$/.test(child.type)) continue;
    if (node.type === 'MethodDefinition' || node.kind === 'get' || node.kind === 'set') continue;
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
