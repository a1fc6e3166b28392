import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runKamal } from '../../src/kamal/run/run.ts';
import { agentWith } from '../../test/harness/target/agent.ts';
import { writeApp } from '../../test/harness/target/app.ts';
import { plainSecrets } from '../../test/harness/target/secrets-file.ts';
import { target } from '../../test/harness/target/target.ts';
import { quiet } from './quiet.ts';

/** A deploy that changes nothing, in milliseconds: plain, and as we run it. */
export interface Pair {
  readonly plain: number;
  readonly supervised: number;
}

/** `kamal deploy` to the disposable server, pair by pair; which of the two comes first changes from pair to pair. */
export async function deployInPairs(directory: string, pairs: number): Promise<Pair[]> {
  const { registry, deployKey } = target();
  const secretsFile = plainSecrets({ KAMAL_REGISTRY_PASSWORD: registry.password, DATABASE_URL: 'x' });
  const app = await writeApp(directory, { secrets: ['DATABASE_URL'], secretsFile });
  await using agent = await agentWith(deployKey.privateKeyFile);
  const argv = ['kamal', 'deploy', '--version', app.version] as const;
  const environment = (): Record<string, string> => ({
    ...Object.fromEntries(
      Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
    SSH_AUTH_SOCK: agent.socket,
    // Kamal's clone of the repository: a new one for each, as in a job.
    TMPDIR: mkdtempSync(join(tmpdir(), 'deploy-')),
  });

  const plain = async (): Promise<number> => {
    await quiet();
    const began = performance.now();
    const child = spawn(argv[0], argv.slice(1), {
      cwd: app.dir,
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) stream.resume();
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`kamal deploy ended with ${code}`);
    return performance.now() - began;
  };
  const supervised = async (): Promise<number> => {
    await quiet();
    const began = performance.now();
    const { exitCode, lines } = await runKamal({
      program: argv.slice(0, 1),
      words: argv.slice(1),
      workingDirectory: app.dir,
      environment: environment(),
      temporaryDirectory: directory,
      onLine() {},
    });
    if (exitCode !== 0) throw new Error(`kamal deploy ended with ${exitCode}:\n${lines.join('\n')}`);
    return performance.now() - began;
  };

  await plain();
  const measured: Pair[] = [];
  for (let count = 0; count < pairs; count++) {
    if (count % 2 === 0) {
      const first = await plain();
      measured.push({ plain: first, supervised: await supervised() });
    } else {
      const first = await supervised();
      measured.push({ plain: await plain(), supervised: first });
    }
  }
  return measured;
}
