import type { Explanation } from './explanation.ts';
import { IMAGES } from './explain-images.ts';
import { RUN } from './explain-run.ts';
import { SECRETS } from './explain-secrets.ts';
import { SERVERS } from './explain-servers.ts';

/** Every cause that a diagnosis can name. */
export const CAUSES = [
  'secret-not-found',
  'secret-not-fetched',
  'secrets-file-missing',
  'secrets-unparsable',
  'fetch-account-missing',
  'fetch-adapter-unknown',
  'op-not-installed',
  'op-not-signed-in',
  'vault-unreadable',
  'vault-item-missing',
  'vault-field-missing',
  'ssh-auth',
  'ssh-host-key-changed',
  'ssh-unreachable',
  'ssh-dropped',
  'lock-held',
  'registry-auth',
  'registry-unreachable',
  'build-failed',
  'builder-unavailable',
  'docker-unavailable',
  'image-not-found',
  'unhealthy',
  'hook-failed',
  'port-taken',
  'config-invalid',
  'not-a-git-repository',
  'version-unknown',
  'command-unknown',
  'app-command-failed',
  'interrupted',
  'unknown',
  'none',
] as const;

export type Cause = (typeof CAUSES)[number];

/** What each cause means and what to do next. */
export const EXPLANATIONS: Readonly<Record<Cause, Explanation>> = {
  ...SECRETS,
  ...SERVERS,
  ...IMAGES,
  ...RUN,
};
