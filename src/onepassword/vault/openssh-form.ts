import type { FieldFacts, ItemFacts } from './item.ts';
import { Secret } from './secret.ts';
import type { Session } from '../session/session.ts';

/**
 * The private key of an SSH Key item in OpenSSH's own format. Otherwise such an item returns PKCS#8, which not every
 * `ssh-add` accepts (developer.1password.com/docs/cli/secret-reference-syntax, `ssh-format`). Asks by ids, for one
 * reference only: the SDK identifies the answers of several by their order only.
 * @throws Failure as `signIn`
 */
export async function opensshForm(session: Session, item: ItemFacts, field: FieldFacts): Promise<Secret> {
  const reference = `op://${item.vault.id}/${item.id}/${field.id}?ssh-format=openssh`;
  return new Secret(await session.resolve(reference));
}
