import type { Cause } from './causes.ts';
import { DOCKER_EXAMPLES } from './examples-docker.ts';

/**
 * What Kamal 2.12.0 prints at the end of a run that failed for each cause, shortened to the lines that matter: shown by
 * `explain` and in docs/causes.md. The tests diagnose each one.
 */
export const CAUSE_EXAMPLES: Readonly<Record<Cause, string>> = {
  ...DOCKER_EXAMPLES,
  'secret-not-found': `
Start container with version 4f3a9c1 (or reboot if already running)...
 ERROR Failed to boot web on 192.0.2.10
  INFO First web container is unhealthy on 192.0.2.10, not booting any other roles
Releasing the deploy lock...
  Finished all in 23.4 seconds
  ERROR (Kamal::ConfigurationError): Exception while executing on host 192.0.2.10: Secret 'STRIPE_KEY' not found in .kamal/secrets`,
  'secret-not-fetched': `
Build and push app image...
  Finished all in 1.3 seconds
  ERROR (RuntimeError): Could not find secret STRIPE_KEY`,
  'secrets-file-missing': `
Build and push app image...
  Finished all in 0.2 seconds
  ERROR (Kamal::ConfigurationError): Secret 'KAMAL_REGISTRY_PASSWORD' not found, no secret files (.kamal/secrets-common, .kamal/secrets.staging) provided`,
  'secrets-unparsable': `
  ERROR (JSON::ParserError): 859: unexpected token at 'STRIPE_KEY'`,
  'fetch-account-missing': `
No value provided for required options '--account'`,
  'fetch-adapter-unknown': `
  ERROR (RuntimeError): Unknown secrets adapter: 1passwd`,
  'op-not-installed': `
Build and push app image...
  Finished all in 0.2 seconds
  ERROR (RuntimeError): 1Password CLI is not installed`,
  'op-not-signed-in': `
Build and push app image...
[ERROR] 2026/02/03 04:05:06 authentication required (401)
  Finished all in 0.3 seconds
  ERROR (RuntimeError): Failed to login to 1Password`,
  'vault-unreadable': `
Build and push app image...
[ERROR] 2026/02/03 04:05:06 "MyApp" isn't a vault in this account. Specify the vault with its ID or name.
  Finished all in 0.9 seconds
  ERROR (RuntimeError): Could not read DATABASE_URL, STRIPE_KEY from Production in the MyApp 1Password vault`,
  'vault-item-missing': `
Build and push app image...
[ERROR] 2026/02/03 04:05:06 "Prodution" isn't an item in the "MyApp" vault. Specify the item with its UUID, name, or domain.
  Finished all in 0.9 seconds
  ERROR (RuntimeError): Could not read DATABASE_URL, STRIPE_KEY from Prodution in the MyApp 1Password vault`,
  'vault-field-missing': `
Build and push app image...
[ERROR] 2026/02/03 04:05:06 "STRIPE_KEY" isn't a field in the "Production" item. Check the field name and try again.
  Finished all in 0.9 seconds
  ERROR (RuntimeError): Could not read DATABASE_URL, STRIPE_KEY from Production in the MyApp 1Password vault`,
  'ssh-auth': `
  INFO [5b7a58c8] Running docker login ghcr.io -u [REDACTED] -p [REDACTED] on 192.0.2.10
  Finished all in 61.6 seconds
  ERROR (Net::SSH::AuthenticationFailed): Exception while executing on host 192.0.2.10: Authentication failed for user root@192.0.2.10`,
  'ssh-host-key-changed': `
  INFO [aaf10511] Running docker login ghcr.io -u [REDACTED] -p [REDACTED] on 192.0.2.10
  Finished all in 58.2 seconds
  ERROR (Net::SSH::HostKeyMismatch): Exception while executing on host 192.0.2.10: fingerprint SHA256:S/Go+NI0L7d4SlPKBsIGtgfb8zo05usnzAqZ/zYRwWA does not match for "192.0.2.10"`,
  'ssh-unreachable': `
  INFO [bb812e54] Running docker login ghcr.io -u [REDACTED] -p [REDACTED] on 192.0.2.10
  Finished all in 187.0 seconds
  ERROR (Errno::ETIMEDOUT): Exception while executing on host 192.0.2.10: Connection timed out - connect(2) for 192.0.2.10:22`,
  'ssh-dropped': `
  INFO [1be5e569] Running docker pull ghcr.io/acme/shop:4f3a9c1 on 192.0.2.10
  INFO [1be5e569] Finished in 6.088 seconds with exit status 0 (successful).
Acquiring the deploy lock...
Start container with version 4f3a9c1 (or reboot if already running)...
Releasing the deploy lock...
  Finished all in 74.1 seconds
  ERROR (IOError): Exception while executing on host 192.0.2.10: closed stream`,
  'lock-held': `
Acquiring the deploy lock...
Deploy lock already in place!
Locked by: octocat at 2026-02-03T04:05:06Z
Version: 4f3a9c1
Message: Automatic deploy lock
  Finished all in 31.4 seconds
  ERROR (Kamal::Cli::LockError): Deploy lock found. Run 'kamal lock help' for more information`,
  'hook-failed': `
  INFO [68c79ea9] Running /usr/bin/env .kamal/hooks/pre-deploy on localhost
Releasing the deploy lock...
  Finished all in 31.4 seconds
  ERROR (Kamal::Cli::HookError): Hook \`pre-deploy\` failed:
.kamal/hooks/pre-deploy exit status: 768
.kamal/hooks/pre-deploy stdout: CI is red
.kamal/hooks/pre-deploy stderr: Nothing written`,
  'config-invalid': `
  ERROR (Psych::SyntaxError): (<unknown>): did not find expected node content while parsing a block node at line 3 column 10`,
  'not-a-git-repository': `
fatal: detected dubious ownership in repository at '/__w/shop/shop'
  Finished all in 0.0 seconds
  ERROR (RuntimeError): Can't use commit hash as version, no git repository found in /__w/shop/shop`,
  'version-unknown': `
Acquiring the deploy lock...
Error looking for container version 4f3a9c1: Exception while executing on host 192.0.2.10: Container not found
The app version '4f3a9c1' is not available as a container (use 'kamal app containers' for available versions)
Releasing the deploy lock...
  Finished all in 0.3 seconds`,
  'command-unknown': `
Could not find command "deplyo".
Did you mean?  "deploy"`,
  interrupted: `
Acquiring the deploy lock...
Start container with version 4f3a9c1 (or reboot if already running)...
##[error]The operation was canceled.`,
  'secrets-adapter-failed': `
Build and push app image...
  Finished all in 0.4 seconds
  ERROR (RuntimeError): Could not read shop/DATABASE_URL from AWS Secrets Manager`,
  'op-misconfigured': `
Build and push app image...
[ERROR] 2026/02/03 04:05:06 Can't continue. We can't safely access "/home/runner/.config/op" because its permissions are too broad. Change its permissions to 700 and try again.
  Finished all in 0.3 seconds
  ERROR (RuntimeError): Failed to login to 1Password`,
  'op-unavailable': `
Build and push app image...
[ERROR] 2026/02/03 04:05:06 could not get item Shop/Production: performing a vault operation: rate limit exceeded
  Finished all in 0.3 seconds
  ERROR (RuntimeError): Could not read DATABASE_URL from Production in the Shop 1Password vault`,
  'vault-item-ambiguous': `
Build and push app image...
[ERROR] 2026/02/03 04:05:06 could not get item Production: More than one item matches "Production". Try again and specify the item by its ID:
	* for the item "Production" in vault Shop: abcdefghijklmnopqrstuvwxy1
	* for the item "Production" in vault Shop: abcdefghijklmnopqrstuvwxy2
  Finished all in 0.9 seconds
  ERROR (RuntimeError): Could not read DATABASE_URL from Production in the Shop 1Password vault`,
  'app-secret-missing': `
  INFO [48e652c6] Running docker exec kamal-proxy kamal-proxy deploy shop-web --target="be4bb379ed7d:80" --deploy-timeout="30s" on 192.0.2.10
 ERROR Failed to boot web on 192.0.2.10
  INFO First web container is unhealthy on 192.0.2.10, not booting any other roles
 ERROR 2026-02-03T04:05:06.789530034Z config/initializers/stripe.rb:1:in 'Hash#fetch': key not found: "STRIPE_KEY" (KeyError)
Releasing the deploy lock...
  Finished all in 64.5 seconds
  ERROR (SSHKit::Command::Failed): Exception while executing on host 192.0.2.10: docker exit status: 1
docker stdout: Nothing written
docker stderr: Error: target failed to become healthy within configured timeout (30s)`,
  'app-secret-wrong': `
  INFO [48e652c6] Running docker exec kamal-proxy kamal-proxy deploy shop-web --target="be4bb379ed7d:80" --deploy-timeout="30s" on 192.0.2.10
 ERROR Failed to boot web on 192.0.2.10
  INFO First web container is unhealthy on 192.0.2.10, not booting any other roles
 ERROR 2026-02-03T04:05:06.789530034Z bin/rails aborted!
2026-02-03T04:05:06.789550034Z ActiveSupport::MessageEncryptor::InvalidMessage: ActiveSupport::MessageEncryptor::InvalidMessage
Releasing the deploy lock...
  Finished all in 64.5 seconds
  ERROR (SSHKit::Command::Failed): Exception while executing on host 192.0.2.10: docker exit status: 1
docker stdout: Nothing written
docker stderr: Error: target failed to become healthy within configured timeout (30s)`,
  'env-file-unusable': `
Start container with version 4f3a9c1 (or reboot if already running)...
 ERROR Failed to boot web on 192.0.2.10
Releasing the deploy lock...
  Finished all in 22.8 seconds
  ERROR (Net::SCP::Error): Exception while executing on host 192.0.2.10: SCP did not finish successfully (1): scp: .kamal/apps/shop/env/roles/web.env: Permission denied`,
  'ssh-key-unusable': `
net-ssh-7.3.0/lib/net/ssh/authentication/ed25519_loader.rb:21:in 'raiseUnlessLoaded': OpenSSH keys only supported if ED25519 is available (NotImplementedError)
net-ssh requires the following gems for ed25519 support:
 * ed25519 (>= 1.2, < 2.0)
 * bcrypt_pbkdf (>= 1.0, < 2.0)`,
  'ssh-incompatible': `
  INFO [5f5256e6] Running /usr/bin/env mkdir -p .kamal on 192.0.2.10
  Finished all in 0.9 seconds
  ERROR (Net::SSH::Exception): Exception while executing on host 192.0.2.10: could not settle on kex algorithm
Server kex preferences: curve25519-sha256@libssh.org
Client kex preferences: ecdh-sha2-nistp521,ecdh-sha2-nistp384`,
  'remote-shell': `
  INFO [c0017e05] Running docker ps --filter name=^kamal-proxy$ on 192.0.2.10
  ERROR (SSHKit::Command::Failed): Exception while executing on host 192.0.2.10: docker exit status: 127
docker stdout: Nothing written
docker stderr: fish: Expected a variable name after this $.
docker ps --filter name=^kamal-proxy$`,
  'kamal-not-loaded': `
bundler/definition.rb:682:in 'Bundler::Definition#materialize': Could not find kamal-2.12.0 in locally installed gems (Bundler::GemNotFound)
	from bundler/definition.rb:245:in 'Bundler::Definition#specs'
Error: Process completed with exit code 1.`,
  unknown: `
Acquiring the deploy lock...
Releasing the deploy lock...
  Finished all in 31.0 seconds
  ERROR (ZeroDivisionError): Exception while executing on host 192.0.2.10: divided by 0`,
  none: `
Prune old containers and images...
Releasing the deploy lock...
  Finished all in 41.9 seconds`,
};
