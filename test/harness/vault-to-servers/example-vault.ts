/** The vault of a rule's example as the real service would hold it, read with the real SDK. */
import { createHash } from 'node:crypto';
import { readProject } from '../../../src/files/read-project.ts';
import { readLive } from '../../../src/vault-to-servers/read-vault.ts';
import { signIn } from '../../../src/onepassword/session/session.ts';
import { parseToken } from '../../../src/onepassword/session/token.ts';
import { check } from '../../../src/parity/check.ts';
import type { Report } from '../../../src/parity/report/report.ts';
import type { ExampleFiles, ExampleVault } from '../../../src/parity/rule.ts';
import type { FieldInput } from '../onepassword/items.ts';
import { startOnePassword, type OnePasswordService } from '../onepassword/service.ts';
import { TemporaryProject } from '../parity/temporary-project.ts';

/** A service that holds the items; dispose it. */
export async function startExampleVault(items: ExampleVault): Promise<OnePasswordService> {
  const service = await startOnePassword();
  for (const [index, { vault: title, item, fields, another, refused, isEnvironment }] of items.entries()) {
    if (isEnvironment === true) {
      service.addEnvironment({ title: item, id: item, variables: fields });
      continue;
    }
    const there = service.vaults.find((vault) => vault.title === title);
    const isNew = there === undefined || another === true;
    const vault = isNew ? service.addVault({ title, id: idOf(`vault ${index}`) }) : there;
    vault.addItem({
      title: item,
      id: idOf(`item ${index}`),
      fields: Object.entries(fields).map(([name, value]) => fieldOf(name, value)),
    });
    if (refused === true) service.fail({ kind: 'status', status: 403, on: new RegExp(`${vault.id}/items`) });
  }
  return service;
}

/** The report of a project with what the vault holds, through one sign-in. */
export async function checkLive(
  files: ExampleFiles,
  { token }: Pick<OnePasswordService, 'token'>,
  destination: string | null = null,
): Promise<Report> {
  using project = new TemporaryProject(files);
  using session = await signIn(parseToken(token), { version: '0.0.0' });
  const destinations = [destination];
  const { project: readings } = await readLive(session, readProject({ root: project.root, destinations }));
  return check(readings);
}

/** As {@link checkLive}, with a service for this one check. */
export async function checkWithVault(
  files: ExampleFiles,
  items: ExampleVault | undefined,
  destination: string | null = null,
): Promise<Report> {
  if (items === undefined) {
    using project = new TemporaryProject(files);
    return check(readProject({ root: project.root, destinations: [destination] }));
  }
  await using service = await startExampleVault(items);
  return await checkLive(files, service, destination);
}

function fieldOf(name: string, value: string): FieldInput {
  const at = name.indexOf('/');
  const id = idOf(`field ${name}`);
  return at < 0
    ? { label: name, value, id }
    : { label: name.slice(at + 1), section: name.slice(0, at), value, id };
}

/** An id as 1Password has them, the same for the same thing in every run: what the rules say of it is documented. */
function idOf(what: string): string {
  const bytes = createHash('sha256').update(what).digest().subarray(0, 26);
  return Array.from(bytes, (byte) => 'abcdefghijklmnopqrstuvwxyz234567'[byte % 32]).join('');
}
