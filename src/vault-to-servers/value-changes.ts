import type { KamalRelease } from '../base/kamal-facts/release.ts';
import { throughKamal, withoutDollars, type Reason, type Route } from './value-transport.ts';
import type { AskedField, ValueChange } from '../parity/vault/reading.ts';

/** How a value is taken: as a field, or as a variable of an Environment. */
export type TakenBy = AskedField['by'] | 'environment';

/** What becomes of a value between the vault and the container, in words that have none of the value in them. */
export function changesOnTheWay(value: string, by: TakenBy, kamal: KamalRelease): readonly ValueChange[] {
  // `NAME=$NAME` puts a variable in whole: dotenv looks at it no further.
  if (by === 'environment') {
    const later = changesOnTheWay(withoutDollars(value), 'op read', kamal);
    // Commands are looked for after that where dotenv puts variables in first.
    const runs = kamal.facts.putsInFirst === 'variables' && value.includes('$(');
    return runs ? [{ kind: 'command', at: 'secrets' }, ...later] : later;
  }
  const { facts } = kamal;
  const route: Route = by === 'fetch' ? 'fetched-and-extracted' : 'printed-by-a-command';
  // With every variable unset the rest of the way can be told too; that one is replaced is told in any case.
  const { reasons } = throughKamal(value, route, { look: () => '', facts });
  return reasons.flatMap((reason) => CHANGES[reason] ?? []);
}

/** Where each happens: dotenv reads the secrets file for everybody; the env file is written for containers alone. */
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
