import { compareText } from '../base/text/compare.ts';
import type { DeployReading, SecretsReading } from './model.ts';
import { UNKNOWN_NAME } from '../base/text/unknown-name.ts';

/** What Kamal would do with the secrets of one destination: the `kamal` part of the report. */
export interface KamalVerdict {
  /**
   * Whether Kamal loads the deploy file: also false if it is refused in every environment that was tried, but not
   * certainly.
   */
  readonly loads: boolean;
  /** Kamal's sentence if that is not certain; null if it is. */
  readonly doubt: string | null;
  /** The assignment at which evaluating the secrets files raises, and so every look-up fails. */
  readonly secretsError: null | { readonly key: string | null };
  /** Names that are used and that no secrets file assigns; null if no lookup works. */
  readonly missing: readonly string[] | null;
  /** Names that are assigned, asked for nowhere, and used by no other assignment. */
  readonly unused: readonly string[] | null;
  /** Names whose value is blank for certain. */
  readonly empty: readonly string[] | null;
  /** False if ERB or an adapter whose keys only the vault knows leaves something that cannot be known. */
  readonly exact: boolean;
}

/**
 * Puts the two readings together. Environment variables count as set, other commands as printing something,
 * names that only the vault knows as found.
 * @param placeholders whether what raises on a placeholder counts too: for a Kamal whose surroundings answer with one
 */
export function kamalVerdict(
  secrets: SecretsReading,
  deploy: DeployReading,
  { placeholders = false }: { readonly placeholders?: boolean } = {},
): KamalVerdict {
  const loads = deploy.errors.length === 0 && deploy.loads !== false;
  const doubt = deploy.loads === 'unknown' ? (deploy.errors[0]?.message ?? null) : null;
  const exact =
    deploy.unknowns.length === 0 &&
    secrets.unknowns.length === 0 &&
    secrets.errors.every(({ certain }) => certain);
  const error = placeholders ? secrets.error : (secrets.errors.find(({ certain }) => certain) ?? null);
  const known = { loads, doubt, exact };
  if (error) return { ...known, secretsError: { key: error.key }, missing: null, unused: null, empty: null };
  const assigned = new Map(secrets.assignments.map(({ name, value }) => [name, value]));
  const empty = sorted([...assigned].filter(([, value]) => value === 'empty').map(([name]) => name));
  if (!loads) return { ...known, secretsError: null, missing: null, unused: null, empty };

  const { wanted, mentioned } = namesOf(deploy);
  const referenced = referencedIn(secrets);
  return {
    ...known,
    secretsError: null,
    missing: sorted([...wanted].filter((name) => !assigned.has(name))),
    unused: sorted([...assigned.keys()].filter((name) => !mentioned.has(name) && !referenced.has(name))),
    empty,
  };
}

/** The names that the deploy file looks up, and all that it mentions. */
function namesOf(deploy: DeployReading) {
  const wanted = new Set<string>();
  const mentioned = new Set<string>();
  for (const { secret, applied, where, failure, certain } of deploy.consumers) {
    // Kamal fails on the list before it asks for any name of it.
    if (failure) continue;
    // Nothing ever reads the certificates of a proxy that no role runs: asking for them is no use of a secret.
    if (!applied && where === 'proxy') continue;
    mentioned.add(secret);
    // A name that only a run knows is not known to be missing. `ssh.key_data` falls back to the name as the key itself,
    // so it misses nothing.
    if (applied && where !== 'ssh' && (certain || !secret.includes(UNKNOWN_NAME))) wanted.add(secret);
  }
  return { wanted, mentioned };
}

/** The names that a later line of the secrets files reads. */
function referencedIn(secrets: SecretsReading): ReadonlySet<string> {
  // A name of an earlier file counts too: Kamal does not find it there, but it was meant, and is another flaw.
  const referenced = new Set<string>();
  const earlier = new Set<string>();
  for (const { name, references } of secrets.assignments) {
    for (const { name: read } of references) if (earlier.has(read)) referenced.add(read);
    earlier.add(name);
  }
  return referenced;
}

/** In the order of code units, as Ruby sorts names. */
function sorted(names: readonly string[]): string[] {
  return names.toSorted(compareText);
}
