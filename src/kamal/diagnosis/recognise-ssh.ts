import { wasConnected } from './recognised.ts';
import type { Case, Recogniser } from './recognised.ts';

/**
 * The way to the servers, by the class of the error (net-ssh 7.3; Ruby's Errno, SocketError and Socket::ResolutionError).
 * Of further hosts only the message is known, not the class: it is read the same way.
 */
export const recogniseSsh: Recogniser = (given) => {
  const { className, occurrence, report } = given;
  const { message } = occurrence;
  const classKnown = report.occurrences[0] === occurrence;
  const name = classKnown ? className : '';
  if (occurrence.command !== null) return null;
  if (
    /^Net::SSH::(?:AuthenticationFailed|Authentication::\w+)$/.test(name) ||
    message.startsWith('Authentication failed for user ')
  ) {
    return { cause: 'ssh-auth' };
  }
  // `ssh.key_data` that is not a key.
  if (name.startsWith('OpenSSL::PKey::') || message.startsWith('Could not parse PKey'))
    return { cause: 'ssh-auth' };
  if (
    /^Net::SSH::HostKey\w+$/.test(name) ||
    /^fingerprint \S+ (?:does not match|is unknown) for /.test(message)
  ) {
    return { cause: 'ssh-host-key-changed' };
  }
  if (/ - connect\(2\)/.test(message) || UNREACHABLE.test(name) || UNREACHABLE_WORDS.test(message)) {
    if (isRemoteBuilder(given)) return { cause: 'builder-unavailable' };
    // After it had been connected, Kamal tries again, and that is what it reports.
    return { cause: wasConnected(given) ? 'ssh-dropped' : 'ssh-unreachable' };
  }
  if (DROPPED.test(name) || DROPPED_WORDS.test(message)) {
    return { cause: wasConnected(given) || ONLY_LATER.test(name) ? 'ssh-dropped' : 'ssh-unreachable' };
  }
  return null;
};

/** A host that Kamal connects to after it has looked for a builder and before it builds (2.12.0, lib/kamal/cli/build.rb, `create`). */
function isRemoteBuilder({ reading }: Case): boolean {
  const asked = (words: string): boolean => reading.commands.some(({ command }) => command.startsWith(words));
  return reading.phase === 'build' && asked('docker buildx inspect') && !asked('docker buildx build');
}

const UNREACHABLE =
  /^(?:Errno::E(?:CONNREFUSED|HOSTUNREACH|HOSTDOWN|NETUNREACH|NETDOWN|ADDRNOTAVAIL)|SocketError|Socket::ResolutionError|Resolv::\w+|Net::SSH::ConnectionTimeout|Net::SSH::Proxy::\w+)$/;
const UNREACHABLE_WORDS = /^(?:Connection timed out|No route to host|Network is unreachable|getaddrinfo)/;
const DROPPED =
  /^(?:IOError|EOFError|Errno::E(?:CONNRESET|CONNABORTED|PIPE|TIMEDOUT|BADF)|Net::SSH::(?:Disconnect|Timeout|ChannelOpenFailed|Exception))$/;
const DROPPED_WORDS =
  /^(?:closed stream|connection closed by remote host|Connection reset by peer|Broken pipe|end of file reached|stream closed)/;
/** These only happen to a stream that was open. */
const ONLY_LATER = /^(?:IOError|Errno::E(?:PIPE|BADF)|Net::SSH::Timeout)$/;
