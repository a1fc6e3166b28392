import type { ProjectReadings } from '../../parity/rule.ts';
import type { Terminal } from './command.ts';

/** Signs in for each reading; nothing is kept between them. @throws Failure `token-missing`, `token-malformed` */
export async function vaultReader(
  terminal: Terminal,
): Promise<(project: ProjectReadings) => Promise<ProjectReadings>> {
  const [{ openSession, shadowOf, credentialOf }, { readLive }] = await Promise.all([
    import('./sign-in.ts'),
    import('../../vault-to-servers/read-vault.ts'),
  ]);
  const credential = credentialOf(terminal);
  const shadow = shadowOf(terminal);
  if (shadow !== null) terminal.err(`${shadow.message}\n`);
  return async (project) => {
    using session = await openSession(credential, terminal);
    return (await readLive(session, project)).project;
  };
}
