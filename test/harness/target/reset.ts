/** Restores the disposable target's initial state between two tests. */
import { existsSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { docker } from './containers.ts';
import { openAddresses, restoreCommands, startEngine, startRegistry, startSshd } from './faults.ts';
import { target, type TargetHost } from './target.ts';

/**
 * Ends all faults; removes containers, volumes, networks, images (the base's and the proxy's excepted), what Kamal wrote
 * on the servers (locks included), the registry's images and the command logs. The engine's build cache stays.
 */
export async function resetTarget(): Promise<void> {
  const { hosts, registry } = target();
  await openAddresses();
  await Promise.all([startRegistry(), ...hosts.map(resetHost)]);
  rmSync(join(registry.data, 'docker/registry/v2/repositories'), { recursive: true, force: true });
}

async function resetHost(host: TargetHost): Promise<void> {
  restoreCommands(host);
  await Promise.all([startSshd(host), startEngine(host)]);
  const { baseImage, proxy } = target();
  const [containers, images, networks, volumes] = await Promise.all([
    words(docker(host, 'ps', '--all', '--quiet')),
    words(docker(host, 'images', '--format', '{{.Repository}}:{{.Tag}}')),
    words(docker(host, 'network', 'ls', '--quiet', '--filter', 'type=custom')),
    words(docker(host, 'volume', 'ls', '--quiet')),
  ]);
  const own = new Set([baseImage, proxy.image]);
  const others = images.filter((image) => !own.has(image) && !image.includes('<none>'));
  await Promise.all(containers.map((container) => docker(host, 'rm', '--force', '--volumes', container)));
  await Promise.all([
    others.length > 0 && docker(host, 'rmi', '--force', ...others),
    networks.length > 0 && docker(host, 'network', 'rm', ...networks),
    volumes.length > 0 && docker(host, 'volume', 'rm', '--force', ...volumes),
  ]);
  for (const name of readdirSync(host.home)) rmSync(join(host.home, name), { recursive: true });
  if (existsSync(host.commandLog)) truncateSync(host.commandLog);
}

async function words(text: Promise<string>): Promise<readonly string[]> {
  return (await text).split(/\s+/).filter(Boolean);
}
