import type { DeployReading, Setting } from '../../parity/model.ts';

/** What the deploy file says, read and never run, as far as it makes a sentence more exact; it is no evidence. */
export interface DeployFileFacts {
  /** Its path, e.g. `config/deploy.yml`. */
  readonly file: string;
  /** Null if it is not known. */
  readonly service: string | null;
  /** `registry.server` and `registry.username`. */
  readonly registry: { readonly server: Setting; readonly username: Setting };
  /** Null if it is not known. */
  readonly image: string | null;
  /** Of `builder.arch`; null if only ERB knows. */
  readonly arches: readonly string[] | null;
  readonly deployTimeout: Setting;
  readonly roles: readonly RoleFacts[];
  readonly accessories: readonly { readonly name: string; readonly hosts: readonly string[] }[];
  /** Who gets each variable, e.g. `role:web`; null if ERB decides over some of them. */
  readonly variables: ReadonlyMap<string, readonly VariableFacts[]> | null;
}

export interface RoleFacts {
  readonly name: string;
  readonly hosts: readonly string[];
  /** Of its proxy; null if it has none. */
  readonly proxy: { readonly appPort: Setting; readonly healthcheckPath: Setting } | null;
}

/** The containers that the root's `env` is for. */
export const EVERY_ROLE = 'every role';

export interface VariableFacts {
  /** Who gets it: `role:web`, `accessory:db`. */
  readonly where: string;
  /** `env.secret` or `env.clear`. */
  readonly via: 'secret' | 'clear';
}

/**
 * The facts of one or more destinations; what they do not agree on is unknown, like what only ERB knows. Null if one of
 * them cannot be read, or there is none.
 */
export function deployFileFacts(readings: readonly DeployReading[]): DeployFileFacts | null {
  const known = readings.map((reading) => factsOf(reading)).filter((facts) => facts !== null);
  if (known.length === 0 || known.length < readings.length) return null;
  return known.reduce((one, other) => agreed(one, other));
}

/** What a project says that bears on the logs of its deploys. */
export interface ProjectFacts {
  /** Where each destination takes the password of its registry from; null if not all from there, or not known. */
  readonly registryPassword: '1password' | null;
  /** Null if it cannot be read. */
  readonly deployFile: DeployFileFacts | null;
}

/** The same for one log, which may be of another project: then the deploy file has no say. */
export function factsFor(log: string, { registryPassword, deployFile }: ProjectFacts): ProjectFacts {
  const isOwn = deployFile !== null && isOfProject(log, deployFile);
  return { registryPassword, deployFile: isOwn ? deployFile : null };
}

/** Whether a log names a host, the image or a container of that deploy file: a person may diagnose another project's. */
function isOfProject(log: string, { service, image, roles, accessories }: DeployFileFacts): boolean {
  const hosts = [...roles, ...accessories].flatMap((each) => each.hosts);
  const containers = service === null ? [] : roles.map(({ name }) => `${service}-${name}-`);
  return [...hosts, ...containers, ...(image === null ? [] : [image])].some((name) => log.includes(name));
}

function factsOf(reading: DeployReading): DeployFileFacts | null {
  const { deployment, files } = reading;
  const [file] = files;
  if (deployment === null || file === undefined) return null;
  return {
    file: file.path,
    service: deployment.service,
    registry: { server: deployment.registryServer, username: deployment.registryUsername },
    image: deployment.image?.name ?? null,
    arches: deployment.builder.arches,
    deployTimeout: deployment.deployTimeout,
    roles: deployment.roles.map(({ name, hosts, asked }) => ({ name, hosts, proxy: asked })),
    accessories: deployment.accessories.map(({ name, hosts }) => ({ name, hosts })),
    variables: variablesOf(reading),
  };
}

function variablesOf({
  loads,
  unknowns,
  maybe,
  consumers,
  clear,
}: DeployReading): DeployFileFacts['variables'] {
  if (loads !== true || unknowns.length > 0 || maybe.length > 0) return null;
  const found = new Map<string, VariableFacts[]>();
  const add = (name: string, variable: VariableFacts): void => {
    found.set(name, [...(found.get(name) ?? []), variable]);
  };
  for (const { container, where, via, applied, certain } of consumers) {
    if (!certain) return null;
    const isOfContainer = container !== null && applied && where !== 'builder';
    if (isOfContainer) add(container, { where: via.startsWith('env.') ? EVERY_ROLE : where, via: 'secret' });
  }
  for (const { name, where } of clear) add(name, { where: whoseClear(where), via: 'clear' });
  return found;
}

/** `servers.web.env.clear` is `role:web`; that of the root is every role's. */
function whoseClear(where: string): string {
  const [part = '', name = ''] = where.split('.');
  if (part === 'servers') return `role:${name}`;
  return part === 'accessories' ? `accessory:${name}` : EVERY_ROLE;
}

function agreed(one: DeployFileFacts, other: DeployFileFacts): DeployFileFacts {
  const same = (a: Setting, b: Setting): Setting => (a === b ? a : undefined);
  const union = <T extends { readonly name: string; readonly hosts: readonly string[] }>(
    a: readonly T[],
    b: readonly T[],
    join: (first: T, second: T) => T,
  ): T[] => {
    const joined = a.map((each) => {
      const twin = b.find(({ name }) => name === each.name);
      return twin === undefined
        ? each
        : { ...join(each, twin), hosts: [...new Set([...each.hosts, ...twin.hosts])] };
    });
    return [...joined, ...b.filter(({ name }) => !a.some((each) => each.name === name))];
  };
  return {
    file: one.file,
    service: one.service === other.service ? one.service : null,
    registry: {
      server: same(one.registry.server, other.registry.server),
      username: same(one.registry.username, other.registry.username),
    },
    image: one.image === other.image ? one.image : null,
    arches: String(one.arches) === String(other.arches) ? one.arches : null,
    deployTimeout: same(one.deployTimeout, other.deployTimeout),
    roles: union(one.roles, other.roles, (a, b) => ({
      ...a,
      proxy:
        a.proxy === null || b.proxy === null
          ? null
          : {
              appPort: same(a.proxy.appPort, b.proxy.appPort),
              healthcheckPath: same(a.proxy.healthcheckPath, b.proxy.healthcheckPath),
            },
    })),
    accessories: union(one.accessories, other.accessories, (a) => a),
    variables: null,
  };
}
