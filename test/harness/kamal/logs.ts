/** Builds logs of Kamal in the shapes of SSHKit's formatter and Kamal's own words, for errors that no test can bring about. */

const RED = '\u001B[31m';
const RESET = '\u001B[0m';

/** A command that was announced; without `seconds`, one that has not finished. */
export function command(id: string, words: string, host: string, seconds?: number): string[] {
  const start = `  INFO [${id}] Running ${words} on ${host}`;
  return seconds === undefined
    ? [start]
    : [start, `  INFO [${id}] Finished in ${seconds.toFixed(3)} seconds with exit status 0 (successful).`];
}

/** The last words of Kamal: bin/kamal prints them in red, over as many lines as the message has. */
export function error(className: string, message: string): string[] {
  return `  ${RED}ERROR (${className}): ${message}${RESET}`.split('\n');
}

/** The message of SSHKit::Command::Failed. */
export function failed(program: string, status: number, stderr: string, stdout = 'Nothing written'): string {
  return `${program} exit status: ${status}\n${program} stdout: ${stdout}\n${program} stderr: ${stderr}\n`;
}

/** A deploy up to and with the pull on the given hosts. */
export function pulled(...hosts: readonly string[]): string[] {
  return [
    'Build and push app image...',
    ...command('0000a001', 'docker --version && docker buildx version', 'localhost', 0.1),
    ...command('0000a002', 'docker login ghcr.io -u [REDACTED] -p [REDACTED]', 'localhost', 0.4),
    ...command(
      '0000a003',
      'docker buildx build --output=type=registry -t ghcr.io/acme/shop:v7 . 2>&1',
      'localhost',
      9.5,
    ),
    ...hosts.flatMap((host, at) => command(`0000b00${at}`, 'docker pull ghcr.io/acme/shop:v7', host, 2.5)),
  ];
}

/** …and on until the containers start. */
export function starting(...hosts: readonly string[]): string[] {
  return [
    ...pulled(...hosts),
    'Acquiring the deploy lock...',
    'Ensure kamal-proxy is running...',
    'Detect stale containers...',
    'Start container with version v7 (or reboot if already running)...',
  ];
}
