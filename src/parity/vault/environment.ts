/** Variables of a 1Password Environment that a secrets file picks out of what `op environment read` prints. */
import type { Assignment, OtherCommand, Span } from '../model.ts';
import type { DestinationContext } from '../rule.ts';
import type { VaultItem } from './reading.ts';

export interface AskedVariable {
  readonly item: VaultItem;
  readonly name: string;
  readonly span: Span;
  readonly assignment: Assignment;
}

/** `^NAME=` in a pattern of grep, sed or awk: the usual ways to pick one line out of many. */
const PICKED = /\^([A-Za-z_]\w*)=/g;

/** Each name that a command picks, from its own `op environment read`, or from a variable that holds the output of one. */
export function* askedVariables({ inVault, secrets }: DestinationContext): Generator<AskedVariable> {
  const byAssignment = new Map<number, VaultItem>();
  for (const { answer, index } of inVault?.ofKind('found') ?? [])
    if (answer.asked.by === 'op environment read') byAssignment.set(index, answer.reply.item);
  if (byAssignment.size === 0) return;
  for (const [index, assignment] of secrets.assignments.entries()) {
    for (const command of assignment.commands) {
      if (command.kind !== 'shell') continue;
      const read = assignment.references.find(
        ({ to, span }) =>
          to !== null &&
          byAssignment.has(to) &&
          span.start >= command.span.start &&
          span.end <= command.span.end,
      );
      const item = byAssignment.get(index) ?? byAssignment.get(read?.to ?? -1);
      if (item === undefined) continue;
      for (const picked of pickedBy(command)) yield { item, ...picked, assignment };
    }
  }
}

function* pickedBy({ words }: OtherCommand): Generator<{ name: string; span: Span }> {
  for (const { value, span, unknown } of words) {
    if (unknown) continue;
    for (const [, name = ''] of value.matchAll(PICKED)) yield { name, span };
  }
}
