import type { Doing } from '../doing.ts';
import type { Sentence } from './sentence.ts';

/** Commands that make a container. */
const CREATES: readonly Doing[] = ['run', 'exec', 'accessory', 'proxy-boot', 'registry'];

/** A container that was to be made or started. */
export const CONTAINER_START: readonly Sentence[] = [
  {
    cause: 'container-not-started',
    says: /cannot expose privileged port (?<subject>\d+)|userland proxy: [^\n]*:(?<listen>\d+): bind: permission denied|rootlessport cannot expose privileged port (?<podman>\d+)/,
    during: CREATES,
    from: 'rootlesskit 1 and 2, pkg/port; moby 20 to 29, cmd/docker-proxy; basecamp/kamal#411',
    variant: 'privileged',
  },
  {
    cause: 'port-taken',
    says: /Bind for \S+?:(?<subject>\d+) failed: port is already allocated|failed to bind (?:host )?port (?:for )?\S*?:(?<port>\d+)|listen (?:tcp|udp)\d? \S*:(?<listen>\d+): bind: address already in use|port is already allocated|bind: address already in use/,
    from: 'moby 20 to 29, daemon/libnetwork/portallocator and portmapper; basecamp/kamal#989, #1133',
  },
  {
    cause: 'env-file-unusable',
    says: /open (?<subject>\S*\.env): no such file or directory|couldn't find env file: (?<missing>\S+)/,
    from: 'docker/cli 20 to 29, opts/file.go and pkg/kvfile; basecamp/kamal#870',
    variant: 'missing',
  },
  {
    // The account that Kamal has just written it with calls docker, so its owner is not the reason.
    cause: 'env-file-unusable',
    says: /^docker: open (?<subject>\S*\.env): permission denied/,
    from: 'docker/cli 20 to 29 as a snap, which reads no hidden folders; basecamp/kamal#504',
    variant: 'snap',
    certain: false,
  },
  {
    cause: 'env-file-unusable',
    says: /open (?<subject>\S*\.env): permission denied/,
    from: 'docker/cli 20 to 29, opts/file.go and pkg/kvfile',
    variant: 'permission',
  },
  {
    cause: 'env-file-unusable',
    says: /(?:invalid env file \(?(?<subject>[^):]*)\)?|poorly formatted environment): |variable '(?<secret>[^']*)' contains whitespaces|no variable name on line/,
    during: CREATES,
    from: 'docker/cli 20 to 29, pkg/kvfile/kvfile.go',
    variant: 'format',
  },
  {
    cause: 'architecture-mismatch',
    says: /exec format error/,
    from: 'Linux, ENOEXEC, as runc and moby pass it on',
  },
  {
    cause: 'container-not-started',
    says: /error mounting "(?<subject>[^"]+)" to rootfs|Are you trying to mount a directory onto a file/,
    during: CREATES,
    from: 'runc 1.0 to 1.3, libcontainer/rootfs_linux.go; moby 20 to 29, daemon/start.go',
    variant: 'mount',
  },
  {
    cause: 'container-not-started',
    says: /OCI runtime create failed|failed to create (?:task for container|shim task|runc)|unable to start container process|executable file not found in \$PATH|[Ee]xec: "[^"]*": (?:stat|permission denied)/,
    during: ['run', 'accessory', 'proxy-boot', 'registry'],
    from: 'runc 1.0 to 1.3, libcontainer; containerd; moby 20 to 29, daemon/start.go',
  },
  {
    cause: 'container-not-started',
    says: /\bnetwork (?<subject>[\da-f]{12,64}) not found/,
    during: CREATES,
    from: 'moby 20 to 29, daemon/libnetwork/error.go and daemon/container_operations.go: a container keeps the id of its network, not the name',
    variant: 'network',
  },
  {
    cause: 'unhealthy',
    says: /['"]docker inspect['"] requires at least 1 argument/,
    from: 'docker/cli 20 to 29, cli/required.go; Kamal 2.0 to 2.12, lib/kamal/commands/app.rb, status: `docker container ls | xargs docker inspect` of a container that is gone',
    variant: 'vanished',
    certain: false,
  },
  {
    cause: 'container-not-started',
    says: /^(?:docker: )?(?:Error response from daemon: )?(?:network (?<subject>\S+) not found|unknown log opt|could not select device driver|invalid mount config|invalid volume specification|create [^\n]*includes invalid characters for a local volume name|invalid reference format|conflicting options|invalid (?:IP|hostname|port|CapAdd|restart|memory|publish)|Mounts denied|bind source path does not exist|error while creating mount source path|failed to initialize logging driver|Range of CPUs|Minimum memory limit|(?:the )?swap|OCI runtime|unknown or invalid runtime|logger: )/i,
    during: ['run', 'accessory', 'proxy-boot', 'registry'],
    from: 'moby 20 to 29, daemon/create.go, daemon/network, daemon/volume/mounts, daemon/logger',
    variant: 'option',
  },
  {
    cause: 'container-not-started',
    says: /^(?:docker: )?(?:unknown (?:shorthand )?flag|flag needs an argument|invalid argument "[^"]*" for|invalid (?:publish|restart|memory|hostPort|containerPort|value))/,
    during: ['run', 'accessory', 'proxy-boot', 'registry'],
    from: 'docker/cli 20 to 29, cli/command/container/opts.go; spf13/pflag',
    variant: 'option',
  },
  {
    cause: 'config-invalid',
    says: /Could not find the file (?<subject>\S+) in container \S+-assets/,
    from: 'moby 20 to 29, daemon/archive_unix.go; Kamal 2.0 to 2.12, lib/kamal/commands/app/assets.rb',
    variant: 'asset-path',
  },
  // Last: where `docker start` fails for another reason, Kamal's `|| docker run` fails over the name.
  {
    cause: 'container-name-taken',
    says: /Conflict\. The container name "\/?(?<subject>[^"]+)" is already in use/,
    from: 'moby 20 to 29, daemon/errors.go, nameConflictError; basecamp/kamal#1415',
  },
];

/** A command that is run in a container, whose program is not there; the same words of a container that starts mean its own. */
export const NO_PROGRAM: readonly Sentence[] = [
  {
    cause: 'app-command-failed',
    says: /(?:OCI runtime exec failed|unable to start container process)[^\n]*\bexec: "(?<subject>[^"]+)"/,
    during: ['exec'],
    from: 'runc 1.0 to 1.3, libcontainer, of a command that is run in a container (moby 20 to 29, daemon/exec.go)',
    variant: 'program',
  },
];
