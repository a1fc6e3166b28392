import { Failure } from '../../base/failure.ts';
import { plainLine } from '../run/output-line.ts';
import type { Deployed, ServerReport } from './inspect.ts';
import { servingContainer } from './containers.ts';

/** A version that Kamal can roll back to. */
export interface AvailableVersion {
  readonly version: string;
  /** When the newest of its containers was made; ISO 8601. */
  readonly createdAt: string;
  /** True for the version that serves, or runs, everywhere now. */
  readonly current: boolean;
}

/**
 * The versions that every host has a container of, for every one of its roles, newest first. `kamal rollback` starts a
 * version again but asks for its container (Kamal 2.12.0, lib/kamal/cli/main.rb, `container_available?`); containers
 * that were renamed (`…_replaced_…`) do not count.
 */
export function availableVersions(deployed: Deployed, servers: readonly ServerReport[]): AvailableVersion[] {
  const places = deployed.roles.flatMap((role) => role.hosts.map((host) => ({ role, host })));
  const found = places.map(({ role, host }) => {
    const server = servers.find((each) => each.host === host);
    if (server?.reached !== true) return { containers: [], current: null };
    const containers = server.containers.filter(
      (each) =>
        each.role === role.name && each.version !== null && !/_replaced_[0-9a-f]+$/.test(each.version),
    );
    const running = containers.find((each) => each.status === 'running');
    return {
      containers,
      current: (role.proxy ? servingContainer(server, deployed, role.name) : running)?.version ?? null,
    };
  });
  const [first, ...others] = found;
  const everywhere = (first?.containers ?? []).filter(({ version }) =>
    others.every(({ containers }) => containers.some((each) => each.version === version)),
  );
  return everywhere
    .flatMap(({ version }) => {
      if (version === null) return [];
      const created = found.flatMap(({ containers }) =>
        containers.filter((each) => each.version === version).map((each) => each.createdAt),
      );
      const createdAt = created.toSorted().at(-1) ?? '';
      return [{ version, createdAt, current: found.every(({ current }) => current === version) }];
    })
    .toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
}

/**
 * The version to roll back to: the one asked for, else the newest that every host has and that is not the one in use.
 * @throws Failure `host-unreachable`, `version-unknown`, `rollback-impossible`
 */
export function chooseVersion(
  deployed: Deployed,
  servers: readonly ServerReport[],
  asked: string | null,
): AvailableVersion {
  const dead = servers.find((each) => !each.reached);
  if (dead?.reached === false) {
    throw new Failure(
      'host-unreachable',
      `It is not known which versions ${dead.host} could roll back to: ${dead.reason}.`,
      {
        human: [`Check that ${dead.host} is up and reachable over SSH.`],
      },
    );
  }
  const versions = availableVersions(deployed, servers);
  const others = versions.filter((each) => !each.current);
  if (asked === null) {
    const [previous] = others;
    if (previous !== undefined) return previous;
    throw new Failure(
      'rollback-impossible',
      'There is no earlier version that every host still has a container of.',
      {
        human: [
          'Deploy the version you want with `version` and `skip-push: true`, if its image is still in the registry.',
        ],
      },
    );
  }
  const found = versions.find((each) => each.version === asked) ?? onlyBeginning(versions, asked);
  if (found !== undefined) return found;
  const list = others.map((each) => each.version);
  throw new Failure(
    'version-unknown',
    `Not every host has a container of version ${asked}. ${list.length === 0 ? 'No other version is available.' : `Available: ${list.join(', ')}.`}`,
    {
      agent: list.length === 0 ? [] : ['Set `version` to one of these, or omit it for the previous one.'],
    },
  );
}

/** A shortened commit hash, where it can mean one version only. */
function onlyBeginning(versions: readonly AvailableVersion[], asked: string): AvailableVersion | undefined {
  if (!/^[0-9a-f]{7,39}$/.test(asked)) return undefined;
  const matching = versions.filter(({ version }) => version.startsWith(asked));
  return matching.length === 1 ? matching[0] : undefined;
}

/**
 * Whether Kamal refused to roll back: it prints that and exits 0 (Kamal 2.12.0, lib/kamal/cli/main.rb, `rollback`).
 * @param lines Kamal's output
 */
export function rollbackRefused(lines: readonly string[]): boolean {
  return lines.some((line) =>
    /^The app version '.*' is not available as a container\b/.test(plainLine(line)),
  );
}
