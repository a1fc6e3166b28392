import { copyFile, mkdir, readdir, symlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * A Docker configuration of the run's own, so that the registry's password, which `docker login` writes into
 * `config.json` (docs.docker.com, "docker login", credential stores), goes with the run. Everything else of the user's
 * own configuration (plugins, contexts, builders, earlier logins) is there too; what is new goes with the run.
 * @param directory where to make it; it is removed with its parent
 * @returns what Kamal's environment needs for it
 */
export async function privateDockerConfig(
  directory: string,
  environment: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const own = environment['DOCKER_CONFIG'] ?? join(environment['HOME'] ?? homedir(), '.docker');
  const copy = join(directory, 'docker');
  await mkdir(copy, { mode: 0o700 });
  const entries = await readdir(own).catch(() => []);
  await Promise.all(
    entries.map((name) =>
      name === 'config.json'
        ? copyFile(join(own, name), join(copy, name))
        : symlink(join(own, name), join(copy, name)),
    ),
  );
  return { DOCKER_CONFIG: copy };
}
