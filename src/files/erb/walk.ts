import type { Node } from './ruby/syntax.ts';

/** Calls `visit` for a node and everything within it. */
export function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  for (const child of childrenOf(node)) walk(child, visit);
}

function childrenOf(node: Node): readonly Node[] {
  const found: Node[] = [];
  collect(Object.values(node), found);
  return found;
}

/** Every node among the values of a node, in lists and records too. */
function collect(values: readonly unknown[], found: Node[]): void {
  for (const value of values) {
    if (Array.isArray(value)) {
      collect(value, found);
    } else if (typeof value === 'object' && value !== null) {
      if (isNode(value)) found.push(value);
      else collect(Object.values(value), found);
    }
  }
}

function isNode(value: object): value is Node {
  return 'kind' in value && 'start' in value && 'end' in value;
}
