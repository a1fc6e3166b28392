import type { CallNode, Node } from './syntax.ts';

/** A call without a block. */
export function call(
  receiver: Node | null,
  name: string,
  args: readonly Node[],
  { start, end }: Pick<CallNode, 'start' | 'end'>,
): CallNode {
  return {
    kind: 'call',
    receiver,
    name,
    arguments: args,
    block: null,
    blockValue: null,
    safe: false,
    start,
    end,
  };
}
