import{t as CAUSES}from"./causes.js";import{n as explainedById,t as EXPLAINED_IDS}from"./explained-by-id.js";import{$t as ruleById,At as didYouMean,D as EXIT,Zn as ruleAddress,_ as UsageError,en as rules,l as COMMON_OPTIONS,lr as jsonDocument}from"./check.js";import{t as ruleDocument}from"./rule.js";import{t as Screen}from"./screen.js";import{isDeepStrictEqual}from"node:util";const DOCKER_EXAMPLES={"registry-auth":`
  INFO [b2446c52] Running docker login ghcr.io -u [REDACTED] -p [REDACTED] on localhost
  Finished all in 0.7 seconds
  ERROR (SSHKit::Command::Failed): docker exit status: 256
docker stdout: Nothing written
docker stderr: Error response from daemon: Get "https://ghcr.io/v2/": denied: denied`,"registry-unreachable":`
  INFO [3464a418] Running docker login registry.example.com -u [REDACTED] -p [REDACTED] on localhost
  Finished all in 0.2 seconds
  ERROR (SSHKit::Command::Failed): docker exit status: 256
docker stdout: Nothing written
docker stderr: Error response from daemon: Get "https://registry.example.com/v2/": dial tcp 198.51.100.7:443: connect: connection refused`,"build-failed":`
  INFO [55b01265] Running docker buildx build --output=type=registry --platform linux/amd64 -t ghcr.io/acme/shop:4f3a9c1 . 2>&1 on localhost
  Finished all in 12.7 seconds
  ERROR (SSHKit::Command::Failed): docker exit status: 256
docker stdout: #6 [2/2] COPY nope /www
#6 ERROR: "/nope" not found: not found
ERROR: failed to solve: failed to compute cache key: "/nope" not found: not found
docker stderr: Nothing written`,"builder-unavailable":`
Build and push app image...
  INFO [935bc52f] Running docker --version && docker buildx version on localhost
  Finished all in 0.0 seconds
  ERROR (Kamal::Cli::DependencyError): Docker buildx plugin is not installed locally`,"docker-unavailable":`
  INFO [06e0a958] Running docker buildx build --output=type=registry --platform linux/amd64 -t ghcr.io/acme/shop:4f3a9c1 . 2>&1 on localhost
  Finished all in 0.5 seconds
  ERROR (SSHKit::Command::Failed): docker exit status: 256
docker stdout: ERROR: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?
docker stderr: Nothing written`,"image-not-found":`
Pull app image...
  INFO [9181597f] Running docker pull ghcr.io/acme/shop:4f3a9c1 on 192.0.2.10
  Finished all in 0.5 seconds
  ERROR (SSHKit::Command::Failed): Exception while executing on host 192.0.2.10: docker exit status: 1
docker stdout: Nothing written
docker stderr: Error response from daemon: manifest for ghcr.io/acme/shop:4f3a9c1 not found: manifest unknown: manifest unknown`,unhealthy:`
  INFO [48e652c6] Running docker exec kamal-proxy kamal-proxy deploy shop-web --target="be4bb379ed7d:80" --deploy-timeout="30s" on 192.0.2.10
 ERROR Failed to boot web on 192.0.2.10
  INFO First web container is unhealthy on 192.0.2.10, not booting any other roles
 ERROR 2026-02-03T04:05:06.789530034Z Puma starting in single mode...
Releasing the deploy lock...
  Finished all in 64.5 seconds
  ERROR (SSHKit::Command::Failed): Exception while executing on host 192.0.2.10: docker exit status: 1
docker stdout: Nothing written
docker stderr: Error: target failed to become healthy within configured timeout (30s)`,"port-taken":`
  INFO [3569f4cc] Running docker run --detach --name shop-web-4f3a9c1 --publish 8080:80 ghcr.io/acme/shop:4f3a9c1 on 192.0.2.10
 ERROR Failed to boot web on 192.0.2.10
Releasing the deploy lock...
  Finished all in 32.7 seconds
  ERROR (SSHKit::Command::Failed): Exception while executing on host 192.0.2.10: docker exit status: 125
docker stdout: 698f58f9a339
docker stderr: docker: Error response from daemon: driver failed programming external connectivity on endpoint shop-web-4f3a9c1: Bind for 0.0.0.0:8080 failed: port is already allocated`,"app-command-failed":`
Launching command with version 4f3a9c1 from existing container...
  INFO [bb0a61d4] Running docker exec shop-web-4f3a9c1 bin/rails db:migrate on 192.0.2.10
  ERROR (SSHKit::Runner::ExecuteError): Exception while executing on web: Exception while executing on host 192.0.2.10: docker exit status: 1
docker stdout: Nothing written
docker stderr: PG::ConnectionBad: could not translate host name "db"`,"registry-rate-limited":`
  INFO [3569f4cc] Running docker container start kamal-proxy || docker run --name kamal-proxy --network kamal --detach basecamp/kamal-proxy:v0.8.7 on 192.0.2.10
  Finished all in 9.1 seconds
  ERROR (SSHKit::Command::Failed): Exception while executing on host 192.0.2.10: docker exit status: 125
docker stdout: Nothing written
docker stderr: docker: Error response from daemon: toomanyrequests: You have reached your pull rate limit.`,"registry-refused-upload":`
  INFO [55b01265] Running docker buildx build --output=type=registry --platform linux/amd64 -t registry.example.com/shop:4f3a9c1 . 2>&1 on localhost
  Finished all in 112.7 seconds
  ERROR (SSHKit::Command::Failed): docker exit status: 256
docker stdout: #15 pushing layers
ERROR: failed to build: failed to solve: failed to push registry.example.com/shop:4f3a9c1: unexpected status from PUT request to https://registry.example.com/v2/shop/blobs/uploads/7c: 413 Request Entity Too Large
docker stderr: Nothing written`,"registry-tunnel":`
Pull app image...
  INFO [5ea32947] Running docker pull localhost:5555/shop:4f3a9c1 on 192.0.2.10
  Finished all in 51.2 seconds
  ERROR (SSHKit::Command::Failed): Exception while executing on host 192.0.2.10: docker exit status: 1
docker stdout: Nothing written
docker stderr: Error response from daemon: Get "http://localhost:5555/v2/": dial tcp [::1]:5555: connect: connection refused`,"credential-helper-missing":`
  INFO [b2446c52] Running docker login ghcr.io -u [REDACTED] -p [REDACTED] on localhost
  Finished all in 0.7 seconds
  ERROR (SSHKit::Command::Failed): docker exit status: 256
docker stdout: Nothing written
docker stderr: error getting credentials - err: exec: "docker-credential-desktop": executable file not found in $PATH, out: \`\``,"image-label-missing":`
  INFO [50bb60e1] Running docker inspect -f '{{ .Config.Labels.service }}' ghcr.io/acme/shop:4f3a9c1 | grep -x shop || (echo "Image ghcr.io/acme/shop:4f3a9c1 is missing the 'service' label" && exit 1) on 192.0.2.10
  Finished all in 3.4 seconds
  ERROR (SSHKit::Command::Failed): Exception while executing on host 192.0.2.10: docker exit status: 1
docker stdout: Image ghcr.io/acme/shop:4f3a9c1 is missing the 'service' label
docker stderr: Nothing written`,"architecture-mismatch":`
Pull app image...
  INFO [9181597f] Running docker pull ghcr.io/acme/shop:4f3a9c1 on 192.0.2.10
  Finished all in 9.5 seconds
  ERROR (SSHKit::Command::Failed): Exception while executing on host 192.0.2.10: docker exit status: 1
docker stdout: 4f3a9c1: Pulling from acme/shop
docker stderr: no matching manifest for linux/arm64/v8 in the manifest list entries`,"build-cache-failed":`
  INFO [55b01265] Running docker buildx build --output=type=registry --platform linux/amd64 -t ghcr.io/acme/shop:4f3a9c1 --cache-to type=gha,mode=max --cache-from type=gha . 2>&1 on localhost
  Finished all in 2.7 seconds
  ERROR (SSHKit::Command::Failed): docker exit status: 256
docker stdout: ERROR: failed to solve: failed to configure gha cache exporter: invalid token without access controls
docker stderr: Nothing written`,"builder-lost":`
  INFO [55b01265] Running docker buildx build --output=type=registry --platform linux/amd64 -t ghcr.io/acme/shop:4f3a9c1 . 2>&1 on localhost
  Finished all in 112.7 seconds
  ERROR (SSHKit::Command::Failed): docker exit status: 256
docker stdout: #12 exporting to image
ERROR: failed to receive status: rpc error: code = Unavailable desc = error reading from server: EOF
docker stderr: Nothing written`,"docker-missing":`
  INFO [9b53ce42] Running docker login ghcr.io -u [REDACTED] -p [REDACTED] on localhost
  Finished all in 0.1 seconds
  ERROR (Errno::ENOENT): No such file or directory - docker`,"disk-full":`
Pull app image...
  INFO [9181597f] Running docker pull ghcr.io/acme/shop:4f3a9c1 on 192.0.2.10
  Finished all in 31.5 seconds
  ERROR (SSHKit::Command::Failed): Exception while executing on host 192.0.2.10: docker exit status: 1
docker stdout: 4f3a9c1: Pulling from acme/shop
docker stderr: failed to register layer: write /usr/lib/x86_64-linux-gnu/libvips.so.42: no space left on device`,"container-name-taken":`
  INFO [3569f4cc] Running docker run --name shop-db --detach --restart unless-stopped --network kamal --label service="shop-db" postgres:16 on 192.0.2.10
  Finished all in 32.7 seconds
  ERROR (SSHKit::Command::Failed): Exception while executing on host 192.0.2.10: docker exit status: 125
docker stdout: Nothing written
docker stderr: docker: Error response from daemon: Conflict. The container name "/shop-db" is already in use by container "a67f81b". You have to remove (or rename) that container to be able to reuse that name.`,"container-not-started":`
  INFO [3569f4cc] Running docker run --detach --restart unless-stopped --name shop-web-4f3a9c1 --label service="shop" --label role="web" ghcr.io/acme/shop:4f3a9c1 on 192.0.2.10
 ERROR Failed to boot web on 192.0.2.10
  Finished all in 32.7 seconds
  ERROR (SSHKit::Command::Failed): Exception while executing on host 192.0.2.10: docker exit status: 127
docker stdout: 698f58f9a339
docker stderr: docker: Error response from daemon: failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "bin/thrust": stat bin/thrust: no such file or directory: unknown`,"proxy-down":`
  INFO [48e652c6] Running docker exec kamal-proxy kamal-proxy deploy shop-web --target="be4bb379ed7d:80" --host="shop.example.com" --tls --deploy-timeout="30s" on 192.0.2.10
 ERROR Failed to boot web on 192.0.2.10
  Finished all in 64.5 seconds
  ERROR (SSHKit::Command::Failed): Exception while executing on host 192.0.2.10: docker exit status: 1
docker stdout: Nothing written
docker stderr: Error response from daemon: Container bfb20008c3301f0a is restarting, wait until the container is running`,"proxy-host-taken":`
  INFO [48e652c6] Running docker exec kamal-proxy kamal-proxy deploy shop-web --target="be4bb379ed7d:80" --host="shop.example.com" --tls --deploy-timeout="30s" on 192.0.2.10
 ERROR Failed to boot web on 192.0.2.10
  Finished all in 64.5 seconds
  ERROR (SSHKit::Command::Failed): Exception while executing on host 192.0.2.10: docker exit status: 1
docker stdout: Nothing written
docker stderr: Error: host settings conflict with another service`,"proxy-service-missing":`
  INFO [4bb2c1aa] Running docker exec kamal-proxy kamal-proxy stop shop-web --drain-timeout="30s" on 192.0.2.10
  Finished all in 1.2 seconds
  ERROR (SSHKit::Command::Failed): Exception while executing on host 192.0.2.10: docker exit status: 1
docker stdout: Nothing written
docker stderr: Error: service not found`,"proxy-outdated":`
Ensure kamal-proxy is running...
Releasing the deploy lock...
  Finished all in 69.8 seconds
  ERROR (RuntimeError): Exception while executing on host 192.0.2.10: kamal-proxy version v0.8.1 is too old, run \`kamal proxy reboot\` in order to update to at least v0.8.4`,"certificate-failed":`
{"time":"2026-02-03T04:05:06.169664821Z","level":"INFO","msg":"http: TLS handshake error from 198.51.100.4:47452: acme/autocert: unable to satisfy \\"https://acme-v02.api.letsencrypt.org/acme/authz-v3/1\\" for domain \\"shop.example.com\\": no viable challenge type found"}`,"accessory-missing":`
  INFO [72dbc614] Running docker container start shop-db on 192.0.2.10
  Finished all in 2.8 seconds
  ERROR (SSHKit::Command::Failed): Exception while executing on host 192.0.2.10: docker exit status: 1
docker stdout: Nothing written
docker stderr: Error response from daemon: No such container: shop-db
Error: failed to start containers: shop-db`,"prune-failed":`
Prune old containers and images...
  INFO [72dbc614] Running docker image ls --filter label=service=shop --format '{{.ID}} {{.Repository}}:{{.Tag}}' | grep -v -w "x" | while read image tag; do docker rmi $tag; done on 192.0.2.10
Releasing the deploy lock...
  Finished all in 56.8 seconds
  ERROR (SSHKit::Command::Failed): Exception while executing on host 192.0.2.10: docker exit status: 1
docker stdout: Nothing written
docker stderr: Error response from daemon: No such image: ghcr.io/acme/shop:f8f0ce3`};const CAUSE_EXAMPLES={...DOCKER_EXAMPLES,"secret-not-found":`
Start container with version 4f3a9c1 (or reboot if already running)...
 ERROR Failed to boot web on 192.0.2.10
  INFO First web container is unhealthy on 192.0.2.10, not booting any other roles
Releasing the deploy lock...
  Finished all in 23.4 seconds
  ERROR (Kamal::ConfigurationError): Exception while executing on host 192.0.2.10: Secret 'STRIPE_KEY' not found in .kamal/secrets`,"secret-not-fetched":`
Build and push app image...
  Finished all in 1.3 seconds
  ERROR (RuntimeError): Could not find secret STRIPE_KEY`,"secrets-file-missing":`
Build and push app image...
  Finished all in 0.2 seconds
  ERROR (Kamal::ConfigurationError): Secret 'KAMAL_REGISTRY_PASSWORD' not found, no secret files (.kamal/secrets-common, .kamal/secrets.staging) provided`,"secrets-unparsable":`
  ERROR (JSON::ParserError): 859: unexpected token at 'STRIPE_KEY'`,"fetch-account-missing":`
No value provided for required options '--account'`,"fetch-adapter-unknown":`
  ERROR (RuntimeError): Unknown secrets adapter: 1passwd`,"op-not-installed":`
Build and push app image...
  Finished all in 0.2 seconds
  ERROR (RuntimeError): 1Password CLI is not installed`,"op-not-signed-in":`
Build and push app image...
[ERROR] 2026/02/03 04:05:06 authentication required (401)
  Finished all in 0.3 seconds
  ERROR (RuntimeError): Failed to login to 1Password`,"vault-unreadable":`
Build and push app image...
[ERROR] 2026/02/03 04:05:06 "MyApp" isn't a vault in this account. Specify the vault with its ID or name.
  Finished all in 0.9 seconds
  ERROR (RuntimeError): Could not read DATABASE_URL, STRIPE_KEY from Production in the MyApp 1Password vault`,"vault-item-missing":`
Build and push app image...
[ERROR] 2026/02/03 04:05:06 "Prodution" isn't an item in the "MyApp" vault. Specify the item with its UUID, name, or domain.
  Finished all in 0.9 seconds
  ERROR (RuntimeError): Could not read DATABASE_URL, STRIPE_KEY from Prodution in the MyApp 1Password vault`,"vault-field-missing":`
Build and push app image...
[ERROR] 2026/02/03 04:05:06 "STRIPE_KEY" isn't a field in the "Production" item. Check the field name and try again.
  Finished all in 0.9 seconds
  ERROR (RuntimeError): Could not read DATABASE_URL, STRIPE_KEY from Production in the MyApp 1Password vault`,"ssh-auth":`
  INFO [5b7a58c8] Running docker login ghcr.io -u [REDACTED] -p [REDACTED] on 192.0.2.10
  Finished all in 61.6 seconds
  ERROR (Net::SSH::AuthenticationFailed): Exception while executing on host 192.0.2.10: Authentication failed for user root@192.0.2.10`,"ssh-host-key-changed":`
  INFO [aaf10511] Running docker login ghcr.io -u [REDACTED] -p [REDACTED] on 192.0.2.10
  Finished all in 58.2 seconds
  ERROR (Net::SSH::HostKeyMismatch): Exception while executing on host 192.0.2.10: fingerprint SHA256:S/Go+NI0L7d4SlPKBsIGtgfb8zo05usnzAqZ/zYRwWA does not match for "192.0.2.10"`,"ssh-unreachable":`
  INFO [bb812e54] Running docker login ghcr.io -u [REDACTED] -p [REDACTED] on 192.0.2.10
  Finished all in 187.0 seconds
  ERROR (Errno::ETIMEDOUT): Exception while executing on host 192.0.2.10: Connection timed out - connect(2) for 192.0.2.10:22`,"ssh-dropped":`
  INFO [1be5e569] Running docker pull ghcr.io/acme/shop:4f3a9c1 on 192.0.2.10
  INFO [1be5e569] Finished in 6.088 seconds with exit status 0 (successful).
Acquiring the deploy lock...
Start container with version 4f3a9c1 (or reboot if already running)...
Releasing the deploy lock...
  Finished all in 74.1 seconds
  ERROR (IOError): Exception while executing on host 192.0.2.10: closed stream`,"lock-held":`
Acquiring the deploy lock...
Deploy lock already in place!
Locked by: octocat at 2026-02-03T04:05:06Z
Version: 4f3a9c1
Message: Automatic deploy lock
  Finished all in 31.4 seconds
  ERROR (Kamal::Cli::LockError): Deploy lock found. Run 'kamal lock help' for more information`,"hook-failed":`
  INFO [68c79ea9] Running /usr/bin/env .kamal/hooks/pre-deploy on localhost
Releasing the deploy lock...
  Finished all in 31.4 seconds
  ERROR (Kamal::Cli::HookError): Hook \`pre-deploy\` failed:
.kamal/hooks/pre-deploy exit status: 768
.kamal/hooks/pre-deploy stdout: CI is red
.kamal/hooks/pre-deploy stderr: Nothing written`,"config-invalid":`
  ERROR (Psych::SyntaxError): (<unknown>): did not find expected node content while parsing a block node at line 3 column 10`,"not-a-git-repository":`
fatal: detected dubious ownership in repository at '/__w/shop/shop'
  Finished all in 0.0 seconds
  ERROR (RuntimeError): Can't use commit hash as version, no git repository found in /__w/shop/shop`,"version-unknown":`
Acquiring the deploy lock...
Error looking for container version 4f3a9c1: Exception while executing on host 192.0.2.10: Container not found
The app version '4f3a9c1' is not available as a container (use 'kamal app containers' for available versions)
Releasing the deploy lock...
  Finished all in 0.3 seconds`,"command-unknown":`
Could not find command "deplyo".
Did you mean?  "deploy"`,interrupted:`
Acquiring the deploy lock...
Start container with version 4f3a9c1 (or reboot if already running)...
##[error]The operation was canceled.`,"secrets-adapter-failed":`
Build and push app image...
  Finished all in 0.4 seconds
  ERROR (RuntimeError): Could not read shop/DATABASE_URL from AWS Secrets Manager`,"op-misconfigured":`
Build and push app image...
[ERROR] 2026/02/03 04:05:06 Can't continue. We can't safely access "/home/runner/.config/op" because its permissions are too broad. Change its permissions to 700 and try again.
  Finished all in 0.3 seconds
  ERROR (RuntimeError): Failed to login to 1Password`,"op-unavailable":`
Build and push app image...
[ERROR] 2026/02/03 04:05:06 could not get item Shop/Production: performing a vault operation: rate limit exceeded
  Finished all in 0.3 seconds
  ERROR (RuntimeError): Could not read DATABASE_URL from Production in the Shop 1Password vault`,"vault-item-ambiguous":`
Build and push app image...
[ERROR] 2026/02/03 04:05:06 could not get item Production: More than one item matches "Production". Try again and specify the item by its ID:
	* for the item "Production" in vault Shop: abcdefghijklmnopqrstuvwxy1
	* for the item "Production" in vault Shop: abcdefghijklmnopqrstuvwxy2
  Finished all in 0.9 seconds
  ERROR (RuntimeError): Could not read DATABASE_URL from Production in the Shop 1Password vault`,"app-secret-missing":`
  INFO [48e652c6] Running docker exec kamal-proxy kamal-proxy deploy shop-web --target="be4bb379ed7d:80" --deploy-timeout="30s" on 192.0.2.10
 ERROR Failed to boot web on 192.0.2.10
  INFO First web container is unhealthy on 192.0.2.10, not booting any other roles
 ERROR 2026-02-03T04:05:06.789530034Z config/initializers/stripe.rb:1:in 'Hash#fetch': key not found: "STRIPE_KEY" (KeyError)
Releasing the deploy lock...
  Finished all in 64.5 seconds
  ERROR (SSHKit::Command::Failed): Exception while executing on host 192.0.2.10: docker exit status: 1
docker stdout: Nothing written
docker stderr: Error: target failed to become healthy within configured timeout (30s)`,"app-secret-wrong":`
  INFO [48e652c6] Running docker exec kamal-proxy kamal-proxy deploy shop-web --target="be4bb379ed7d:80" --deploy-timeout="30s" on 192.0.2.10
 ERROR Failed to boot web on 192.0.2.10
  INFO First web container is unhealthy on 192.0.2.10, not booting any other roles
 ERROR 2026-02-03T04:05:06.789530034Z bin/rails aborted!
2026-02-03T04:05:06.789550034Z ActiveSupport::MessageEncryptor::InvalidMessage: ActiveSupport::MessageEncryptor::InvalidMessage
Releasing the deploy lock...
  Finished all in 64.5 seconds
  ERROR (SSHKit::Command::Failed): Exception while executing on host 192.0.2.10: docker exit status: 1
docker stdout: Nothing written
docker stderr: Error: target failed to become healthy within configured timeout (30s)`,"env-file-unusable":`
Start container with version 4f3a9c1 (or reboot if already running)...
 ERROR Failed to boot web on 192.0.2.10
Releasing the deploy lock...
  Finished all in 22.8 seconds
  ERROR (Net::SCP::Error): Exception while executing on host 192.0.2.10: SCP did not finish successfully (1): scp: .kamal/apps/shop/env/roles/web.env: Permission denied`,"ssh-key-unusable":`
net-ssh-7.3.0/lib/net/ssh/authentication/ed25519_loader.rb:21:in 'raiseUnlessLoaded': OpenSSH keys only supported if ED25519 is available (NotImplementedError)
net-ssh requires the following gems for ed25519 support:
 * ed25519 (>= 1.2, < 2.0)
 * bcrypt_pbkdf (>= 1.0, < 2.0)`,"ssh-incompatible":`
  INFO [5f5256e6] Running /usr/bin/env mkdir -p .kamal on 192.0.2.10
  Finished all in 0.9 seconds
  ERROR (Net::SSH::Exception): Exception while executing on host 192.0.2.10: could not settle on kex algorithm
Server kex preferences: curve25519-sha256@libssh.org
Client kex preferences: ecdh-sha2-nistp521,ecdh-sha2-nistp384`,"remote-shell":`
  INFO [c0017e05] Running docker ps --filter name=^kamal-proxy$ on 192.0.2.10
  ERROR (SSHKit::Command::Failed): Exception while executing on host 192.0.2.10: docker exit status: 127
docker stdout: Nothing written
docker stderr: fish: Expected a variable name after this $.
docker ps --filter name=^kamal-proxy$`,"kamal-not-loaded":`
bundler/definition.rb:682:in 'Bundler::Definition#materialize': Could not find kamal-2.12.0 in locally installed gems (Bundler::GemNotFound)
	from bundler/definition.rb:245:in 'Bundler::Definition#specs'
Error: Process completed with exit code 1.`,unknown:`
Acquiring the deploy lock...
Releasing the deploy lock...
  Finished all in 31.0 seconds
  ERROR (ZeroDivisionError): Exception while executing on host 192.0.2.10: divided by 0`,none:`
Prune old containers and images...
Releasing the deploy lock...
  Finished all in 41.9 seconds`};const explain={help:{name:`explain`,usage:`explain RULE | CAUSE [options]`,summary:"Explain a rule of `check` or a cause of `diagnose`, with an example and how to fix it.",operands:[`RULE`],options:[{name:`json`,help:`Print it as JSON (docs/explain.schema.json).`},...COMMON_OPTIONS],examples:[{line:`explain secret-missing`,does:"explain a rule of `check`"},{line:`explain registry-auth`,does:"explain a cause of `diagnose`"}]},run(given,terminal){const[name=``]=given.operands;const rule=ruleById(name);const cause=explainedById(name);if(rule===null&&cause===null){const help=didYouMean(name,[...Object.keys(rules),...EXPLAINED_IDS]);throw new UsageError(`No rule or cause is called “${name}”.${help===``?" `kamal-1password rules` lists the rules.":help}`)}const screen=new Screen(given,terminal);if(given.has(`json`))terminal.out(jsonDocument({rule:rule===null?null:ruleDocument(rule),cause}));else{const texts=[...rule===null?[]:[ruleText(rule,screen)],...cause===null?[]:[causeText(cause,screen)]];terminal.out(texts.join(`
`))}return EXIT.clean}};function causeText({id,means,human,agent},screen){const{colours}=screen;const example=exampleOf(id);const kind=example===null?`what a run stops with`:"a cause of `diagnose`";const text=`${colours.bold(id)} (${kind})\n\n${screen.sentence(means,0)}\n${screen.lists({human,agent})}`;if(example===null)return text;const shown=example.replace(/^\n/,``).split(`
`).map(line=>`    ${line}\n`).join(``);return`${text}\n${colours.bold(`Kamal says`)}\n${shown}`}function exampleOf(id){const cause=CAUSES.find(each=>each===id);return cause===void 0?null:CAUSE_EXAMPLES[cause]}function ruleText({id,severity,title,why,seenIn,who,examples},screen){const{colours}=screen;const{failing,fixed,vault}=examples();const fixers=who.map(each=>each===`human`?`a person`:`an agent`).join(` or `);const reasons=why.trim().split(/\n{2,}/).map(paragraph=>screen.sentence(paragraph.replaceAll(/\s+/g,` `),0));return`${`${colours.bold(colours.link(id,ruleAddress(id)))} (${colours[severity](severity)}): `}${screen.sentence(title,2,id.length+severity.length+5)}

${reasons.join(`

`)}

Seen in ${seenIn}. Fixed by ${fixers}.

${colours.bold(`Wrong`)}
${exampleText(failing,vault?.failing,colours)}
${colours.bold(`Right`)}
${exampleText(changed(fixed,failing),isDeepStrictEqual(vault?.failing,vault?.fixed)?void 0:vault?.fixed,colours)}
${screen.sentence(`Change its severity with --rule ${id}=error|warning|info|off. To accept one line, put a comment above it:`,0)}
  # kamal-1password: ignore ${id} — why this is intended
`}function changed(files,before){return Object.fromEntries(Object.entries(files).filter(([file,text])=>before[file]!==text))}function exampleText(files,vault,colours){const texts=Object.entries(files).map(([file,text])=>`  ${colours.frame(file)}\n${text.trimEnd().split(`
`).map(line=>`    ${line}`).join(`
`)}\n`);const items=(vault??[]).map(({vault:title,item,fields,isEnvironment})=>{const names=Object.entries(fields).map(([name,value])=>value===``?`${name} (empty)`:name);const place=isEnvironment===true?`Environment “${item}”`:`vault “${title}”, item “${item}”`;return`  ${colours.frame(`1Password, ${place}`)}\n    ${names.length===0?`(no fields)`:names.join(`, `)}\n`});return[...texts,...items].join(`
`)}export{explain};