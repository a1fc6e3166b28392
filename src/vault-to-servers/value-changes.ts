import type { KamalRelease } from '../base/kamal-facts/release.ts';
import { throughKamal, withoutDollars, type Reason, type Route } from './value-transport.ts';
import type { AskedField, ValueChange } from '../parity/vault/reading.ts';

/** How a value is read: as a field, or as a variable of an Environment. */
export type TakenBy = AskedField['by'] | 'environment';

/** What becomes of a value between the vault and the container, in words that have none of the value in them. */
export function changesOnTheWay(value: string, by: TakenBy, kamal: KamalRelease): readonly ValueChange[] {
  // `NAME=$NAME` inserts a variable as a whole: dotenv substitutes nothing in it.
  if (by === 'environment') {
    const later = changesOnTheWay(withoutDollars(value), 'op read', kamal);
    // If dotenv substitutes variables first, it searches the result for commands.
    const runs = kamal.facts.putsInFirst === 'variables' && value.includes('$(');
    return runs ? [{ kind: 'command', at: 'secrets' }, ...later] : later;
  }
  const { facts } = kamal;
  const route: Route = by === 'fetch' ? 'fetched-and-extracted' : 'printed-by-a-command';
  // With every variable unset the rest of the journey is known too; the replacement is reported in any case.
  const { reasons } = throughKamal(value, route, { look: () => '', facts });
  return reasons.flatMap((reason) => CHANGES[reason] ?? []);
}

/** Where each happens: dotenv reads the secrets file for all consumers; the env file is only for containers. */
const CHANGES: Readonly<Record<Reason, ValueChange | null>> = {
  'dollar-expansion': { kind: 'variable', at: 'secrets' },
  'dollar-escape': { kind: 'backslash-lost', at: 'secrets' },
  backslash: { kind: 'backslash-doubled', at: 'container' },
  hash: { kind: 'hash-escaped', at: 'container' },
  newline: { kind: 'newline', at: 'container' },
  'carriage-return': { kind: 'newline', at: 'container' },
  tab: { kind: 'control', at: 'container' },
  'control-character': { kind: 'control', at: 'container' },
  'trailing-newline': { kind: 'trailing-newline', at: 'secrets' },
  parenthesis: { kind: 'parenthesis', at: 'secrets' },
  'too-long': { kind: 'too-long', at: 'container' },
  empty: null,
};
