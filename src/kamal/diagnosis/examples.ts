import type { Cause } from './causes.ts';

/**
 * What Kamal 2.12.0 prints at the end of a run that failed for each cause, shortened to the lines that tell: shown by
 * `explain` and in docs/causes.md. The tests diagnose each one.
 */
export const CAUSE_EXAMPLES: Readonly<Record<Cause, string>> = {
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
  'registry-auth': `
  INFO [b2446c52] Running docker login ghcr.io -u [REDACTED] -p [REDACTED] on localhost
  Finished all in 0.7 seconds
  ERROR (SSHKit::Command::Failed): docker exit status: 256
docker stdout: Nothing written
docker stderr: Error response from daemon: Get "https://ghcr.io/v2/": denied: denied`,
  'registry-unreachable': `
  INFO [3464a418] Running docker login registry.example.com -u [REDACTED] -p [REDACTED] on localhost
  Finished all in 0.2 seconds
  ERROR (SSHKit::Command::Failed): docker exit status: 256
docker stdout: Nothing written
docker stderr: Error response from daemon: Get "https://registry.example.com/v2/": dial tcp 198.51.100.7:443: connect: connection refused`,
  'build-failed': `
  INFO [55b01265] Running docker buildx build --output=type=registry --platform linux/amd64 -t ghcr.io/acme/shop:4f3a9c1 . 2>&1 on localhost
  Finished all in 12.7 seconds
  ERROR (SSHKit::Command::Failed): docker exit status: 256
docker stdout: #6 [2/2] COPY nope /www
#6 ERROR: "/nope" not found: not found
ERROR: failed to solve: failed to compute cache key: "/nope" not found: not found
docker stderr: Nothing written`,
  'builder-unavailable': `
Build and push app image...
  INFO [935bc52f] Running docker --version && docker buildx version on localhost
  Finished all in 0.0 seconds
  ERROR (Kamal::Cli::DependencyError): Docker buildx plugin is not installed locally`,
  'docker-unavailable': `
  INFO [06e0a958] Running docker buildx build --output=type=registry --platform linux/amd64 -t ghcr.io/acme/shop:4f3a9c1 . 2>&1 on localhost
  Finished all in 0.5 seconds
  ERROR (SSHKit::Command::Failed): docker exit status: 256
docker stdout: ERROR: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?
docker stderr: Nothing written`,
  'image-not-found': `
Pull app image...
  INFO [9181597f] Running docker pull ghcr.io/acme/shop:4f3a9c1 on 192.0.2.10
  Finished all in 0.5 seconds
  ERROR (SSHKit::Command::Failed): Exception while executing on host 192.0.2.10: docker exit status: 1
docker stdout: Nothing written
docker stderr: Error response from daemon: manifest for ghcr.io/acme/shop:4f3a9c1 not found: manifest unknown: manifest unknown`,
  unhealthy: `
  INFO [48e652c6] Running docker exec kamal-proxy kamal-proxy deploy shop-web --target="be4bb379ed7d:80" --deploy-timeout="30s" on 192.0.2.10
 ERROR Failed to boot web on 192.0.2.10
  INFO First web container is unhealthy on 192.0.2.10, not booting any other roles
 ERROR 2026-02-03T04:05:06.789530034Z KeyError: STRIPE_KEY not set
Releasing the deploy lock...
  Finished all in 64.5 seconds
  ERROR (SSHKit::Command::Failed): Exception while executing on host 192.0.2.10: docker exit status: 1
docker stdout: Nothing written
docker stderr: Error: target failed to become healthy within configured timeout (30s)`,
  'hook-failed': `
  INFO [68c79ea9] Running /usr/bin/env .kamal/hooks/pre-deploy on localhost
Releasing the deploy lock...
  Finished all in 31.4 seconds
  ERROR (Kamal::Cli::HookError): Hook \`pre-deploy\` failed:
.kamal/hooks/pre-deploy exit status: 768
.kamal/hooks/pre-deploy stdout: CI is red
.kamal/hooks/pre-deploy stderr: Nothing written`,
  'port-taken': `
  INFO [3569f4cc] Running docker run --detach --name shop-web-4f3a9c1 --publish 8080:80 ghcr.io/acme/shop:4f3a9c1 on 192.0.2.10
 ERROR Failed to boot web on 192.0.2.10
Releasing the deploy lock...
  Finished all in 32.7 seconds
  ERROR (SSHKit::Command::Failed): Exception while executing on host 192.0.2.10: docker exit status: 125
docker stdout: 698f58f9a339
docker stderr: docker: Error response from daemon: driver failed programming external connectivity on endpoint shop-web-4f3a9c1: Bind for 0.0.0.0:8080 failed: port is already allocated`,
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
  'app-command-failed': `
Launching command with version 4f3a9c1 from existing container...
  INFO [bb0a61d4] Running docker exec shop-web-4f3a9c1 bin/rails db:migrate on 192.0.2.10
  ERROR (SSHKit::Runner::ExecuteError): Exception while executing on web: Exception while executing on host 192.0.2.10: docker exit status: 1
docker stdout: Nothing written
docker stderr: PG::ConnectionBad: could not translate host name "db"`,
  interrupted: `
Acquiring the deploy lock...
Start container with version 4f3a9c1 (or reboot if already running)...
##[error]The operation was canceled.`,
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
