/** The vault of a rule's example as the real service would hold it, read with the real SDK. */
import { createHash } from 'node:crypto';
import { readProject } from '../../../src/files/read-project.ts';
import { readLive } from '../../../src/vault-to-servers/read-vault.ts';
import { signIn, type Session } from '../../../src/onepassword/session/session.ts';
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
  fill(service, items);
  return service;
}

function fill(service: OnePasswordService, items: ExampleVault): void {
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
}

/** The report of a project with what the vault holds, through one sign-in. */
export async function checkLive(
  files: ExampleFiles,
  { token }: Pick<OnePasswordService, 'token'>,
  destination: string | null = null,
): Promise<Report> {
  using session = await signIn(parseToken(token), { version: '0.0.0' });
  return await checkAs(session, files, destination);
}

async function checkAs(session: Session, files: ExampleFiles, destination: string | null): Promise<Report> {
  using project = new TemporaryProject(files);
  const readings = readProject({ root: project.root, destinations: [destination] });
  return check((await readLive(session, readings)).project);
}

/** Checks examples, one after the other, with one service and one sign-in: each takes half a second of a processor. */
export class ExampleVaults implements AsyncDisposable {
  #started: Promise<{ readonly service: OnePasswordService; readonly session: Session }> | null = null;

  /** As {@link checkLive}, with what `items` says in the vaults; without `items` the files alone are checked. */
  async check(
    files: ExampleFiles,
    items: ExampleVault | undefined,
    destination: string | null = null,
  ): Promise<Report> {
    if (items === undefined) {
      using project = new TemporaryProject(files);
      return check(readProject({ root: project.root, destinations: [destination] }));
    }
    const { service, session } = await (this.#started ??= start());
    service.vaults.length = 0;
    service.forget();
    fill(service, items);
    return await checkAs(session, files, destination);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const started = await this.#started;
    started?.session[Symbol.dispose]();
    await started?.service[Symbol.asyncDispose]();
  }
}

async function start(): Promise<{ readonly service: OnePasswordService; readonly session: Session }> {
  const service = await startOnePassword();
  return { service, session: await signIn(parseToken(service.token), { version: '0.0.0' }) };
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
