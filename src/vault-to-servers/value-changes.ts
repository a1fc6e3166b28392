import type { KamalRelease } from '../base/kamal-facts/release.ts';
import { throughKamal, type Reason, type Route } from './value-transport.ts';
import type { AskedField, ValueChange } from '../parity/vault/reading.ts';

/** What becomes of a value between the vault and the container, in words that have none of the value in them. */
export function changesOnTheWay(
  value: string,
  by: AskedField['by'],
  { facts }: KamalRelease,
): readonly ValueChange[] {
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
