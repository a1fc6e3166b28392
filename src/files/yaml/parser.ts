/**
 * YAML's nodes out of libyaml's tokens (libyaml 0.2.5, src/parser.c), the first document only:
 * Psych's `load` never looks further (psych.rb, `parse_stream(yaml) { |node| return node }`).
 */
import type { Mark } from './mark.ts';
import { YamlError } from './error.ts';
import { MAX_DEPTH, Scanner } from './scanner.ts';
import type { ScalarStyle, YamlToken } from './token.ts';

interface NodeBase {
  /** Offsets in the text, UTF-16 code units; properties (anchor, tag) are outside. */
  readonly start: number;
  readonly end: number;
  readonly anchor: string | null;
  /** The resolved tag, or null if there is none. */
  readonly tag: string | null;
}

export interface ScalarNode extends NodeBase {
  readonly kind: 'scalar';
  readonly value: string;
  readonly style: ScalarStyle;
  /** libyaml's `quoted_implicit`: a scalar that is a string in any form. */
  readonly quoted: boolean;
}

export interface SequenceNode extends NodeBase {
  readonly kind: 'sequence';
  readonly flow: boolean;
  readonly items: readonly YamlNode[];
}

export interface MappingNode extends NodeBase {
  readonly kind: 'mapping';
  readonly flow: boolean;
  readonly pairs: readonly (readonly [key: YamlNode, value: YamlNode])[];
}

export interface AliasNode extends NodeBase {
  readonly kind: 'alias';
  readonly name: string;
}

export type YamlNode = ScalarNode | SequenceNode | MappingNode | AliasNode;

/**
 * Parses the first document of a text.
 * @returns its root, or null if the text has no document
 * @throws YamlError if libyaml would refuse, with Psych's message
 */
export function parseYaml(text: string): YamlNode | null {
  return new Parser(text).document();
}

interface Properties {
  anchor: string | null;
  tag: string | null;
  start: Mark;
  /** The end of the last property, or null if there is none. */
  end: Mark | null;
}

class Parser {
  readonly #scanner: Scanner;
  readonly #tagPrefixes = new Map<string, string>();
  #depth = 0;

  constructor(text: string) {
    this.#scanner = new Scanner(text);
  }

  #peek(): YamlToken {
    return this.#scanner.peek();
  }

  #take(): YamlToken {
    return this.#scanner.take();
  }

  document(): YamlNode | null {
    this.#take();
    let token = this.#peek();
    if (token.type === 'stream-end') return null;
    this.#directives();
    token = this.#peek();
    let root: YamlNode;
    if (token.type === 'document-start') {
      this.#take();
      const next = this.#peek();
      root = isDocumentEdge(next) ? this.#empty(next.start) : this.#node(true, false);
    } else {
      // A lone `...` begins an empty document: libyaml calls the node parser, which refuses.
      root = this.#node(true, false);
    }
    this.#peek();
    return root;
  }

  #directives(): void {
    let seenVersion = false;
    let any = false;
    for (;;) {
      const token = this.#peek();
      if (token.type === 'version-directive') {
        if (seenVersion) this.#fail('found duplicate %YAML directive', token);
        seenVersion = true;
      } else if (token.type === 'tag-directive') {
        if (this.#tagPrefixes.has(token.handle)) this.#fail('found duplicate %TAG directive', token);
        this.#tagPrefixes.set(token.handle, token.prefix);
      } else {
        if (any && token.type !== 'document-start')
          this.#fail('did not find expected <document start>', token);
        break;
      }
      any = true;
      this.#take();
    }
    if (!this.#tagPrefixes.has('!')) this.#tagPrefixes.set('!', '!');
    if (!this.#tagPrefixes.has('!!')) this.#tagPrefixes.set('!!', 'tag:yaml.org,2002:');
  }

  #fail(problem: string, token: YamlToken, context: string | null = null, from: Mark | null = null): never {
    throw new YamlError(problem, context, from ?? { offset: 0, line: 0, column: 0 }, token.start.offset);
  }

  #empty(at: Mark): ScalarNode {
    return {
      kind: 'scalar',
      value: '',
      style: 'plain',
      quoted: false,
      anchor: null,
      tag: null,
      start: at.offset,
      end: at.offset,
    };
  }

  #properties(): Properties {
    let token = this.#peek();
    const found: Properties = { anchor: null, tag: null, start: token.start, end: null };
    let tag: { handle: string; suffix: string; token: YamlToken } | null = null;
    for (let i = 0; i < 2; i++) {
      if (token.type === 'anchor' && found.anchor === null) found.anchor = token.name;
      else if (token.type === 'tag' && tag === null)
        tag = { handle: token.handle, suffix: token.suffix, token };
      else break;
      found.end = token.end;
      this.#take();
      token = this.#peek();
    }
    if (tag !== null) {
      if (tag.handle === '') {
        found.tag = tag.suffix;
      } else {
        const prefix = this.#tagPrefixes.get(tag.handle);
        if (prefix === undefined) {
          this.#fail('found undefined tag handle', tag.token, 'while parsing a node', found.start);
        }
        found.tag = prefix + tag.suffix;
      }
    }
    return found;
  }

  #node(block: boolean, indentless: boolean): YamlNode {
    const first = this.#peek();
    if (first.type === 'alias') {
      this.#take();
      return {
        kind: 'alias',
        name: first.name,
        anchor: null,
        tag: null,
        start: first.start.offset,
        end: first.end.offset,
      };
    }
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) this.#fail('exceeded the nesting limit', first);
    const node = this.#content(block, indentless, this.#properties());
    this.#depth -= 1;
    return node;
  }

  #content(block: boolean, indentless: boolean, properties: Properties): YamlNode {
    const { anchor, tag } = properties;
    const token = this.#peek();
    const base = { anchor, tag, start: token.start.offset };
    if (indentless && token.type === 'block-entry') {
      return { ...base, kind: 'sequence', flow: false, ...this.#indentlessSequence() };
    }
    switch (token.type) {
      case 'scalar':
        this.#take();
        return {
          ...base,
          kind: 'scalar',
          value: token.value,
          style: token.style,
          quoted: tag === null && token.style !== 'plain',
          end: token.end.offset,
        };
      case 'flow-sequence-start':
        return { ...base, kind: 'sequence', flow: true, ...this.#flowSequence() };
      case 'flow-mapping-start':
        return { ...base, kind: 'mapping', flow: true, ...this.#flowMapping() };
      case 'block-sequence-start':
        if (block) return { ...base, kind: 'sequence', flow: false, ...this.#blockSequence() };
        break;
      case 'block-mapping-start':
        if (block) return { ...base, kind: 'mapping', flow: false, ...this.#blockMapping() };
        break;
      default:
        break;
    }
    if (properties.end !== null) {
      return {
        kind: 'scalar',
        value: '',
        style: 'plain',
        quoted: false,
        anchor,
        tag,
        start: properties.end.offset,
        end: properties.end.offset,
      };
    }
    const context = block ? 'while parsing a block node' : 'while parsing a flow node';
    return this.#fail('did not find expected node content', token, context, properties.start);
  }

  #blockSequence(): { items: YamlNode[]; end: number } {
    const items: YamlNode[] = [];
    const start = this.#take().start;
    for (;;) {
      const token = this.#peek();
      if (token.type === 'block-end') {
        this.#take();
        return { items, end: endOf(items, start) };
      }
      if (token.type !== 'block-entry') {
        this.#fail("did not find expected '-' indicator", token, 'while parsing a block collection', start);
      }
      items.push(this.#entry('block-entry', 'block-end'));
    }
  }

  #indentlessSequence(): { items: YamlNode[]; end: number } {
    const items: YamlNode[] = [];
    const start = this.#peek().start;
    while (this.#peek().type === 'block-entry')
      items.push(this.#entry('block-entry', 'key', 'value', 'block-end'));
    return { items, end: endOf(items, start) };
  }

  /** One `- item`, empty if one of `ends` follows. */
  #entry(...ends: YamlToken['type'][]): YamlNode {
    const mark = this.#take().end;
    return ends.includes(this.#peek().type) ? this.#empty(mark) : this.#node(true, false);
  }

  #blockMapping(): { pairs: [YamlNode, YamlNode][]; end: number } {
    const pairs: [YamlNode, YamlNode][] = [];
    const start = this.#take().start;
    let end = start.offset;
    for (;;) {
      const token = this.#peek();
      if (token.type === 'block-end') {
        this.#take();
        return { pairs, end };
      }
      // `: value` without a key is refused here as in libyaml: a value needs its key token.
      if (token.type !== 'key') {
        this.#fail('did not find expected key', token, 'while parsing a block mapping', start);
      }
      const key = this.#half();
      const after = this.#peek();
      const value = after.type === 'value' ? this.#half() : this.#empty(after.start);
      pairs.push([key, value]);
      end = after.type === 'value' ? Math.max(value.end, after.end.offset) : key.end;
    }
  }

  /** The node after a key or value token of a block mapping. */
  #half(): YamlNode {
    const mark = this.#take().end;
    const next = this.#peek().type;
    return next === 'key' || next === 'value' || next === 'block-end'
      ? this.#empty(mark)
      : this.#node(true, true);
  }

  #flowSequence(): { items: YamlNode[]; end: number } {
    const items: YamlNode[] = [];
    const start = this.#take().start;
    for (;;) {
      let token = this.#peek();
      if (token.type !== 'flow-sequence-end') {
        if (items.length > 0) {
          if (token.type !== 'flow-entry') {
            this.#fail("did not find expected ',' or ']'", token, 'while parsing a flow sequence', start);
          }
          this.#take();
          token = this.#peek();
        }
        if (token.type === 'key') {
          items.push(this.#flowPair());
          continue;
        }
        if (token.type !== 'flow-sequence-end') {
          items.push(this.#node(false, false));
          continue;
        }
      }
      return { items, end: this.#take().end.offset };
    }
  }

  /** `[a: b]`: a mapping of one pair within a flow sequence. */
  #flowPair(): MappingNode {
    const start = this.#take().start;
    let token = this.#peek();
    let key: YamlNode;
    if (token.type !== 'value' && token.type !== 'flow-entry' && token.type !== 'flow-sequence-end') {
      key = this.#node(false, false);
    } else {
      // libyaml 0.2.5 passes the token here, whichever it is (the flow-sequence-end too).
      key = this.#empty(this.#take().end);
      token = this.#peek();
    }
    token = this.#peek();
    let value: YamlNode | null = null;
    if (token.type === 'value') {
      this.#take();
      token = this.#peek();
      if (token.type !== 'flow-entry' && token.type !== 'flow-sequence-end') value = this.#node(false, false);
    }
    value ??= this.#empty(token.start);
    return {
      kind: 'mapping',
      flow: true,
      anchor: null,
      tag: null,
      start: start.offset,
      end: value.end,
      pairs: [[key, value]],
    };
  }

  #flowMapping(): { pairs: [YamlNode, YamlNode][]; end: number } {
    const pairs: [YamlNode, YamlNode][] = [];
    const start = this.#take().start;
    for (;;) {
      let token = this.#peek();
      if (token.type !== 'flow-mapping-end') {
        if (pairs.length > 0) {
          if (token.type !== 'flow-entry') {
            this.#fail("did not find expected ',' or '}'", token, 'while parsing a flow mapping', start);
          }
          this.#take();
          token = this.#peek();
        }
        if (token.type === 'key') {
          this.#take();
          token = this.#peek();
          const key =
            token.type !== 'value' && token.type !== 'flow-entry' && token.type !== 'flow-mapping-end'
              ? this.#node(false, false)
              : this.#empty(token.start);
          pairs.push([key, this.#flowValue()]);
          continue;
        }
        if (token.type !== 'flow-mapping-end') {
          const key = this.#node(false, false);
          pairs.push([key, this.#empty(this.#peek().start)]);
          continue;
        }
      }
      return { pairs, end: this.#take().end.offset };
    }
  }

  #flowValue(): YamlNode {
    let token = this.#peek();
    if (token.type === 'value') {
      this.#take();
      token = this.#peek();
      if (token.type !== 'flow-entry' && token.type !== 'flow-mapping-end') return this.#node(false, false);
    }
    return this.#empty(token.start);
  }
}

function isDocumentEdge(token: YamlToken): boolean {
  return (
    token.type === 'version-directive' ||
    token.type === 'tag-directive' ||
    token.type === 'document-start' ||
    token.type === 'document-end' ||
    token.type === 'stream-end'
  );
}

function endOf(items: readonly YamlNode[], start: Mark): number {
  return items.at(-1)?.end ?? start.offset;
}
