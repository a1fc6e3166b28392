/** What became of a secret in a container. `unknown`: no one knows what the value should be. */
export type SecretVerdict = 'same' | 'present' | 'missing' | 'empty' | 'differs';

/** How a value differs from the one expected, where that explains itself. */
export type Alteration = 'line-ends' | 'last-line-end' | 'backslashes';

/**
 * The environment that a container was started with. The values stay within: what leaves is a verdict.
 */
export class ContainerEnvironment {
  readonly #values: ReadonlyMap<string, string>;

  /** @param assignments `NAME=value`, as `docker inspect` lists them in `.Config.Env` */
  constructor(assignments: readonly string[]) {
    this.#values = new Map(
      assignments.map((each) => [each.slice(0, each.indexOf('=')), each.slice(each.indexOf('=') + 1)]),
    );
  }

  /**
   * Compares one variable with what it should be.
   * @param expected null if only presence can be checked
   */
  compare(
    name: string,
    expected: string | null,
  ): { readonly verdict: SecretVerdict; readonly alteration: Alteration | null } {
    const found = this.#values.get(name);
    if (found === undefined) return { verdict: 'missing', alteration: null };
    if (found === '') return { verdict: expected === '' ? 'same' : 'empty', alteration: null };
    if (expected === null) return { verdict: 'present', alteration: null };
    if (found === expected) return { verdict: 'same', alteration: null };
    return { verdict: 'differs', alteration: alterationOf(found, expected) };
  }
}

/** What Kamal and dotenv do to values on their way (Kamal 2.12.0, lib/kamal/env_file.rb; dotenv 3). */
function alterationOf(found: string, expected: string): Alteration | null {
  if (found === expected.replace(/(?<![\r\n])[\r\n]+$/, '')) return 'last-line-end';
  const withoutEnd = expected.replace(/\r?\n$/, '');
  const escaped = withoutEnd
    .replaceAll('\r', String.raw`\r`)
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('\t', String.raw`\t`);
  if (found === escaped || found === withoutEnd.replaceAll(/\r?\n/g, ' ')) return 'line-ends';
  if (
    found === expected.replaceAll('\\', '\\\\') ||
    found.replaceAll('\\', '') === expected.replaceAll('\\', '')
  )
    return 'backslashes';
  return null;
}
