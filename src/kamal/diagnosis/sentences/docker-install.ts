import type { Sentence } from './sentence.ts';

type Row = Pick<Sentence, 'says' | 'from' | 'variant' | 'certain'>;

/** Why Docker's own script, which Kamal runs where a server has no Docker, did not install it. */
const ROWS: readonly Row[] = [
  {
    says: /^ERROR: Unsupported (?:distribution|operating system) '(?<subject>[^']*)'|No such file or directory: \/etc\/os-release|is not supported by (?:the |this )?(?:Docker|installer|installation script)/,
    from: 'docker/docker-install, install.sh, do_install; basecamp/kamal#432',
    variant: 'unsupported',
  },
  {
    says: /(?:E: )?Could not get lock |(?:E: )?Unable to (?:lock directory|acquire the dpkg frontend lock)|Waiting for cache lock|Another app is currently holding the yum lock|Failed to obtain the transaction lock/,
    from: 'apt 2, apt-pkg/deb/debsystem.cc; yum 4 and dnf 4',
    variant: 'busy',
  },
  {
    says: /sudo: (?:a terminal is required|a password is required|no tty present)|is not in the sudoers file|this installer needs the ability to run commands as root|su: (?:Authentication failure|must be run from a terminal)|are you root\?/,
    from: 'sudo 1.9; docker/docker-install, install.sh; util-linux, su',
    variant: 'root',
  },
  {
    says: /curl: \((?:6|7|28|35|52|56|60)\) |wget: (?:unable to resolve|can't connect|bad address)|Temporary failure (?:in name resolution|resolving)|Could not (?:resolve|connect to) |Failed to fetch https?:|Failed to connect to download\.docker\.com|Connection timed out/,
    from: 'curl 7 and 8; wget; busybox; apt 2',
    variant: 'network',
  },
  {
    says: /Unable to locate package (?<subject>\S+)|Package '?(?<package>docker-ce\S*)'? has no installation candidate|The repository '(?<repository>[^']+)' does not have a Release file|does not have a Release file|No match for argument: (?<argument>\S+)|NO_PUBKEY|is not signed\b|unmet dependencies|Conflicts:|dpkg was interrupted|Sub-process \S+ returned an error code/,
    from: 'apt 2, dpkg 1.2x; dnf 4 and 5',
    variant: 'packages',
  },
];

/** A program is not there that Kamal downloads the script with. */
const NO_DOWNLOADER: Row = {
  says: /(?:curl|wget): (?:command )?not found|Unknown command:? ['"]?(?:curl|wget)\b/,
  from: 'dash, bash, busybox, fish; Kamal 2.0 to 2.12, lib/kamal/commands/docker.rb, get_docker',
  variant: 'downloader',
};

/** The last line, if nothing above it is known: the installation still failed. */
const OTHERWISE: Row = {
  says: /\S/,
  from: 'Kamal 2.0 to 2.12, lib/kamal/commands/docker.rb, install: whatever fails there, Docker was not installed',
  variant: 'failed',
  certain: false,
};

export const DOCKER_INSTALL: readonly Sentence[] = [...ROWS, NO_DOWNLOADER, OTHERWISE].map((row) => ({
  ...row,
  cause: 'docker-missing',
  during: ['install-docker'],
}));
