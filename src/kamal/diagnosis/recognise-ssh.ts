import { recognisedBy } from './from-sentence.ts';
import { saidByJump } from './recognise-jump.ts';
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
  const found = said ?? ofClass(name) ?? ofOpenSsl(given, name);
  if (found === null) return [];
  if (found.cause === 'registry-tunnel') return [...beneathTunnel(given, found), ...others];
  const jump = isBroken(found) && !wasConnected(given) ? saidByJump(given) : null;
  // That the way leads through a jump host is all that such a sentence says, not which of the two failed.
  const perhaps = found.variant === 'jump' ? { ...found, confidence: 'likely' as const } : found;
  return [...(jump === null ? [] : [jump]), placed(given, perhaps), ...others];
};

/**
 * A tunnel that does not come up: its thread says why, and half a minute later Kamal says only that it waited (2.8 to
 * 2.12, lib/kamal/cli/build/port_forwarding.rb).
 */
function beneathTunnel({ reading, occurrence }: Case, found: Recognised): readonly Recognised[] {
  const isWaiting = occurrence.message.startsWith('Timed out waiting');
  const said = reading.lines.findLast(
    ({ level, message }, index) =>
      index >= reading.start &&
      level === 'ERROR' &&
      message.startsWith('Error setting up port forwarding to '),
  );
  const [, className = '', words = ''] =
    /^Error setting up port forwarding to \S+: ([\w:]+): (.*)$/.exec(said?.message ?? '') ?? [];
  const [first] = heard([words], SSH).map((each) => recognisedBy(each));
  const beneath = first ?? ofClass(className);
  if (said === undefined) return [isWaiting ? { ...found, confidence: 'likely' } : found];
  const tunnel = { ...found, proof: said.message };
  return beneath?.cause.startsWith('ssh-') === true
    ? [{ ...beneath, proof: said.message }, tunnel]
    : [tunnel];
}

const isBroken = ({ cause }: Recognised): boolean => cause === 'ssh-unreachable' || cause === 'ssh-dropped';

/** Classes that say on their own what happened. */
function ofClass(name: string): Recognised | null {
  if (/^Net::SSH::AuthenticationFailed$/.test(name)) return { cause: 'ssh-auth' };
  if (name === 'Net::SSH::HostKeyUnknown') return { cause: 'ssh-host-key-changed' };
  if (name === 'Net::SSH::HostKeyMismatch')
    return { cause: 'ssh-host-key-changed', variant: 'mismatch', confidence: 'likely' };
  if (/^Net::SSH::Authentication::(?:AgentError|KeyManagerError)$/.test(name))
    return { cause: 'ssh-key-unusable' };
  if (/^Net::SSH::ConnectionTimeout$/.test(name)) return { cause: 'ssh-unreachable' };
  if (/^Net::SSH::Proxy::ConnectError$/.test(name)) return { cause: 'ssh-unreachable', variant: 'jump' };
  return null;
}

/**
 * OpenSSL raises the same classes where it reads the key and where net-ssh exchanges keys with the server: the message
 * or the trace says which (net-ssh 7.3, transport/kex and authentication; basecamp/kamal#530 and #539).
 */
function ofOpenSsl({ occurrence, reading }: Case, name: string): Recognised | null {
  if (!name.startsWith('OpenSSL::PKey')) return null;
  const trace = reading.lines.slice(reading.reportEnd, reading.reportEnd + 30).map(({ text }) => text);
  const within = (part: string): boolean => trace.some((text) => text.includes(`/net/ssh/${part}`));
  const isExchange =
    /(?:::(?:Point|Group)::Error|::DHError)$/.test(name) ||
    /EC_POINT|EC_KEY_generate|EVP_PKEY_(?:derive|keygen|paramgen)|dh key|DH_/i.test(occurrence.message);
  if (isExchange || (within('transport/') && !within('authentication/')))
    return { cause: 'ssh-incompatible', variant: 'openssl', confidence: 'likely' };
  const isOfKey =
    within('authentication/') || /sign|private key|passphrase|decrypt/i.test(occurrence.message);
  return { cause: 'ssh-key-unusable', ...(isOfKey ? {} : { confidence: 'likely' }) };
}

/** A connection that was there breaks off; one that was not is not made. */
function placed(given: Case, found: Recognised): Recognised {
  const { occurrence, className } = given;
  if (!isBroken(found)) return found;
  const proxy = className.startsWith('Net::SSH::Proxy::');
  if (found.cause === 'ssh-unreachable') {
    if (isRemoteBuilder(given)) return { ...found, cause: 'builder-unavailable', variant: 'remote' };
    // After it had been connected, Kamal tries again, and that is what it reports.
    if (wasConnected(given)) return { ...found, cause: 'ssh-dropped', variant: null, confidence: 'likely' };
    return proxy ? { ...found, variant: 'jump' } : found;
  }
  // A stream that is closed, or a pipe that is broken, was open.
  const wasOpen = /^(?:closed stream|stream closed|Broken pipe|Bad file descriptor|Blocking operation)/.test(
    occurrence.message,
  );
  if (wasOpen) return found;
  // Commands that had finished there may be those of another run in the same log.
  if (wasConnected(given)) return { ...found, confidence: 'likely' };
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
