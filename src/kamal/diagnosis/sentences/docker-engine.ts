import type { Sentence } from './sentence.ts';

/** What docker says before it does anything: it is not there, may not be used, has no room. */
export const DOCKER_ENGINE: readonly Sentence[] = [
  {
    cause: 'remote-shell',
    says: /^(?:\S+: |docker stderr: ){0,3}fish: /,
    from: 'fish 3 and 4, src/parse_util.cpp; basecamp/kamal#1691',
  },
  {
    cause: 'remote-shell',
    says: /^(?:docker stderr: )?(?:nu::|Error: nu::|-?t?csh: |(?:\S+: ){0,3}(?:Illegal variable name|Ambiguous output redirect|Missing name for redirect)\.)/,
    from: 'tcsh 6, sh.err.c; nushell 0.9x, crates/nu-protocol',
  },
  {
    cause: 'remote-shell',
    says: /This account is currently not available|^rbash: |: restricted: cannot (?:specify|redirect)/,
    from: 'shadow, nologin; bash 5, rbash',
  },
  {
    cause: 'docker-missing',
    says: /(?:^|[:'"‘ ])(?:\/usr\/bin\/)?docker['"’]?: (?:command )?not found(?=\W*$)|env: ['‘"]?docker['’"]?: No such file|^(?:fish: )?Unknown command:? ['"]?docker\b|command not found: docker\b/,
    from: 'bash, dash, busybox, zsh, coreutils env; basecamp/kamal#1260',
  },
  {
    cause: 'docker-missing',
    says: /^No such file or directory - docker$/,
    from: 'Ruby Errno::ENOENT of Open3 (sshkit 1.25, lib/sshkit/backends/local.rb); basecamp/kamal#717',
  },
  {
    cause: 'docker-missing',
    says: /^The command ['"]docker['"] could not be found in this WSL/,
    from: 'Docker Desktop for WSL 2',
  },
  {
    cause: 'builder-unavailable',
    says: /docker system dial-stdio|failed to initialize builder [^\n]*: error during connect|http:\/\/docker\.example\.com\//,
    during: ['build', 'builder'],
    from: 'docker/cli 20 to 29, cli/connhelper/connhelper.go; basecamp/kamal#204, #660',
    variant: 'remote',
  },
  {
    cause: 'builder-unavailable',
    says: /ssh: connect to host \S+ port \d+|Permission denied \(publickey|Host key verification failed/,
    during: ['build', 'builder'],
    from: 'OpenSSH 8 to 10, through which docker reaches a remote builder',
    variant: 'remote',
    certain: false,
  },
  {
    cause: 'disk-full',
    says: /(?:^|[:\])(,] ?|["'`]|\bENOSPC\W+)[Nn]o space left on device|[Dd]isk quota exceeded|not enough free space|You don't have enough free space/,
    from: 'Linux, ENOSPC and EDQUOT, as Go, coreutils and apt print them; basecamp/kamal#765',
  },
  {
    cause: 'docker-unavailable',
    says: /permission denied while trying to connect to the [Dd]ocker|Got permission denied while trying to connect|docker\.sock: connect: permission denied/,
    from: 'moby 20 to 28 (client/request.go: "Docker daemon socket"), 29 ("docker API at")',
    variant: 'group',
  },
  {
    cause: 'docker-unavailable',
    says: /client version \S+ is too (?:old|new)|Maximum supported API version is/,
    from: 'moby 20 to 29, api/server/middleware/version.go',
    variant: 'version',
  },
  {
    cause: 'docker-unavailable',
    says: /Cannot connect to the Docker daemon|Is the docker daemon running|failed to connect to the docker API|docker\.sock: connect: (?:connection refused|no such file)|docker(?:%2F|\/)?\.sock[^\n]*: (?:EOF|connect: no such file)|error during connect: (?!.*(?:dial-stdio|docker\.example\.com))/i,
    from: 'moby 20 to 29, client/errors.go and client/request.go',
  },
  {
    // `docker info --format` prints why the engine did not answer before this line; some versions print this alone.
    cause: 'docker-unavailable',
    says: /at <\.RegistryConfig[^>]*>: nil pointer evaluating/,
    from: 'docker/cli 20 to 29, cli/command/system/info.go; Kamal 2.0 to 2.12, lib/kamal/commands/builder/base.rb, first_mirror',
    certain: false,
  },
  {
    cause: 'docker-unavailable',
    says: /at <\.RegistryConfig[^>]*>: can't evaluate field RegistryConfig in type \*define\.Info/,
    from: 'containers/podman 4 and 5, cmd/podman/system/info.go; Kamal 2.0 to 2.12, lib/kamal/commands/builder/base.rb, first_mirror',
    variant: 'podman',
  },
  {
    cause: 'docker-unavailable',
    says: /non-overlapping IPv4 address pool|predefined address pools have been fully subnetted|[Pp]ool overlaps with other one on this address space|no available (?:IPv4 )?addresses on (?:this network's|this pool)/,
    from: 'moby 20 to 29, daemon/libnetwork/ipamapi and ipams/defaultipam; docker/for-linux#599',
    variant: 'pool',
  },
  {
    cause: 'docker-unavailable',
    says: /iptables failed: |Failed to [Ss]etup IP tables|Unable to enable (?:ACCEPT|DROP|DNAT|SKIP|NAT|ICC)|No chain\/target\/match by that name|Chain '[^']+' does not exist|COMMAND_FAILED: '?\S*ip6?tables|operation not supported \(veth\)|failed to add the host \([^)]*\) <=> sandbox/,
    from: 'moby 20 to 29, daemon/libnetwork/drivers/bridge and iptables; moby/moby#16816',
    variant: 'firewall',
  },
  {
    cause: 'docker-unavailable',
    says: /container "[0-9a-f]{12,64}": already exists|task [0-9a-f]{12,64}: already exists|(?:OCI runtime \w+ failed|failed to create (?:shim )?task)[^\n]*(?:container with (?:given )?(?:id|ID)[^\n]* already exists|id already in use)|cannot start a stopped process|ttrpc: closed|containerd: container not started|layer does not exist|removal of container \S+ is already in progress|cannot (?:stop|kill) container: \S+: (?:tried to kill container, but did not receive an exit event|permission denied)|unable to remove filesystem|driver "\w+" failed to remove root filesystem/,
    from: 'containerd 1.6 to 2.1, errdefs; moby 20 to 29, daemon/kill.go, delete.go and layer; moby/moby#36145',
    variant: 'state',
  },
  {
    // `docker login` logs in on its own where the engine does not answer, and shows what only the engine's log has.
    cause: 'docker-unavailable',
    says: /msg="Error logging in to endpoint, trying next endpoint"/,
    from: 'docker/cli 24 to 29, cli/command/registry/login.go, loginClientSide',
  },
  {
    cause: 'credential-helper-missing',
    says: /(?:docker-credential-(?<subject>[\w-]+)(?![\w-])|error (?:getting|storing) credentials)[^\n]*(?:executable file not found|not installed or not available in PATH|no such file|exec format error)/,
    from: 'docker-credential-helpers 0.6 to 0.9, client/client.go; docker/for-mac#7445',
  },
  {
    cause: 'credential-helper-missing',
    says: /pass not initialized|pass(?:word)? store is (?:uninitialized|empty)|pass store is uninitialized/,
    from: 'docker-credential-helpers 0.6 to 0.9, pass/pass.go; docker/docker-credential-helpers#140',
    variant: 'pass',
  },
  {
    cause: 'credential-helper-missing',
    says: /User interaction is not allowed|Cannot autolaunch D-Bus without X11|The name org\.freedesktop\.secrets was not provided|Failed to unlock the (?:keyring|collection)|keychain (?:is locked|cannot be accessed)|A specified logon session does not exist|secrets was not provided by any \.service files/,
    from: 'docker-credential-helpers 0.6 to 0.9, osxkeychain, secretservice, wincred; orbstack/orbstack#860',
    variant: 'locked',
  },
  {
    cause: 'credential-helper-missing',
    says: /error (?:getting|storing|saving) credentials|Error saving credentials/,
    from: 'docker/cli 20 to 29, cli/command/registry/login.go; docker-credential-helpers, client/client.go',
    variant: 'broken',
  },
];
