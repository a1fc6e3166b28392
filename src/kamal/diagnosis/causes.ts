import { type Explanation, UNNAMED } from './explanation.ts';
import { BUILDING } from './explain-building.ts';
import { CONFIGURATION } from './explain-configuration.ts';
import { CONTAINERS } from './explain-containers.ts';
import { REGISTRIES } from './explain-registries.ts';
import { RUN } from './explain-run.ts';
import { SECRETS } from './explain-secrets.ts';
import { SERVERS } from './explain-servers.ts';
import { VAULT } from './explain-vault.ts';

/** Every cause that a diagnosis can name. */
export const CAUSES = [
  'secret-not-found',
  'secret-not-fetched',
  'secrets-file-missing',
  'secrets-unparsable',
  'secrets-adapter-failed',
  'fetch-account-missing',
  'fetch-adapter-unknown',
  'op-not-installed',
  'op-not-signed-in',
  'op-misconfigured',
  'op-unavailable',
  'vault-unreadable',
  'vault-item-missing',
  'vault-item-ambiguous',
  'vault-field-missing',
  'app-secret-missing',
  'app-secret-wrong',
  'env-file-unusable',
  'ssh-auth',
  'ssh-key-unusable',
  'ssh-host-key-changed',
  'ssh-incompatible',
  'ssh-unreachable',
  'ssh-dropped',
  'remote-shell',
  'lock-held',
  'registry-auth',
  'registry-rate-limited',
  'registry-refused-upload',
  'registry-tunnel',
  'registry-unreachable',
  'credential-helper-missing',
  'image-not-found',
  'image-label-missing',
  'architecture-mismatch',
  'build-failed',
  'build-cache-failed',
  'builder-lost',
  'builder-unavailable',
  'docker-missing',
  'docker-unavailable',
  'disk-full',
  'container-name-taken',
  'container-not-started',
  'port-taken',
  'unhealthy',
  'app-command-failed',
  'proxy-down',
  'proxy-host-taken',
  'proxy-outdated',
  'proxy-service-missing',
  'certificate-failed',
  'accessory-missing',
  'prune-failed',
  'hook-failed',
  'config-invalid',
  'not-a-git-repository',
  'version-unknown',
  'command-unknown',
  'kamal-not-loaded',
  'interrupted',
  'unknown',
  'none',
] as const;

export type Cause = (typeof CAUSES)[number];

/** What each cause means and what to do next. */
export const EXPLANATIONS: Readonly<Record<Cause, Explanation>> = {
  ...SECRETS,
  ...VAULT,
  ...SERVERS,
  ...CONTAINERS,
  ...REGISTRIES,
  ...BUILDING,
  ...RUN,
  ...CONFIGURATION,
};

/** A cause as such, of no run in particular, as `explain --json` has it. */
export interface ExplainedCause {
  readonly id: Cause;
  readonly means: string;
  readonly human: readonly string[];
  readonly agent: readonly string[];
}

/** A cause as `explain` shows it: its meaning and its steps without the names of a certain run. */
export function explained(id: Cause): ExplainedCause {
  const { human = [], agent = [] } = EXPLANATIONS[id].next(UNNAMED);
  return { id, means: EXPLANATIONS[id].means(UNNAMED), human, agent };
}
