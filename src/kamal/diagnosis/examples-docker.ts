/** Examples of what Docker, its builder and the registries fail with; see `examples.ts`. */
export const DOCKER_EXAMPLES = {
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
 ERROR 2026-02-03T04:05:06.789530034Z Puma starting in single mode...
Releasing the deploy lock...
  Finished all in 64.5 seconds
  ERROR (SSHKit::Command::Failed): Exception while executing on host 192.0.2.10: docker exit status: 1
docker stdout: Nothing written
docker stderr: Error: target failed to become healthy within configured timeout (30s)`,
  'port-taken': `
  INFO [3569f4cc] Running docker run --detach --name shop-web-4f3a9c1 --publish 8080:80 ghcr.io/acme/shop:4f3a9c1 on 192.0.2.10
 ERROR Failed to boot web on 192.0.2.10
Releasing the deploy lock...
  Finished all in 32.7 seconds
  ERROR (SSHKit::Command::Failed): Exception while executing on host 192.0.2.10: docker exit status: 125
docker stdout: 698f58f9a339
docker stderr: docker: Error response from daemon: driver failed programming external connectivity on endpoint shop-web-4f3a9c1: Bind for 0.0.0.0:8080 failed: port is already allocated`,
  'app-command-failed': `
Launching command with version 4f3a9c1 from existing container...
  INFO [bb0a61d4] Running docker exec shop-web-4f3a9c1 bin/rails db:migrate on 192.0.2.10
  ERROR (SSHKit::Runner::ExecuteError): Exception while executing on web: Exception while executing on host 192.0.2.10: docker exit status: 1
docker stdout: Nothing written
docker stderr: PG::ConnectionBad: could not translate host name "db"`,
  'registry-rate-limited': `
  INFO [3569f4cc] Running docker container start kamal-proxy || docker run --name kamal-proxy --network kamal --detach basecamp/kamal-proxy:v0.8.7 on 192.0.2.10
  Finished all in 9.1 seconds
  ERROR (SSHKit::Command::Failed): Exception while executing on host 192.0.2.10: docker exit status: 125
docker stdout: Nothing written
docker stderr: docker: Error response from daemon: toomanyrequests: You have reached your pull rate limit.`,
  'registry-refused-upload': `
  INFO [55b01265] Running docker buildx build --output=type=registry --platform linux/amd64 -t registry.example.com/shop:4f3a9c1 . 2>&1 on localhost
  Finished all in 112.7 seconds
  ERROR (SSHKit::Command::Failed): docker exit status: 256
docker stdout: #15 pushing layers
ERROR: failed to build: failed to solve: failed to push registry.example.com/shop:4f3a9c1: unexpected status from PUT request to https://registry.example.com/v2/shop/blobs/uploads/7c: 413 Request Entity Too Large
docker stderr: Nothing written`,
  'registry-tunnel': `
Pull app image...
  INFO [5ea32947] Running docker pull localhost:5555/shop:4f3a9c1 on 192.0.2.10
  Finished all in 51.2 seconds
  ERROR (SSHKit::Command::Failed): Exception while executing on host 192.0.2.10: docker exit status: 1
docker stdout: Nothing written
docker stderr: Error response from daemon: Get "http://localhost:5555/v2/": dial tcp [::1]:5555: connect: connection refused`,
  'credential-helper-missing': `
  INFO [b2446c52] Running docker login ghcr.io -u [REDACTED] -p [REDACTED] on localhost
  Finished all in 0.7 seconds
  ERROR (SSHKit::Command::Failed): docker exit status: 256
docker stdout: Nothing written
docker stderr: error getting credentials - err: exec: "docker-credential-desktop": executable file not found in $PATH, out: \`\``,
  'image-label-missing': `
  INFO [50bb60e1] Running docker inspect -f '{{ .Config.Labels.service }}' ghcr.io/acme/shop:4f3a9c1 | grep -x shop || (echo "Image ghcr.io/acme/shop:4f3a9c1 is missing the 'service' label" && exit 1) on 192.0.2.10
  Finished all in 3.4 seconds
  ERROR (SSHKit::Command::Failed): Exception while executing on host 192.0.2.10: docker exit status: 1
docker stdout: Image ghcr.io/acme/shop:4f3a9c1 is missing the 'service' label
docker stderr: Nothing written`,
  'architecture-mismatch': `
Pull app image...
  INFO [9181597f] Running docker pull ghcr.io/acme/shop:4f3a9c1 on 192.0.2.10
  Finished all in 9.5 seconds
  ERROR (SSHKit::Command::Failed): Exception while executing on host 192.0.2.10: docker exit status: 1
docker stdout: 4f3a9c1: Pulling from acme/shop
docker stderr: no matching manifest for linux/arm64/v8 in the manifest list entries`,
  'build-cache-failed': `
  INFO [55b01265] Running docker buildx build --output=type=registry --platform linux/amd64 -t ghcr.io/acme/shop:4f3a9c1 --cache-to type=gha,mode=max --cache-from type=gha . 2>&1 on localhost
  Finished all in 2.7 seconds
  ERROR (SSHKit::Command::Failed): docker exit status: 256
docker stdout: ERROR: failed to solve: failed to configure gha cache exporter: invalid token without access controls
docker stderr: Nothing written`,
  'builder-lost': `
  INFO [55b01265] Running docker buildx build --output=type=registry --platform linux/amd64 -t ghcr.io/acme/shop:4f3a9c1 . 2>&1 on localhost
  Finished all in 112.7 seconds
  ERROR (SSHKit::Command::Failed): docker exit status: 256
docker stdout: #12 exporting to image
ERROR: failed to receive status: rpc error: code = Unavailable desc = error reading from server: EOF
docker stderr: Nothing written`,
  'docker-missing': `
  INFO [9b53ce42] Running docker login ghcr.io -u [REDACTED] -p [REDACTED] on localhost
  Finished all in 0.1 seconds
  ERROR (Errno::ENOENT): No such file or directory - docker`,
  'disk-full': `
Pull app image...
  INFO [9181597f] Running docker pull ghcr.io/acme/shop:4f3a9c1 on 192.0.2.10
  Finished all in 31.5 seconds
  ERROR (SSHKit::Command::Failed): Exception while executing on host 192.0.2.10: docker exit status: 1
docker stdout: 4f3a9c1: Pulling from acme/shop
docker stderr: failed to register layer: write /usr/lib/x86_64-linux-gnu/libvips.so.42: no space left on device`,
  'container-name-taken': `
  INFO [3569f4cc] Running docker run --name shop-db --detach --restart unless-stopped --network kamal --label service="shop-db" postgres:16 on 192.0.2.10
  Finished all in 32.7 seconds
  ERROR (SSHKit::Command::Failed): Exception while executing on host 192.0.2.10: docker exit status: 125
docker stdout: Nothing written
docker stderr: docker: Error response from daemon: Conflict. The container name "/shop-db" is already in use by container "a67f81b". You have to remove (or rename) that container to be able to reuse that name.`,
  'container-not-started': `
  INFO [3569f4cc] Running docker run --detach --restart unless-stopped --name shop-web-4f3a9c1 --label service="shop" --label role="web" ghcr.io/acme/shop:4f3a9c1 on 192.0.2.10
 ERROR Failed to boot web on 192.0.2.10
  Finished all in 32.7 seconds
  ERROR (SSHKit::Command::Failed): Exception while executing on host 192.0.2.10: docker exit status: 127
docker stdout: 698f58f9a339
docker stderr: docker: Error response from daemon: failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "bin/thrust": stat bin/thrust: no such file or directory: unknown`,
  'proxy-down': `
  INFO [48e652c6] Running docker exec kamal-proxy kamal-proxy deploy shop-web --target="be4bb379ed7d:80" --host="shop.example.com" --tls --deploy-timeout="30s" on 192.0.2.10
 ERROR Failed to boot web on 192.0.2.10
  Finished all in 64.5 seconds
  ERROR (SSHKit::Command::Failed): Exception while executing on host 192.0.2.10: docker exit status: 1
docker stdout: Nothing written
docker stderr: Error response from daemon: Container bfb20008c3301f0a is restarting, wait until the container is running`,
  'proxy-host-taken': `
  INFO [48e652c6] Running docker exec kamal-proxy kamal-proxy deploy shop-web --target="be4bb379ed7d:80" --host="shop.example.com" --tls --deploy-timeout="30s" on 192.0.2.10
 ERROR Failed to boot web on 192.0.2.10
  Finished all in 64.5 seconds
  ERROR (SSHKit::Command::Failed): Exception while executing on host 192.0.2.10: docker exit status: 1
docker stdout: Nothing written
docker stderr: Error: host settings conflict with another service`,
  'proxy-service-missing': `
  INFO [4bb2c1aa] Running docker exec kamal-proxy kamal-proxy stop shop-web --drain-timeout="30s" on 192.0.2.10
  Finished all in 1.2 seconds
  ERROR (SSHKit::Command::Failed): Exception while executing on host 192.0.2.10: docker exit status: 1
docker stdout: Nothing written
docker stderr: Error: service not found`,
  'proxy-outdated': `
Ensure kamal-proxy is running...
Releasing the deploy lock...
  Finished all in 69.8 seconds
  ERROR (RuntimeError): Exception while executing on host 192.0.2.10: kamal-proxy version v0.8.1 is too old, run \`kamal proxy reboot\` in order to update to at least v0.8.4`,
  'certificate-failed': `
{"time":"2026-02-03T04:05:06.169664821Z","level":"INFO","msg":"http: TLS handshake error from 198.51.100.4:47452: acme/autocert: unable to satisfy \\"https://acme-v02.api.letsencrypt.org/acme/authz-v3/1\\" for domain \\"shop.example.com\\": no viable challenge type found"}`,
  'accessory-missing': `
  INFO [72dbc614] Running docker container start shop-db on 192.0.2.10
  Finished all in 2.8 seconds
  ERROR (SSHKit::Command::Failed): Exception while executing on host 192.0.2.10: docker exit status: 1
docker stdout: Nothing written
docker stderr: Error response from daemon: No such container: shop-db
Error: failed to start containers: shop-db`,
  'prune-failed': `
Prune old containers and images...
  INFO [72dbc614] Running docker image ls --filter label=service=shop --format '{{.ID}} {{.Repository}}:{{.Tag}}' | grep -v -w "x" | while read image tag; do docker rmi $tag; done on 192.0.2.10
Releasing the deploy lock...
  Finished all in 56.8 seconds
  ERROR (SSHKit::Command::Failed): Exception while executing on host 192.0.2.10: docker exit status: 1
docker stdout: Nothing written
docker stderr: Error response from daemon: No such image: ghcr.io/acme/shop:f8f0ce3`,
} as const;
