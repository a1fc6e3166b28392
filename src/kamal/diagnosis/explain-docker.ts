const BY_HAND = 'https://docs.docker.com/engine/install/';

/** Why Docker's script did not install it (`sentences/docker-install.ts`). */
export const INSTALLATIONS = {
  unsupported: {
    why: (subject: string | null) =>
      `its script does not know ${subject === null || subject === '' ? 'the operating system there' : `\`${subject}\``}`,
    next: (where: string) =>
      `Install Docker on ${where} with the packages of its system (Amazon Linux: \`dnf install docker\`), or deploy to a Linux that the script knows: ${BY_HAND}.`,
  },
  busy: {
    why: () => 'another installation is running there, as on a new server that updates itself',
    next: (where: string) => `Wait until ${where} has finished its updates, then run it again.`,
  },
  root: {
    why: () => 'the account is not root, and sudo or su asks for a password or is not there',
    next: (where: string) =>
      `Install Docker on ${where} as root (${BY_HAND}), or allow the account sudo without a password.`,
  },
  network: {
    why: () => 'the server could not download it',
    next: (where: string) =>
      `Make sure that ${where} can reach https://get.docker.com and https://download.docker.com (DNS, firewall, IPv4), then run it again.`,
  },
  packages: {
    why: () => 'its package manager found no package to install, or could not install it',
    next: (where: string) =>
      `Install Docker on ${where} by hand, where the package manager says more: ${BY_HAND}.`,
  },
  downloader: {
    why: () => 'its script is downloaded with curl or wget, and curl or wget is missing there',
    next: (where: string) => `Install curl on ${where} (\`apt-get install curl\`), then run it again.`,
  },
  failed: {
    why: () => 'its script ended with an error',
    next: (where: string) => `Install Docker on ${where} by hand: ${BY_HAND}.`,
  },
};

export function isInstallation(variant: string | null): variant is keyof typeof INSTALLATIONS {
  return variant !== null && Object.hasOwn(INSTALLATIONS, variant);
}

/** What an engine that answers cannot do (`sentences/docker-engine.ts`). */
export const ENGINE = {
  firewall: {
    means: (where: string) =>
      `Docker on ${where} could not connect a container with its network: the firewall rules that Docker made are gone, or cannot be made.`,
    next: (where: string) =>
      `Restart Docker on ${where} (\`sudo systemctl restart docker\`): it creates its rules again. That is needed after each reload of firewalld, ufw or iptables, and a reboot after an update of the kernel.`,
  },
  pool: {
    means: (where: string) => `Docker on ${where} has no range of addresses left for another network.`,
    next: (where: string) =>
      `On ${where}: \`docker network prune\` removes those that nothing uses; or stop the VPN whose routes cover Docker's ranges, or set \`default-address-pools\` in /etc/docker/daemon.json.`,
  },
  podman: {
    means: (where: string) =>
      `What answers as \`docker\` on ${where} is Podman, which does not support everything that Kamal needs from Docker.`,
    next: (where: string) => `Install Docker itself on ${where}: ${BY_HAND}.`,
  },
  state: {
    means: (where: string) =>
      `Docker on ${where} has lost track of a container: the engine and containerd do not agree about it.`,
    next: (where: string) =>
      `Restart Docker on ${where} (\`sudo systemctl restart docker\`), then run it again; if the same container is named again, \`docker rm -f\` it.`,
  },
};

/** Whether a variant of a cause is a row of {@link ENGINE}. */
export function isEngine(variant: string | null): variant is keyof typeof ENGINE {
  return variant !== null && Object.hasOwn(ENGINE, variant);
}
