import type { Cause } from './causes.ts';
import { EVERY_ROLE, type DeployFileFacts, type RoleFacts } from './deploy-file-facts.ts';
import { isDockerHub } from './explain-registry-auth.ts';
import type { Particulars } from './explanation.ts';
import type { Setting } from '../../parity/model.ts';

/** Sentences with which the deploy file makes a cause more exact; none is evidence, so none of them names one. */
export function fromDeployFile(cause: Cause, about: Particulars, facts: DeployFileFacts): string[] {
  if (cause === 'unhealthy') return [...ofProxy(about, facts), ...ofVariable(about, facts)];
  if (cause === 'app-secret-missing') return ofVariable(about, facts);
  if (OF_REGISTRY.has(cause)) return ofRegistry(cause, about, facts);
  if (cause === 'architecture-mismatch' || (cause === 'builder-lost' && about.variant === 'emulation'))
    return ofArchitecture(facts);
  if (cause === 'accessory-missing') return ofAccessories(about, facts);
  return cause.startsWith('ssh-') ? ofHost(about, facts) : [];
}

/** Whether a container gets the variable, by the deploy file; null if that is not known. */
export function isListed(secret: string | null, facts: DeployFileFacts | null): boolean | null {
  if (secret === null || facts === null || facts.variables === null) return null;
  return facts.variables.has(secret);
}

const OF_REGISTRY: ReadonlySet<Cause> = new Set([
  'registry-auth',
  'registry-unreachable',
  'registry-rate-limited',
  'registry-refused-upload',
  'image-not-found',
]);

/** The role that is meant: by name, else the only one behind the proxy. */
function roleIn({ role }: Particulars, { roles }: DeployFileFacts): RoleFacts | null {
  if (role !== null) return roles.find(({ name }) => name === role) ?? null;
  const [only, ...others] = roles.filter(({ proxy }) => proxy !== null);
  return only === undefined || others.length > 0 ? null : only;
}

const PORTS = new Set(['app-port', 'refused', 'loopback']);
const TIMES = new Set(['slow', 'preparing', 'refused']);

function ofProxy(about: Particulars, facts: DeployFileFacts): string[] {
  const { variant, subject } = about;
  const proxy = roleIn(about, facts)?.proxy;
  if (proxy == null) return [];
  const said: string[] = [];
  if (variant === null || PORTS.has(variant)) said.push(...ofPort(proxy.appPort, subject, facts));
  if (variant === 'path' || variant === 'redirect')
    said.push(...ofSetting('proxy.healthcheck.path', proxy.healthcheckPath, '`/up`', facts));
  if (variant !== null && TIMES.has(variant))
    said.push(...ofSetting('deploy_timeout', facts.deployTimeout, '30 seconds', facts));
  return said;
}

/** @param preset what Kamal takes if it is not set */
function ofSetting(name: string, value: Setting, preset: string, { file }: DeployFileFacts): string[] {
  if (value === undefined) return [];
  return value === null
    ? [`\`${name}\` is not set in ${file}: it is ${preset}.`]
    : [`${file} sets \`${name}: ${value}\`.`];
}

/** @param subject begins with the port that was asked, if the log shows it */
function ofPort(appPort: Setting, subject: string | null, facts: DeployFileFacts): string[] {
  const asked = /^\d+/.exec(subject ?? '')?.[0] ?? null;
  if (asked === null || asked === (appPort ?? '80')) return ofSetting('proxy.app_port', appPort, '80', facts);
  if (appPort == null) return [];
  return [
    `${facts.file} sets \`proxy.app_port: ${appPort}\`, yet the proxy asked port ${asked}: what was deployed is another version of that file, or Kamal is 2.6.0, which ignores it.`,
  ];
}

function ofRegistry(cause: Cause, about: Particulars, { file, registry, image }: DeployFileFacts): string[] {
  const { server, username } = registry;
  if (server === undefined || about.variant === 'public') return [];
  const user = typeof username === 'string' ? ` as \`${username}\`` : '';
  if (server !== null) {
    const isOther = about.subject !== null && hostOf(about.subject) !== hostOf(server);
    return isOther && cause !== 'registry-refused-upload'
      ? [
          `\`registry.server\` in ${file} is \`${server}\`: this is another registry, for which Kamal has no password.`,
        ]
      : [`Kamal logs in to \`${server}\`${user} (\`registry.server\` in ${file}).`];
  }
  const named = /^([\w-]+(?:\.[\w-]+)+(?::\d+)?|localhost:\d+)\/(.+)$/.exec(image ?? '');
  const login = `\`registry.server\` is not set in ${file}, so Kamal logs in to Docker Hub${user}.`;
  return named === null || cause !== 'registry-auth'
    ? [login]
    : [
        `${login} But \`image: ${image}\` names \`${named[1]}\`: write \`registry.server: ${named[1]}\` and \`image: ${named[2]}\`.`,
      ];
}

/** Without the names under which Docker Hub answers. */
const hostOf = (server: string): string => {
  const [host = ''] = server.replace(/^https?:\/\//, '').split('/');
  return isDockerHub(host) ? 'docker.io' : host;
};

function ofArchitecture({ file, arches }: DeployFileFacts): string[] {
  if (arches === null || arches.length === 0) return [];
  return [`${file} builds for ${arches.map((arch) => `\`${arch}\``).join(' and ')} (\`builder.arch\`).`];
}

function ofAccessories({ subject }: Particulars, { file, accessories }: DeployFileFacts): string[] {
  const names = accessories.map(({ name }) => `\`${name}\``);
  if (subject === null || accessories.some(({ name }) => subject === name || subject.endsWith(`-${name}`)))
    return [];
  return names.length === 0
    ? [`${file} has no accessories.`]
    : [`${file} has the accessories ${names.join(', ')}.`];
}

function ofHost({ host }: Particulars, { file, roles, accessories }: DeployFileFacts): string[] {
  if (host === null) return [];
  const who = [
    ...roles.filter(({ hosts }) => hosts.includes(host)).map(({ name }) => `role \`${name}\``),
    ...accessories.filter(({ hosts }) => hosts.includes(host)).map(({ name }) => `accessory \`${name}\``),
  ];
  const all = new Set([...roles, ...accessories].flatMap(({ hosts }) => hosts));
  return who.length === 0 || all.size < 2 ? [] : [`In ${file} it is a host of: ${who.join(', ')}.`];
}

/** Whether the container that ended gets the variable at all. */
function ofVariable(about: Particulars, { file, variables }: DeployFileFacts): string[] {
  const { secret, role } = about;
  if (secret === null || variables === null || !/^[A-Z][A-Z0-9_]*$/.test(secret)) return [];
  const given = variables.get(secret) ?? [];
  if (given.length === 0) {
    const key = about.variant === 'secret-key-base' ? (variables.get('RAILS_MASTER_KEY') ?? []) : [];
    return key.length > 0
      ? [
          `${file} lists \`RAILS_MASTER_KEY\`, so its value is empty, or it is the key of credentials other than those in the image.`,
        ]
      : [`No \`env\` in ${file} has \`${secret}\`.`];
  }
  const own = given.filter(({ where }) => role === null || where === `role:${role}` || where === EVERY_ROLE);
  if (own.length === 0)
    return [`${file} gives \`${secret}\` only to ${given.map(({ where }) => named(where)).join(', ')}.`];
  return own.some(({ via }) => via === 'secret')
    ? [`${file} lists \`${secret}\` under \`env.secret\`, so its value is most likely empty.`]
    : [`${file} sets \`${secret}\` under \`env.clear\`.`];
}

const named = (where: string): string => where.replace(/^(\w+):(.*)$/, '$1 `$2`');
