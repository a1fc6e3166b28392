import { recognisedBy } from './from-sentence.ts';
import { wasConnected, type Case, type Recognised, type Recogniser } from './recognised.ts';
import { heard } from './sentences/sentence.ts';
import { SSH } from './sentences/ssh.ts';

/**
 * The way to the servers: by the message of the error, and by those classes that only one thing raises (net-ssh 7.3).
 * Of further hosts only the message is known, not the class.
 */
export const recogniseSsh: Recogniser = (given) => {
  const { className, occurrence, report } = given;
  if (occurrence.command !== null) return [];
  const name = report.occurrences[0] === occurrence ? className : '';
  const [first = ''] = occurrence.message.split('\n');
  const [said, ...others] = heard([first], SSH).map((each) => recognisedBy(each));
  const found = said ?? ofClass(name);
  if (found === null) return [];
  return [placed(given, found), ...others];
};

/** Classes that say on their own what happened. */
function ofClass(name: string): Recognised | null {
  if (/^Net::SSH::AuthenticationFailed$/.test(name)) return { cause: 'ssh-auth' };
  if (name === 'Net::SSH::HostKeyUnknown') return { cause: 'ssh-host-key-changed' };
  if (name === 'Net::SSH::HostKeyMismatch')
    return { cause: 'ssh-host-key-changed', variant: 'mismatch', confidence: 'likely' };
  if (
    /^Net::SSH::Authentication::(?:AgentError|KeyManagerError)$/.test(name) ||
    name.startsWith('OpenSSL::PKey::')
  )
    return { cause: 'ssh-key-unusable' };
  if (/^Net::SSH::ConnectionTimeout$/.test(name)) return { cause: 'ssh-unreachable' };
  if (/^Net::SSH::Proxy::ConnectError$/.test(name)) return { cause: 'ssh-unreachable', variant: 'jump' };
  return null;
}

/** A connection that was there breaks off; one that was not is not made. */
function placed(given: Case, found: Recognised): Recognised {
  const { occurrence, className } = given;
  if (found.cause !== 'ssh-unreachable' && found.cause !== 'ssh-dropped') return found;
  const proxy = className.startsWith('Net::SSH::Proxy::');
  if (found.cause === 'ssh-unreachable') {
    if (isRemoteBuilder(given)) return { ...found, cause: 'builder-unavailable', variant: 'remote' };
    // After it had been connected, Kamal tries again, and that is what it reports.
    if (wasConnected(given)) return { ...found, cause: 'ssh-dropped', variant: null };
    return proxy ? { ...found, variant: 'jump' } : found;
  }
  // A stream that is closed, or a pipe that is broken, was open.
  const wasOpen = /^(?:closed stream|stream closed|Broken pipe|Bad file descriptor|Blocking operation)/.test(
    occurrence.message,
  );
  if (wasOpen || wasConnected(given)) return found;
  return { ...found, cause: 'ssh-unreachable', variant: 'closed', confidence: 'likely' };
}

/**
 * A host that Kamal connects to after it has searched for a builder and before it builds (2.12.0,
 * lib/kamal/cli/build.rb, `create`).
 */
function isRemoteBuilder({ reading }: Case): boolean {
  const asked = (words: string): boolean => reading.commands.some(({ command }) => command.startsWith(words));
  return reading.phase === 'build' && asked('docker buildx inspect') && !asked('docker buildx build');
}
